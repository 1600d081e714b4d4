"""The members as the staff see them: the list with its filters, one member with their history, and the list as a file."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.audit import services as audit
from upstander.directory.models import Organisation
from upstander.ids import new_id
from upstander.network import exporting, membership, pack, papers, queries
from upstander.network.desk_forms import AgencyForm, FilterForm, ReasonForm
from upstander.network.desk_views import StaffRequest
from upstander.network.doors import staff_page
from upstander.network.errors import CannotDo
from upstander.network.middleware import of
from upstander.network.models import Member, Signature
from upstander.web import paper

PAGE = 50


def _narrowed(form: FilterForm) -> queries.Filters:
    given = form.cleaned_data if form.is_valid() else {}
    return queries.Filters(
        words=given.get("words", ""), region=int(given.get("region") or 0), discipline=given.get("discipline", ""),
        state=given.get("state", ""),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def everybody(request: StaffRequest) -> HttpResponse:
    """The list. What is looked for goes by POST: names of people stand in no address."""
    form = FilterForm(request.POST if request.method == "POST" else {})
    rows, known = queries.members(_narrowed(form)), pack.network()
    page = Paginator(rows, PAGE).get_page(request.POST.get("page", "1"))
    shown = [(row, known.label("disciplines", row.member.discipline)) for row in page]
    audit.record(request.user.actor, "network.members_listed", "list", "members", members=len(rows))
    return render(request, "network/desk/members.html", {"rows": shown, "page": page, "form": form, "total": len(rows)})


@require_POST
@staff_page
def export(request: StaffRequest) -> HttpResponse:
    """The same list as CSV; opened in a spreadsheet no cell of it does anything."""
    rows = queries.members(_narrowed(FilterForm(request.POST)))
    audit.record(request.user.actor, "network.members_exported", "list", "members", members=len(rows))
    answer = HttpResponse(exporting.csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="members.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def member(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """One member: what reaches them and why, what happened, and what can be decided."""
    row = queries.member(member_id)
    if row is None:
        raise Http404
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = {"decide": ReasonForm(request.POST if act in _REASONED else None, auto_id="id_decide_%s")}
    forms["agency"] = AgencyForm(request.POST if act == "agency" else None, auto_id="id_agency_%s")  # type: ignore[assignment]
    if act:
        form = forms["agency"] if act == "agency" else forms["decide"]
        try:
            if _act(request, row.member, act, form):
                messages.success(request, _("Done."))
                return redirect("network_member", member_id=member_id)
        except CannotDo as why:
            if form.is_bound:
                form.add_error(why.field if why.field in form.fields else None, str(why))
            else:
                messages.error(request, str(why))
    audit.record(request.user.actor, "network.member_viewed", "member", member_id)
    wrong = any(form.errors for form in forms.values())
    return render(request, "network/desk/member.html", _page(request, row, forms), status=422 if wrong else 200)


def _decide(kind: str) -> Callable[[Member, StaffRequest, str, UUID], None]:
    return lambda one, request, reason, press: membership.decide(one.pk, kind, request.user, reason, press)


_REASONED: dict[str, Callable[[Member, StaffRequest, str, UUID], None]] = {
    **{kind: _decide(kind) for kind in ("suspended", "lifted", "left", "removed")},
    "address_works": lambda one, request, reason, press: membership.address_works(one.pk, request.user, reason, press),
    "changed": lambda one, request, reason, press: membership.take_change(one.pk, request.user, reason, press),
    "not_changed": lambda one, request, reason, press: membership.refuse_change(one.pk, request.user, reason, press),
    "les_ended": lambda one, request, reason, press: membership.end_les(one.pk, request.user, reason, press),
}


def _act(request: StaffRequest, one: Member, act: str, form: Any) -> bool:
    """Do it; False where the form says what is missing."""
    if act in _REASONED:
        if form.is_valid():
            _REASONED[act](one, request, form.cleaned_data["reason"], form.cleaned_data["press"])
    elif act == "agency":
        if form.is_valid():
            given = form.cleaned_data
            membership.agency_said(one.pk, request.user, given["said_by"], given["how"], given["press"])
    elif act == "seen":
        membership.agency_seen(one.pk, request.user, new_id())
        return True
    elif act == "invite":
        membership.let_in_again(one.pk, request.user)
        return True
    else:
        raise Http404
    return not form.errors


def _page(request: StaffRequest, row: queries.Row, forms: dict[str, Any]) -> dict[str, Any]:
    one, known = row.member, pack.network()
    checks = list(one.agency_checks.filter(ended_at=None).order_by("-at"))
    return {
        "row": row, "one": one, "forms": forms, "who": of(request), "discipline": known.label("disciplines", one.discipline),
        "level": known.level(row.level) if row.level is not None else None,
        "sworn": any(d.code == one.discipline and d.sworn for d in known.disciplines), "check": checks[0] if checks else None,
        "names": queries.who_asked(i for c in checks for i in (c.account_id, c.second_account_id) if i),
        "topics": [known.label("topics", code) for code in one.topics], "wishes": [known.label("roles", w) for w in one.wishes],
        "places": list(Organisation.objects.filter(pk__in=one.regions).order_by("name")),
        "history": queries.history(member=one), "applications": list(one.applications.order_by("-made_at")),
        "signed": list(one.signatures.select_related("agreement").order_by("-at")),
        "change": one.changes.filter(decided_at=None).first(),
        "not_in": one.account.last_login is None, "bounces": one.bounces.filter(cleared_at=None).count(),
    }  # fmt: skip


@require_GET
@staff_page
def signature_pdf(request: HttpRequest, member_id: UUID, signature_id: UUID) -> HttpResponse:
    """What a member signed, as paper."""
    found = Signature.objects.select_related("agreement").filter(pk=signature_id, member_id=member_id).first()
    if found is None:
        raise Http404
    audit.record(f"account:{request.user.pk}", "network.agreement_printed", "member", member_id)
    return paper.answer(papers.signed(found), f"agreement-{found.agreement.version}")
