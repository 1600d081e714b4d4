"""Reading the ledger into the steps that the third column shows (see `steps`): names, numbers, scripts, proofs."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spoken
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upstander.actions import exclusion, words
from upstander.actions import queries as actions
from upstander.actions.called import KIND as RUNG
from upstander.actions.called import standing
from upstander.actions.escalation_ladder import Ladder, ladders
from upstander.actions.ledger import WORD_GIVEN
from upstander.actions.models import RequiredAction
from upstander.actions.queries import Line
from upstander.actions.recording import CALLS, proof_of
from upstander.delivery import bridging
from upstander.desk.steps import MAIL_KIND, Happened, Step, Target, Todo
from upstander.desk.tipview import Head
from upstander.directory.queries import Poc, Routing
from upstander.packs.current import current, used
from upstander.packs.errors import UnknownCode
from upstander.packs.model import Pack, Proof
from upstander.people import queries as people
from upstander.protocol import Plan
from upstander.protocol import RequiredAction as PlannedAction
from upstander.protocol.codec import plan_from_json

May = Callable[[str], bool]
# How somebody confirmed, in words.
STRENGTHS = {
    "voice": gettext_lazy("by voice"),
    "link": gettext_lazy("by the link in the mail"),
    "key": gettext_lazy("by a key on the telephone"),
    "code": gettext_lazy("with the code"),
    "sign_in": gettext_lazy("signed in"),
}


class _Reader:
    """Turns ledger lines into targets; holds what they all need, so that nothing is asked twice."""

    def __init__(
        self, head: Head, routing: Routing, contacts: list[Poc], lines: list[Line], can: May
    ) -> None:
        self.head, self.routing, self.can = head, routing, can
        judged = head.judgement
        self.pack = (used(judged.pack_digest) if judged else None) or current()  # the words of what was judged by
        self.contacts = {str(c.contact_id): c for c in contacts}
        self.plan = plan_from_json(head.judgement.plan) if head.judgement else None
        self.labels = _labels(self.plan)
        self.out = exclusion.of_tip(head.tip.id)
        actors = {int(e.actor[8:]) for ln in lines for e in ln.events if e.actor.startswith("account:")}
        given = [ln.action for ln in lines if ln.action.kind in WORD_GIVEN and ln.action.done_at]
        self.notices = ", ".join(dict.fromkeys(self.pack.word("kind", row.kind) for row in given)) or _("none")
        self.ladders = ladders(head.tip.id, head.now)
        called = {ln.action.target_ref for ln in lines if ln.action.kind == "call_contacts" and ln.action.ended_by_id is None}
        self.drawn_at = {ref: "call_contacts" if ref in called else MAIL_KIND for ref in self.ladders}
        self.talks = bridging.standing(ln.action.id for ln in lines if ln.action.kind in CALLS)
        self.rings = standing(ln.action.id for ln in lines if ln.action.kind == RUNG)
        self.names = people.names([*actors, *(ln.action.assigned_to for ln in lines)])

    def happened(self, line: Line) -> list[Happened]:
        found = []
        for event in line.events:
            detail = words.detail(event, line.action.tip_id)
            by = self.names.get(int(event.actor[8:]), "") if event.actor.startswith("account:") else ""
            found.append(
                Happened(
                    event,
                    by,
                    detail.pop("answered_by", ""),
                    detail.pop("note", ""),
                    _written(proof_of(line.action), detail),
                )
            )
        return found

    def target(self, line: Line) -> Target:
        row = line.action
        contact = self.contacts.get(row.target_ref) if row.target_kind == "contact" else None
        known = self.labels.get((row.target_kind, row.target_ref), "") or row.label
        name = contact.name if contact else known
        if not name and line.notice:
            name = (
                line.notice.contact.name
            )  # who is listed for this place no longer may still be owed a stand-down
        confirmed, strength = self.confirmation(line, name)
        return Target(
            line=line, name=name, rings=self.rings.get(row.id), detail=_detail(contact), phones=self.phones(line, contact),
            talk=self.talks.get(row.id), script=self.script(row, name), happened=self.happened(line), confirmed=confirmed,
            confirmed_strength=strength, can_act=self.can(row.owed_by), overdue=line.overdue(self.head.now),
            assigned=self.names.get(row.assigned_to or 0, ""), left_out=self.left_out(row), ladder=self.ladder(row),
        )  # fmt: skip

    def ladder(self, row: RequiredAction) -> Ladder | None:
        """What was tried by the clock and what comes: once a contact, with their call where one is owed."""
        here = row.target_kind == "contact" and row.ended_by_id is None and self.drawn_at.get(row.target_ref) == row.kind
        return self.ladders.get(row.target_ref) if here and not self.left_out(row) else None

    def left_out(self, row: RequiredAction) -> bool:
        """Whether it is toward somebody whom the tip is about: no number of theirs is shown."""
        return row.target_kind == "contact" and row.target_ref in map(str, self.out.contacts)

    def phones(self, line: Line, contact: Poc | None) -> tuple[str, ...]:
        row = line.action
        if self.left_out(row):
            return ()
        if contact:
            return self.out.numbers_of(contact.phones)
        if line.notice:
            return self.out.numbers_of(p.value for p in line.notice.contact.points.all() if p.kind == "phone")
        routing = self.routing
        for ref in (routing.psap, routing.law_enforcement, routing.troop, routing.zone):
            if ref and row.target_ref == str(ref.id):
                return tuple(n for n in (ref.transfer_number or ref.phone,) if n)
        return ()

    def confirmation(self, line: Line, name: str) -> tuple[str, str]:
        notice = line.notice
        if notice is None or not notice.confirmed:
            return "", ""
        return words.who_confirmed(notice, name, "desk"), str(STRENGTHS.get(notice.strength, notice.strength))

    def script(self, row: RequiredAction, name: str) -> str:
        """The words to say; empty for mails, and for a row that is older than the pack's having them."""
        script, about = row.script, tuple(row.about)
        owed = _planned(self.plan, row)
        if owed:
            script, about = owed.script, owed.about
        if not script or row.kind == MAIL_KIND:
            return ""
        try:
            return self.pack.text(script, contact=name, notices=self.notices, **_values(self.pack, self.head, about)).strip()
        except UnknownCode:  # of a version that is gone: the step stands, its script does not
            return ""


