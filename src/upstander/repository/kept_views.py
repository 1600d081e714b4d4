"""A member's kept searches: keep one, see what it finds, change how one is told, end it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.network.doors import own_page
from upstander.network.middleware import of
from upstander.repository import finding, forms, keeping, shown
from upstander.repository.errors import CannotDo
from upstander.repository.finding import Wanted
from upstander.repository.views import level_of, query_of


def _mine(request: HttpRequest) -> UUID:
    id = of(request).member_id
    assert id is not None, "the door lets members in only"
    return id


@require_POST
@own_page
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the search whose results were on the page."""
    form = forms.KeepForm(request.POST)
    if not form.is_valid():
        return render(request, "repository/keep.html", {"keep": form, "given": form.data}, status=422)
    given = form.cleaned_data
    sought = Wanted(given["words"], tuple(given["kinds"]), given["topic"], given["region"])
    try:
        made = keeping.keep(_mine(request), of(request).account_id, given["press"], sought, given["how"])
    except CannotDo as why:
        form.add_error(None, str(why))
        return render(request, "repository/keep.html", {"keep": form}, status=422)
    messages.success(request, _("It is kept."))
    return redirect("repository_kept_one", kept_id=made.id)


@require_GET
@own_page
def kept(request: HttpRequest) -> HttpResponse:
    """Every search that the member keeps."""
    found = keeping.mine(_mine(request))
    how = {code.value: label for code, label in forms.HOW}
    known = {"rows": [(one.row, shown.sought(one.wanted), how[one.row.how]) for one in found], "most": keeping.MOST}
    return render(request, "repository/kept.html", known)


@require_http_methods(["GET", "POST"])
@own_page
def one(request: HttpRequest, kept_id: UUID) -> HttpResponse:
    """What a kept search finds, the newest marked; how one is told, and its end."""
    member_id, account_id = _mine(request), of(request).account_id
    found = keeping.one(member_id, kept_id)
    if found is None:
        raise Http404
    if request.POST.get("do") == "end":
        keeping.end(member_id, account_id, kept_id)
        messages.success(request, _("It is kept no more."))
        return redirect("repository_kept")
    form = forms.HowForm(request.POST or None, initial={"how": found.row.how})
    if request.method == "POST" and form.is_valid():
        keeping.change(member_id, account_id, kept_id, form.cleaned_data["how"])
        messages.success(request, _("Kept."))
        return redirect("repository_kept_one", kept_id=kept_id)
    level = level_of(request)
    since = keeping.opened(found.row) if request.method == "GET" else found.row.opened_at
    hits = sorted(finding.rows(level, found.wanted), key=lambda row: row.listed_at, reverse=True)
    known = {
        "kept": found.row, "sought": shown.sought(found.wanted), "form": form,
        "rows": shown.rows(hits, query_of(request, level), since), "most": finding.MOST,
    }  # fmt: skip
    return render(request, "repository/kept_one.html", known, status=422 if form.errors else 200)
