"""The staff's pages of the library, at the desk: addresses that may be broken, suggestions, lines for the pack (R-library)."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.config import config
from upstander.library import checking, deciding, lines, queries, suggestions
from upstander.library.forms import REASON_WORDS, EntryForm, RefuseForm
from upstander.library.models import Suggestion
from upstander.packs.current import current
from upstander.people.access import require_role
from upstander.people.adapters import account_of

MOST = 200  # suggestions on a page

staff = require_role(*deciding.STAFF)


@require_GET
@staff
def home(request: HttpRequest) -> HttpResponse:
    """The addresses, those first at which a person should look; how many suggestions wait."""
    every = queries.entries([r for r in current().library.resources if r.address], "en")
    rows = sorted(every, key=lambda one: (not one.broken, one.link is not None, one.title.casefold()))
    known = {
        "rows": rows,
        "broken": sum(one.broken for one in every),
        "goes_out": checking.goes_out(config()),
        "days": config().link_check_days,
        "waiting": suggestions.waiting(),
    }
    return render(request, "library/desk_home.html", known)


@require_GET
@staff
@transaction.atomic
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and what was taken up and is not in the pack yet. Looking is on record."""
    rows = list(Suggestion.objects.filter(state=Suggestion.State.NEW).order_by("day", "id")[:MOST])
    audit.record(account_of(request.user).actor, "library.suggestions_viewed", "list", "suggestions", shown=len(rows))
    return render(request, "library/desk_queue.html", {"rows": suggestions.opened(rows), "lines": _lines()})


def _lines() -> str:
    """The entries that were taken up and are not in the pack in force."""
    library = current().library
    found = []
    for row in Suggestion.objects.filter(state=Suggestion.State.TAKEN).order_by("decided_at")[:MOST]:
        entry = suggestions.entry_of(row)
        if entry and not library.resource(str(entry["code"])) and row.decided_at:
            found.append(lines.lines(entry, timezone.localtime(row.decided_at).date()))
    return "\n".join(found)


@require_GET
@staff
@transaction.atomic
def exported(request: HttpRequest) -> HttpResponse:
    """The same lines as a file, to be added to the pack's resources.toml."""
    audit.record(account_of(request.user).actor, "library.exported", "list", "suggestions")
    response = HttpResponse(_lines(), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="resources-to-add.toml"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def one(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """One suggestion: take it up, or thank and refuse."""
    row = Suggestion.objects.filter(pk=suggestion_id).first()
    if row is None:
        raise Http404
    found = suggestions.opened([row])[0]
    refusing = request.POST.get("do") == "refuse"
    said = found.words
    begun = {"title": said.title, "source": said.source, "address": said.address, "why_en": said.why[:300]}
    data = request.POST if request.method == "POST" else None
    form = EntryForm(current().library, current().languages, None if refusing else data, initial=begun)
    refuse = RefuseForm(data if refusing else None)
    bound = refuse if refusing else form
    if bound.is_valid():
        return _decided(request, row, form, refuse, refusing=refusing)
    audit.record(account_of(request.user).actor, "library.suggestion_viewed", "suggestion", row.pk)
    known = {"one": found, "form": form, "refuse": refuse, "reason": REASON_WORDS.get(row.reason, "")}
    return render(request, "library/desk_one.html", known, status=422 if bound.errors else 200)


def _decided(request: HttpRequest, row: Suggestion, form: EntryForm, refuse: RefuseForm, *, refusing: bool) -> HttpResponse:
    who = account_of(request.user).pk
    try:
        if refusing:
            deciding.refuse(row.pk, who, refuse.cleaned_data["reason"])
            messages.success(request, _("Whoever suggested it while signed in at a school reads why, with our thanks."))
        else:
            deciding.take(row.pk, who, form.entry())
            messages.success(request, _("Taken up. Its lines stand under the queue until the pack has them."))
    except deciding.CannotDecide:
        messages.warning(request, _("Somebody decided this meanwhile."))
    return redirect("library_desk_queue")