def _labels(plan: Plan | None) -> dict[tuple[str, str], str]:
    return {(t.kind, t.ref): t.label for a in plan.actions for t in a.targets} if plan else {}


def _written(proof: Proof, detail: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What else was written down, with the labels and in the order of the proof; last, what only an earlier pack asked for.
    A paper is named by the beginning of its SHA-256."""
    fields = {f.code: f for f in proof.fields}
    said = {c: f"{words[:12]}…" if c in fields and fields[c].kind == "paper" else words for c, words in detail.items() if words}
    known = [(fields[c].label, said[c]) for c in fields if c in said]
    return (*known, *((c.replace("_", " "), words) for c, words in said.items() if c not in fields))


def _detail(contact: Poc | None) -> str:
    return ", ".join(p for p in (contact.role, contact.organisation_name) if p) if contact else ""


def _values(pack: Pack, head: Head, about: tuple[str, ...]) -> dict[str, str]:
    """What a script is filled in with: codes, places and times, no word of a tip."""
    zone, judgement, card = ZoneInfo(pack.programme.time_zone), head.judgement, head.place
    given = {
        "tip_number": head.tip.number,
        "subtypes": ", ".join(pack.subtype_name(s) for s in about),
        "received_at": spoken(head.tip.received_at.astimezone(zone), "l, g:i a"),
    }
    if card:
        given |= {
            "school": card.name,
            "place": ", ".join(p for p in (card.address, card.city, card.county) if p),
        }
    if judgement:
        given |= {
            "class": pack.class_name(judgement.klass),
            "in_progress": pack.text("word.in_progress" if judgement.in_progress else "word.not_in_progress"),
            "judged_at": spoken(judgement.at.astimezone(zone), "l, g:i a"),
        }
    return given


def _planned(plan: Plan | None, row: RequiredAction) -> PlannedAction | None:
    """What the plan in force says of a row; a row that follows from a result, or was taken up, speaks for itself."""
    return next((a for a in plan.owed if a.rule == row.rule_id), None) if plan else None


def _step(pack: Pack, plan: Plan | None, row: RequiredAction) -> Step:
    owed = _planned(plan, row)
    return Step(
        rule=row.rule,
        kind=row.kind,
        title=pack.word("kind", row.kind),
        owner=pack.word("owner", row.owed_by),
        because=owed.because if owed else row.because,
        proof=pack.word("proof", proof) if (proof := owed.proof if owed else row.proof) else "",
        cites=pack.cited(row.cites),
        once_more="#" in row.rule,
    )


def todo(head: Head, routing: Routing, contacts: list[Poc], can: May) -> Todo:
    """What must happen for a tip, and what did; the caller writes the audit entry, since details are opened.

    `can` says of an owner's code whether the reader may record what that owner owes.
    """
    lines = actions.ledger(head.tip.id)
    reader = _Reader(head, routing, contacts, lines, can)
    steps: dict[str, Step] = {}
    for line in lines:
        step = steps.setdefault(line.action.rule, _step(reader.pack, reader.plan, line.action))
        step.targets.append(reader.target(line))
    live = [s for s in steps.values() if not s.void]
    for step in live:
        step.gaps = [g for g in (reader.plan.gaps if reader.plan else ()) if g.kind == step.kind]
    return Todo(
        steps=live,
        over=[s for s in steps.values() if s.void],
        judgement=head.judgement,
        first=next((s for s in live if s.waits_for_a_person), None),
        why_not_close=actions.why_not_close(head.tip.id) if head.tip.closed_at is None else "",
    )


def referrals(tip_id: UUID) -> list[dict[str, object]]:
    """Each recipient organisation: how many of its people have confirmed, and whether it has closed its part."""
    found = []
    for referral in actions.referrals_of(tip_id):
        notices = list(referral.notices.all())
        found.append(
            {
                "scope": referral.scope.name,
                "state": referral.state,
                "told": len(notices),
                "confirmed": [n for n in notices if n.confirmed],
                "released_at": referral.released_at,
                "stood_down_at": referral.stood_down_at,
                "closed_at": referral.closed_at,
            }
        )
    return found
