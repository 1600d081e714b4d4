"""What the screens of the special duties share: each duty with its form, recording what came of it, drafts and their PDF."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from upstander.actions import queries, recording
from upstander.actions import services as actions
from upstander.actions.models import RequiredAction
from upstander.audit import services as audit
from upstander.desk import claims, papers, roles, suggestions, tipview
from upstander.desk.claims import Held
from upstander.desk.models import PaperCopy
from upstander.desk.paper_forms import RecordForm
from upstander.desk.papers import Draft
from upstander.desk.roles import StaffRequest
from upstander.desk.steps import Step, Target
from upstander.desk.views.page import frame, held_words, viewed
from upstander.desk.views.tippage import TipPage
from upstander.packs.current import current
from upstander.packs.model import Rule
from upstander.protocol import Gap
from upstander.protocol.codec import plan_from_json
from upstander.protocol.facts import UNKNOWN
from upstander.web import errors

Bound = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen of its own: for which kinds of duties, with which paper, under which address, by which template."""

    kinds: tuple[str, ...]
    paper: str
    name: str
    template: str
    more: Callable[["Shown"], dict[str, Any]]


@dataclass(slots=True)
class Duty:
    """One row of the ledger on a screen, with the form that records what comes of it (None for whoever may not)."""

    step: Step
    target: Target
    form: RecordForm | None
    gaps: list[Gap]

    @property
    def rule(self) -> Rule | None:
        """The pack's rule; None where this version has none of it any more."""
        return current().rule(self.target.action.rule_id)


class Shown:
    """A screen as one person sees it at one moment."""

    def __init__(
        self, request: StaffRequest, number: str, screen: Screen, bound: Bound | None = None
    ) -> None:
        self.request, self.screen, self.bound = request, screen, bound or {}
        self.page = TipPage(request, tipview.find(number))
        self.tip = self.page.tip
        self.rows = list(
            RequiredAction.objects.filter(tip_id=self.tip.id, kind__in=screen.kinds).order_by(
                "position", "owed_since"
            )
        )
        self.copies: list[PaperCopy] = papers.copies(self.tip.id, screen.paper) if screen.paper else []
        self.draft: Draft | None = papers.newest(self.tip.id, screen.paper) if screen.paper else None

    @property
    def may_write(self) -> bool:
        """Whether this person may write the paper: whoever works tips, or owes one of the duties."""
        return self.page.works or any(roles.owes(self.page.account, row.owed_by) for row in self.rows)

    def duties(self) -> list[Duty]:
        """The duties of this screen with their forms; those that are not owed any more are left out."""
        steps = [step for step in self.page.todo.steps if step.kind in self.screen.kinds]
        return [
            Duty(step, target, self._form(target), self._gaps(step, target))
            for step in steps
            for target in step.targets
            if target.action.ended_by_id is None
        ]

    def _gaps(self, step: Step, target: Target) -> list[Gap]:
        """What the directory lacks for this duty: the plan names it once, with whatever is done first toward the same target."""
        judgement, row = self.page.head.judgement, target.action
        found = plan_from_json(judgement.plan).gaps if judgement else ()
        toward = (row.target_kind, row.target_ref)
        return [g for g in found if g.kind == step.kind or (g.target.kind, g.target.ref) == toward]

    def _form(self, target: Target) -> RecordForm | None:
        if not target.can_act or self.tip.closed_at or not (target.open or self.screen.name == "desk_help"):
            return None
        return self.bound.get(str(target.action.id)) or record_form(target.action, self.copies)

    def answer(self, status: int = 200, **more: Any) -> HttpResponse:
        """The page; seeing it is a view of the tip, and on record."""
        viewed(self.request, self.tip, self.screen.name.removeprefix("desk_"))
        known = {
            "shown": self, "duties": self.duties(), "draft": self.draft, "copies": self.copies,
            "may_write": self.may_write and not self.page.words.gone, **self.screen.more(self), **more,
            **frame(self.request), **self.page.context(),
        }  # fmt: skip
        return render(self.request, self.screen.template, known, status=status)


def record_form(action: RequiredAction, copies: list[PaperCopy], data: Any = None) -> RecordForm:
    """The form that records what came of a row, fresh or as sent; the agency that is owed word stands in it."""
    name = f"id_{action.id.hex[-8:]}_%s"
    known = action.target_kind == "agency" and action.target_ref != UNKNOWN
    initial = {"agency": action.label} if known else {}
    return RecordForm(data, proof=recording.proof_of(action), copies=copies, auto_id=name, initial=initial)


