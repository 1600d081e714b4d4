"""What must happen, as the third column shows it: the ledger's rows gathered into steps, in the order of doing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from upstander.actions import held
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.actions.queries import Line
from upstander.actions.recording import CALLS, proof_of
from upstander.actions.refused import SENT_AGAIN, TOLD_OTHERWISE
from upstander.delivery.models import Delivery
from upstander.packs.current import current
from upstander.packs.model import Paragraph, Proof
from upstander.protocol import Gap

MAIL_KIND, SET_ASIDE = "email_contacts", "not_possible"
PEOPLE = ("call_contacts", MAIL_KIND)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of an action, opened: what came of it, who recorded it, who answered, the note, and with their labels the other
    fields of its proof (a dispatch number, an intake number, a field office)."""

    event: ActionEvent
    by: str
    answered_by: str
    note: str
    written: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of a row, in words: which it is, and what the mail server said of it last."""

    what: str
    why: str


def _mail(delivery: Delivery) -> Mail:
    what = {"narrative": _("the words"), "stand_down": _("the stand-down")}.get(
        delivery.purpose, _("the first mail")
    )
    return Mail(what, _("no address that works") if delivery.last_error == "address" else delivery.last_error)


def may_close(action: RequiredAction) -> dict[str, str]:
    """The results that end a row and that a person may record: not what a paper or a receipt alone can prove."""
    proof, allowed = proof_of(action), held.by_hand(action)
    papers = {r for field in proof.fields if field.kind == "paper" for r in field.required_for}
    return {r: words for r, words in proof.closes.items() if r in allowed and r not in papers}


def may_try(action: RequiredAction) -> dict[str, str]:
    """The results of a row that are tries and that a person may record."""
    return {r: words for r, words in proof_of(action).tries.items() if r in held.by_hand(action)}


@dataclass(slots=True)
class Target:
    """One row of a step: toward whom, with which numbers, how it stands.

    `form` records what was done, `aside` that it cannot be, or how somebody was told whose mail was refused; `again` sends
    a refused mail again. `assigned` names to whom it was given.
    """

    line: Line
    name: str
    detail: str
    phones: tuple[str, ...]
    script: str
    happened: list[Happened]
    confirmed: str
    confirmed_strength: str
    can_act: bool
    overdue: bool
    left_out: bool = False  # the tip is about them
    form: Any = None
    aside: Any = None
    again: Any = None
    assigned: str = ""
    talk: Any = None  # the call that a person began here by a press, see `dialling`
    rings: Any = None  # how the call stands that is made by itself, see `actions.called`
    ladder: Any = None  # what was tried of their own, and what comes next, see `actions.escalation_ladder`
    end_user: Any = None  # how they stand whom the step brings together, see `coordinating`

    @property
    def action(self) -> RequiredAction:
        """The ledger's row."""
        return self.line.action

    @property
    def proof(self) -> Proof:
        """What counts as proof of it: the results that a person may record, and what is written down."""
        return proof_of(self.action)

    @property
    def may_close(self) -> dict[str, str]:
        """The results that end it and that a person may record here: not what a paper or a receipt alone can prove."""
        return may_close(self.action)

    @property
    def may_try(self) -> dict[str, str]:
        """The results that are tries and that a person may record here."""
        return may_try(self.action)

    @property
    def open(self) -> bool:
        """Whether it is owed still."""
        return self.action.done_at is None and self.action.ended_by_id is None

    @property
    def state(self) -> str:
        """A code for the badge: refused (and nobody has acted on it), void, done, aside, waiting, tried, owed."""
        if self.line.unanswered:
            return "refused"
        if self.action.ended_by_id:
            return "void"
        if self.action.done_at:
            return "aside" if self.set_aside else "done"
        if self.action.kind == MAIL_KIND:
            return "waiting"
        return "tried" if self.happened else "owed"

    @property
    def set_aside(self) -> bool:
        """Whether a person wrote down that it cannot be done."""
        return self.action.result == SET_ASIDE

    @property
    def acting(self) -> bool:
        """Whether it is owed still, or a person must act on it though it was done or ended."""
        return self.open or self.state == "refused"

    @property
    def unsent(self) -> bool:
        """Whether its first mail is owed and there was no address to which it could leave."""
        first = self.line.mails.first
        return self.open and (first is None or first.state == Delivery.State.CANCELLED)

    @property
    def refused_mails(self) -> list[Mail]:
        """Those of its mails that a mail server refused for good."""
        return [_mail(d) for d in self.line.mails.refused]

    @property
    def waiting_mails(self) -> list[Mail]:
        """Those after the first that are on their way."""
        return [_mail(d) for d in self.line.mails.waiting]

    @property
    def returns(self) -> bool:
        """Whether there is a mail to bring back, and an address to which it would go."""
        return bool(self.line.mails.refused or self.unsent) and self.line.address is not None

    @property
    def tries(self) -> int:
        """How often it was tried."""
        return len(self.happened)

    @property
    def talk_recorded(self) -> bool:
        """Whether something was recorded by a person since the call was begun that they began by a press."""
        return self.talk is None or any(
            h.event.actor.startswith("account:") and h.event.at >= self.talk.asked_at for h in self.happened
        )

    @property
    def needs_name(self) -> bool:
        """Whether an answer has no likely name: at a PSAP or an agency nobody knows who picks up."""
        return self.action.target_kind != "contact"


