"""A child may be abused or neglected: the hotline's report, and its confirmation in writing (D-IV.B, 325 ILCS 5/4, 5/7)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander.actions import words as opened
from upstander.actions.models import ActionEvent
from upstander.desk import images, paper_documents, roles
from upstander.desk.models import Paper
from upstander.desk.paper_documents import Call
from upstander.desk.paper_forms import LetterForm
from upstander.desk.roles import StaffRequest
from upstander.desk.views import papers as shared
from upstander.desk.views.packets import made, printed, save
from upstander.desk.views.papers import Screen, Shown
from upstander.packs.current import current
from upstander.people import queries as people
from upstander.web import errors
from upstander.web.paper import Document

REPORT, LETTER = "dcfs_report", "dcfs_confirmation"
REPORTED = "reported"
AGENCY = "submitted_by_agency"


def _told(shown: Shown) -> dict[str, Any]:
    """What both screens say: whose duty it is, the numbers, and that no image is told or sent."""
    pack = current()
    texts, judgement = pack.texts["en"], shown.page.head.judgement
    by_agency = judgement is not None and AGENCY in judgement.flags
    key = "dcfs.duty.by_agency" if by_agency else "dcfs.duty.ours"
    labels = pack.texts_under("dcfs.label")
    return {
        "by_agency": by_agency,
        "whose": pack.text(key) if key in texts else "",
        "numbers": [
            (labels.get(code, code), number) for code, number in pack.texts_under("dcfs.number").items()
        ],
        "images": images.judged_so(shown.tip.id),
        "call": _call(shown),
    }


def _more(shown: Shown) -> dict[str, Any]:
    return {
        **_told(shown),
        "letters": [row for row in shown.rows if row.kind == LETTER and row.ended_by_id is None],
    }


def _letter_more(shown: Shown) -> dict[str, Any]:
    form = shown.bound.get("form") or _form(shown)
    return {**_told(shown), "form": form, "pieces": shared.revealing(shown.draft)}


SCREEN = Screen((REPORT, LETTER), "", "desk_dcfs", "desk/dcfs.html", _more)
LETTER_SCREEN = Screen((LETTER,), Paper.Kind.DCFS_LETTER, "desk_letter", "desk/letter.html", _letter_more)


def _call(shown: Shown) -> Call | None:
    """The report by telephone as it was recorded last; None before it."""
    events = ActionEvent.objects.filter(action__tip_id=shown.tip.id, action__kind=REPORT, result=REPORTED)
    event = events.order_by("at").last()
    if event is None:
        return None
    detail = opened.detail(event, shown.tip.id)
    account = int(event.actor.removeprefix("account:")) if event.actor.startswith("account:") else 0
    return Call(
        at=event.at, by=people.names([account]).get(account, ""), taken_by=detail.get("answered_by", ""),
        intake_number=detail.get("intake_number", ""),
    )  # fmt: skip


def _form(shown: Shown, data: Any = None) -> LetterForm:
    initial: dict[str, Any] = {"seen": shown.draft.paper.n if shown.draft else 0}
    if shown.draft:
        initial |= shown.draft.fields or {}
    return LetterForm(data, initial=initial, auto_id="id_%s")


@require_GET
@roles.reader
@transaction.atomic
def report(request: StaffRequest, number: str) -> HttpResponse:
    """The hotline: whose duty, which number, what it asks, and what came of the call."""
    return Shown(request, number, SCREEN).answer()


@require_POST
@roles.reader
def record(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """What came of the call, or that the submitting agency has reported."""
    return shared.record(request, number, action_id, SCREEN)


@require_http_methods(["GET", "POST"])
@roles.reader
@transaction.atomic
def letter(request: StaffRequest, number: str) -> HttpResponse:
    """The written confirmation: a POST saves a version of it."""
    shown = Shown(request, number, LETTER_SCREEN)
    if request.method != "POST":
        return shown.answer()
    if not shown.may_write:
        return errors.another_role(request)
    form = _form(shown, request.POST)
    shown.bound["form"] = form
    return save(shown, form, "desk_letter", "#paper")


def _document(shown: Shown) -> Document | None:
    draft = shown.draft
    if draft is None or draft.fields is None:
        return None
    return paper_documents.dcfs_letter(
        current(), shown.page.head, draft.paper, draft.paper.account.name, draft.fields, _call(shown),
        images.judged_so(shown.tip.id),
    )  # fmt: skip


@require_POST
@roles.reader
@transaction.atomic
def pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The letter as PDF, made in memory."""
    shown = Shown(request, number, LETTER_SCREEN)
    return made(shown, _document(shown), f"letter-{shown.tip.number}")


@require_GET
@roles.reader
@transaction.atomic
def for_print(request: StaffRequest, number: str) -> HttpResponse:
    """The letter as a page to print."""
    shown = Shown(request, number, LETTER_SCREEN)
    return printed(shown, _document(shown))


@require_POST
@roles.reader
def sent(request: StaffRequest, number: str, action_id: UUID) -> HttpResponse:
    """To which field office the letter went, how, and which copy it was."""
    return shared.record(request, number, action_id, LETTER_SCREEN)