def may(request: StaffRequest, row: RequiredAction) -> bool:
    """Whether this person may record what a row wants."""
    return roles.works(request.user) or roles.owes(request.user, row.owed_by)


def hold(request: StaffRequest, tip_id: UUID, *rows: RequiredAction) -> None:
    """Whoever writes holds the tip, but for who owes it in another role; raises Held."""
    if not any(roles.owes(request.user, row.owed_by) for row in rows):
        claims.take(tip_id, request.user.pk)


def record(request: StaffRequest, number: str, action_id: UUID, screen: Screen) -> HttpResponse:
    """What came of a duty, with its proof; where a paper is the proof, which one."""
    tip = tipview.find(number)
    row = RequiredAction.objects.filter(pk=action_id, tip_id=tip.id, kind__in=screen.kinds).first()
    if row is None:
        raise Http404
    if not may(request, row):
        return errors.another_role(request)
    copies = papers.copies(tip.id, screen.paper) if screen.paper else []
    form, status = record_form(row, copies, request.POST), 422
    if form.is_valid():
        try:
            with transaction.atomic():
                hold(request, tip.id, row)
                _write(request, row, form, copies)
            return redirect(reverse(screen.name, args=[tip.number]) + f"#d-{action_id.hex[-8:]}")
        except actions.CannotRecord as error:
            form.add_error("note", str(error))
        except Held as held:
            form.add_error("note", held_words(held))
            status = 409
    with transaction.atomic():
        return Shown(request, number, screen, {str(action_id): form}).answer(status)


def _write(request: StaffRequest, row: RequiredAction, form: RecordForm, copies: list[PaperCopy]) -> None:
    """Write it down, once however often the button of one shown form is pressed; and which paper was handed over."""
    given = form.cleaned_data
    recording.locked(row.id)
    before = set(row.events.values_list("id", flat=True))
    result = given["result"] or "done"
    event = actions.mark_done(row.id, request.user.pk, given["note"], result, form.detail, given["press"])
    if event.id in before:
        return
    for copy in copies:
        if copy.sha256 in form.chosen.values():
            audit.record(
                request.user.actor, "paper.handed_over", "tip", row.tip_id,
                action=str(row.id), paper=str(copy.paper_id), version=copy.paper.n, sha256=copy.sha256,
            )  # fmt: skip


def revealing(draft: Draft | None) -> tuple[suggestions.Piece, ...]:
    """The words of a draft that could show who told us, marked; nothing where none could."""
    return suggestions.marked("\n".join((draft.fields or {}).values())) if draft else ()


def in_force_rules(shown: Shown) -> list[Rule]:
    """The rules of this screen that are owed or taken up for the tip, in the pack's order, each once."""
    ids = dict.fromkeys(row.rule_id for row in shown.rows if row.ended_by_id is None)
    return [rule for rule in current().rules if rule.id in ids]


def offered(shown: Shown) -> list[Any]:
    """What of this screen's kinds is offered for the tip and nobody has taken up, for whoever may."""
    judgement = shown.page.head.judgement
    if judgement is None or shown.tip.closed_at:
        return []
    found = [one for one in queries.offers(judgement) if one.kind in shown.screen.kinds]
    return [one for one in found if shown.page.works or roles.owes(shown.page.account, one.owed_by)]


def take_up(request: StaffRequest, number: str, screen: Screen) -> HttpResponse:
    """Take up what is offered, so that it stands on the screen with its form."""
    tip = tipview.find(number)
    rule = current().rule(request.POST.get("rule", ""))
    if rule is None or rule.kind not in screen.kinds:
        raise Http404
    if not (roles.works(request.user) or roles.owes(request.user, rule.owed_by)):
        return errors.another_role(request)
    with transaction.atomic():
        try:
            if not roles.owes(request.user, rule.owed_by):
                claims.take(tip.id, request.user.pk)
            actions.take_up(tip.id, rule.id, request.user.pk)
        except Held as held:
            return Shown(request, number, screen).answer(409, refused=held_words(held))
        except actions.CannotRecord as error:
            return Shown(request, number, screen).answer(422, refused=str(error))
    return redirect(screen.name, number=tip.number)