@dataclass(slots=True)
class Step:
    """One rule of the plan with everybody it is owed toward."""

    rule: str
    kind: str
    title: str
    owner: str
    because: str
    proof: str
    cites: list[Paragraph]
    once_more: bool
    targets: list[Target] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    beside: list[Any] = field(default_factory=list)  # end-users whom no row is toward, see `coordinating`

    @property
    def is_call(self) -> bool:
        """Whether it is done by telephone."""
        return self.kind in CALLS

    @property
    def is_mail(self) -> bool:
        """Whether the system does it by e-mail."""
        return self.kind == MAIL_KIND

    @property
    def at_once(self) -> bool:
        """Whether the directive says "immediately": the calls of a Critical."""
        return self.kind in ("call_psap", "call_contacts")

    @property
    def waits_for_a_person(self) -> bool:
        """Whether somebody must do something: a mail that leaves by itself is nobody's work."""
        return any(t.unsent or t.state == "refused" if self.is_mail else t.open for t in self.targets)

    @property
    def acting(self) -> list[Target]:
        """Whoever it is owed toward still, or must be seen to."""
        return [t for t in self.targets if t.acting]

    @property
    def open(self) -> list[Target]:
        """Whoever it is owed toward still."""
        return [t for t in self.targets if t.open]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(t.action.done_at is not None and t.action.ended_by_id is None for t in self.targets)

    @property
    def confirmed(self) -> int:
        """How many of the people have confirmed by name."""
        return sum(bool(t.confirmed) for t in self.targets)

    @property
    def to_people(self) -> bool:
        """Whether it goes to the contacts, one by one."""
        return self.kind in PEOPLE

    @property
    def overdue(self) -> bool:
        """Whether one of its rows is past its time."""
        return any(t.overdue for t in self.targets)

    @property
    def due(self) -> datetime | None:
        """The earliest time by which something of it is owed."""
        return min((t.action.due_at for t in self.open if t.action.due_at), default=None)

    @property
    def since(self) -> datetime:
        """Since when it is owed."""
        return min(t.action.owed_since for t in self.targets)

    @property
    def void(self) -> bool:
        """Whether it is not owed any more at all."""
        return all(t.state == "void" and not t.line.mails.refused for t in self.targets)


@dataclass(frozen=True, slots=True)
class Todo:
    """The third column."""

    steps: list[Step]
    over: list[Step]
    judgement: Judgement | None
    first: Step | None
    why_not_close: str

    @property
    def left(self) -> int:
        """How many steps have something open."""
        return sum(bool(s.acting) for s in self.steps)

    @property
    def next(self) -> str:
        """The id of the row that a person does next; empty for none."""
        of = self.first.targets if self.first else []
        mail = self.first is not None and self.first.is_mail
        return next(
            (str(t.action.id) for t in of if (t.unsent or t.state == "refused" if mail else t.open)), ""
        )


def rings_words(code: str) -> str:
    """How a call stands that is made by itself."""
    return {
        "dialling": _("being rung"), "ringing": _("ringing"), "talking": _("picked up, listening"), "again": _("rung again"),
    }.get(code, code)  # fmt: skip


def talk_words(state: str) -> str:
    """How a call stands that a person began by a press."""
    return {
        "asked": _("your telephone is being rung"), "near": _("your telephone rings"), "key": _("press 1 on your telephone"),
        "far": _("ringing"), "talking": _("connected"),
    }.get(state, state)  # fmt: skip


def talk_over_words(result: str) -> str:
    """What came of a call that a person began by a press, before they have recorded it."""
    return {
        "answered": _("The call is over."), "busy": _("It was busy."), "declined": _("The call was declined."),
        "no_answer": _("Nobody answered."), "wrong_number": _("There is no such number."),
        "unreachable": _("The number could not be reached."), "trunk": _("The telephone line refuses: dial by hand."),
        "agent_died": _("The call was cut by a fault of ours: dial again, or by hand."),
        "not_there": _("Nobody picked up your telephone, or pressed 1."), "given_up": _("You hung up before anybody answered."),
        "expired": _("No line was free: dial again, or by hand."),
    }.get(result, "")  # fmt: skip


def result_words(result: str) -> str:
    """What came of an action, in words."""
    return {
        "answered": _("answered"), "voicemail": _("voicemail"), "no_answer": _("no answer"), "busy": _("busy"),
        "wrong_number": _("wrong number"), "sent": _("sent"), "refused": _("refused by the mail server"),
        "done": _("done"), SET_ASIDE: _("set aside"), SENT_AGAIN: _("sent again"),
        TOLD_OTHERWISE: _("told in another way"),
        # of the calls that are made by themselves
        "declined": _("rung: declined"), "unreachable": _("rung: not to be reached"),
        "no_key": _("rung: picked up, no key pressed"),
        "passed_on": _("rung: somebody else must take it"), "pressed": _("rung: has it, to be confirmed by voice or sign-in"),
        "too_early": _("a key pressed before it became graver: rung again"),
        "no_number": _("not rung: no number that a machine can ring"), "trunk": _("not rung: the telephone line refuses"),
        "agent_died": _("cut by a fault of ours, rung again"), "speech": _("not rung: it could not be spoken"),
        "corrected": _("rung: has heard the correction"), "uncorrected": _("rung in vain to correct it: the mail stands"),
    }.get(result) or current().result_words(result)  # fmt: skip
