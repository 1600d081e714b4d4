"""Everything that the page of one tip shows, beside what must happen (see `steps`)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404

from upstander.actions import queries as actions
from upstander.actions import words as opened
from upstander.actions.models import Judgement
from upstander.actions.panels import Panel, panels
from upstander.desk import board, claims
from upstander.desk.models import Claim
from upstander.directory import queries as directory
from upstander.directory.queries import Network, PlaceCard, Poc, Routing
from upstander.ids import grouped, normalised
from upstander.intake import queries as intake
from upstander.intake import submitters, voicemail
from upstander.intake.models import Message, Submitter
from upstander.intake.queries import QueueRow, Said
from upstander.intake.services import Submitted
from upstander.packs.current import current
from upstander.people import queries as people
from upstander.vault.envelope import CannotOpen

EARLIER = 10


def find(number: str) -> QueueRow:
    """The tip with this public number, however it was typed; raises Http404."""
    tip = intake.by_number(grouped(normalised(number)))
    if tip is None:
        raise Http404(number)
    return tip


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a tip: where, how grave, who holds it. Nothing that a person wrote."""

    tip: QueueRow
    item: board.Item
    place: PlaceCard | None
    network: Network
    holder: Claim | None
    mine: bool
    judgement: Judgement | None
    judged_by: str
    pending: Judgement | None
    pending_by: str
    now: datetime

    @property
    def klass(self) -> str:
        """The class in words; empty before the first judgement."""
        return current().class_name(self.tip.klass) if self.tip.klass else ""

    @property
    def subtypes(self) -> list[str]:
        """What it was judged to be, in words."""
        return [current().subtype_name(s) for s in self.judgement.subtypes] if self.judgement else []

    @property
    def flags(self) -> list[str]:
        """The marks of the judgement in force, in words."""
        return [current().flag_name(f) for f in self.judgement.flags] if self.judgement else []

    @property
    def reported_as(self) -> str:
        """What the reporter had called it."""
        return current().subtype_name(self.tip.reported_subtype) if self.tip.reported_subtype else ""


def head(tip: QueueRow, account_id: int, now: datetime, red: board.Reds | None = None) -> Head:
    """The head of a tip's page. `red`: what of all tips is red, where it is known already."""
    judged = actions.judgements(tip.id)
    in_force = next((j for j in judged if j.state == Judgement.State.IN_FORCE), None)
    pending = next((j for j in judged if j.state == Judgement.State.PENDING), None)
    names = people.names([j.account_id for j in (in_force, pending) if j])
    reds = board.red_of(tip.id, now) if red is None else red.get(tip.id, [])
    [item] = board.items([tip], {tip.id: reds}, now, account_id)
    holder = claims.holder(tip.id, now)
    return Head(
        tip=tip,
        item=item,
        place=item.place,
        network=directory.network(tip.place_id),
        holder=holder,
        mine=holder is not None and holder.account_id == account_id,
        judgement=in_force,
        judged_by=names.get(in_force.account_id, "") if in_force else "",
        pending=pending,
        pending_by=names.get(pending.account_id, "") if pending else "",
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Who:
    """The people and places around a tip."""

    routing: Routing
    contacts: list[Poc]
    earlier: list[board.Item]
    twin: QueueRow | None


def who(tip: QueueRow, account_id: int, now: datetime) -> Who:
    """Whom to call, what came before from there, and whether the same device had sent another."""
    earlier = intake.earlier_at(tip.place_id, tip.received_at, EARLIER) if tip.place_id else []
    return Who(
        routing=directory.routing(tip.place_id),
        contacts=directory.poc_list(tip.place_id),
        earlier=board.items(earlier, {}, now, account_id),
        twin=intake.tip(tip.same_key_as) if tip.same_key_as else None,
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """One word of the dialogue with the name of whoever at the desk said it."""

    said: Said
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """What was said: the form's own fields by name, then the dialogue. `gone`: the words were destroyed."""

    fields: dict[str, Said]
    dialogue: list[Letter]
    gone: bool = False
    written_by: str = ""  # whoever wrote down what a voicemail says

    @property
    def text(self) -> str:
        """The tip's own words; of a voicemail what somebody has written down of it."""
        own = self.fields.get(voicemail.FIELD) or self.fields.get("text")
        return own.text if own else ""

    @property
    def added(self) -> int:
        """How many words the reporter has added that are shown here."""
        return sum(letter.said.sender == Message.From.REPORTER for letter in self.dialogue)

    @property
    def first_answer(self) -> Said | None:
        """The first word that a person at the desk said to the reporter."""
        return next((letter.said for letter in self.dialogue if letter.said.sender == Message.From.DESK), None)

    @property
    def last(self) -> str:
        """The id of the newest word, by which a page knows whether there is a newer one."""
        ids = [s.id for s in self.fields.values()] + [letter.said.id for letter in self.dialogue]
        return max(ids).hex if ids else ""


def newest_word(tip_id: UUID) -> str:
    """The id of the newest word of a tip, without opening anything."""
    newest = max(Message.objects.filter(tip_id=tip_id).values_list("id", flat=True), default=None)
    return newest.hex if newest else ""


def words(tip_id: UUID) -> Words:
    """Open what was said about a tip; the caller writes the audit entry."""
    try:
        said = intake.dialogue(tip_id)
    except CannotOpen:
        return Words({}, [], gone=True)
    fields = {s.field: s for s in said if s.field}
    rest = [s for s in said if not s.field]
    heard = fields.get(voicemail.FIELD)
    names = people.names([s.account_id for s in (*rest, heard) if s])
    letters = [Letter(s, names.get(s.account_id or 0, "")) for s in rest]
    return Words(fields, letters, written_by=names.get(heard.account_id or 0, "") if heard else "")


def submitted(tip: QueueRow) -> Submitted | None:
    """Who passed a tip on, opened; None where its reporter sent it, or where its words were destroyed."""
    if tip.submitter == Submitter.REPORTER:
        return None
    try:
        return submitters.of(tip.id)
    except CannotOpen:
        return None


def reasons(head_: Head) -> tuple[str, str]:
    """Why the judgement in force, and why the pending one, as they were written."""
    return (
        opened.reason(head_.judgement) if head_.judgement else "",
        opened.reason(head_.pending) if head_.pending else "",
    )


def said_elsewhere(tip_id: UUID) -> list[Panel]:
    """What other rooms show here: what the schools wrote, say."""
    return panels(tip_id)
