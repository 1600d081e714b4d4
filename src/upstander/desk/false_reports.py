"""What the pages of false reports and pranks show: what waits for a determination, what is researched, and all of one tip
(D-IV.A.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander.actions import falsehood, queries, recording, words
from upstander.actions.falsehood import DETERMINATION, FOLLOWS, NO_DATUM, RESEARCH, Held
from upstander.actions.models import ActionEvent, Judgement, RequiredAction
from upstander.directory import queries as directory
from upstander.directory.queries import PlaceCard
from upstander.intake.models import Tip
from upstander.packs.current import current, used
from upstander.packs.model import Pack, Paragraph, Proof
from upstander.people import queries as people

LISTED = 50
KINDS: dict[str, str | Promise] = {
    "email": _("an e-mail address"),
    "phone": _("a telephone number"),
    "name": _("a name"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was written down: when, by whom, what came of it, the words."""

    at: datetime
    by: str
    result: str
    words: str


def _entries(rows: Iterable[RequiredAction]) -> list[Entry]:
    """What was written on these rows, in order, opened; the caller writes the audit entry."""
    events = sorted(
        ((e, row) for row in rows for e in row.events.all()), key=lambda one: (one[0].at, one[0].id)
    )
    names = people.names([_account(e) for e, _row in events])
    found = []
    for event, row in events:
        detail = words.detail(event, row.tip_id)
        said = ". ".join(part for part in (detail.get("answered_by", ""), detail.get("note", "")) if part)
        found.append(
            Entry(event.at, names.get(_account(event) or 0, ""), current().result_words(event.result), said)
        )
    return found


def _account(event: ActionEvent) -> int | None:
    return int(event.actor[8:]) if event.actor.startswith("account:") else None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a tip, where, how grave, since when, by when, how far it has come."""

    action: RequiredAction
    place: PlaceCard | None
    klass: str
    subtypes: tuple[str, ...]
    entries: int
    late: bool


def listed(rows: Iterable[RequiredAction], now: datetime) -> list[Row]:
    """These rows as the list shows them, at most LISTED; nothing is opened."""
    found = list(rows)[:LISTED]
    cards = directory.place_cards({r.tip.place_id for r in found if r.tip.place_id})
    judged = Judgement.objects.filter(tip__in=[r.tip_id for r in found], state=Judgement.State.IN_FORCE)
    subtypes = dict(judged.values_list("tip_id", "subtypes"))
    pack = current()
    return [
        Row(
            row, cards.get(row.tip.place_id or 0), pack.klass(row.tip.klass).label if row.tip.klass else "",
            tuple(pack.subtype(s).label for s in subtypes.get(row.tip_id, ())), row.events.count(),
            row.done_at is None and row.due_at is not None and row.due_at < now,
        )
        for row in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Following:
    """What a determination opens: its title, whether it is owed or only offered, what was written, and its form."""

    kind: str
    title: str
    because: str
    offered: bool
    open: bool
    rule: str
    entries: list[Entry]
    proof: Proof


class NoteForm(forms.Form):
    """What a supervisor or an analyst writes down; the button that is pressed says the result."""

    note = forms.CharField(
        label=_("What shows it"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what shows it: the record keeps it.")},
    )  # fmt: skip
    answered_by = forms.CharField(label=_("Who answered"), required=False, max_length=200)
    result = forms.CharField(required=False, max_length=24)


def note_form(name: str, data: Any = None) -> NoteForm:
    """The form of this name on the page of one tip, fresh or as sent."""
    return NoteForm(data, auto_id=f"id_{name}_%s")


@dataclass(frozen=True, slots=True)
class Report:
    """One tip on the page of its determination. `yes` and `no`: the results, with their words; `determined`: what was
    determined last is yes."""

    tip: Tip
    judgement: Judgement
    place: PlaceCard | None
    klass: str
    subtypes: tuple[str, ...]
    paragraphs: list[Paragraph]
    yes: dict[str, str]
    no: dict[str, str]
    determined: bool
    late: bool
    determinations: list[Entry]
    held: Held
    following: list[Following]

    @property
    def given(self) -> list[str | Promise]:
        """What was given that may identify the reporter, in words."""
        return [KINDS.get(kind, kind) for kind in self.held.kinds]


def report(tip: Tip, now: datetime) -> Report | None:
    """Everything about one judged tip's determination, its notes opened; None where nobody has judged it, or the directive in
    force has no determination. The caller writes the audit entry."""
    judgement = queries.in_force(tip.pk)
    pack = (used(judgement.pack_digest) if judgement else None) or current()
    rule = falsehood.rule(pack)
    if judgement is None or rule is None:
        return None
    rows = falsehood.rows(tip.pk, (DETERMINATION, *FOLLOWS))
    own = [row for row in rows if row.kind == DETERMINATION]
    closes = pack.proof(rule.proof).closes
    held = falsehood.held(tip)
    return Report(
        tip=tip, judgement=judgement, place=directory.place_card(tip.place_id) if tip.place_id else None,
        klass=pack.klass(judgement.klass).label, subtypes=tuple(pack.subtype(s).label for s in judgement.subtypes),
        paragraphs=pack.cited(dict.fromkeys(c for case in rule.cases for c in case.cites)),
        yes={r: said for r, said in closes.items() if falsehood.opens(pack, r)},
        no={r: said for r, said in closes.items() if not falsehood.opens(pack, r)},
        determined=_determined(pack, judgement, own),
        late=any(row.done_at is None and row.due_at and row.due_at < now for row in own if not row.ended_by_id),
        determinations=_entries(own), held=held, following=_following(pack, judgement, rows, held),
    )  # fmt: skip


def rules(tip_id: UUID) -> frozenset[str]:
    """By which rules something may follow a determination: of the version that judged the tip, of the one in force, and those
    that stand in the ledger of the tip."""
    judgement = queries.in_force(tip_id)
    packs = (current(), (used(judgement.pack_digest) if judgement else None) or current())
    known = {rule.id for pack in packs for rule in pack.rules if rule.kind in FOLLOWS}
    return frozenset(known | {row.rule_id for row in falsehood.rows(tip_id, FOLLOWS)})


def _determined(pack: Pack, judgement: Judgement, own: list[RequiredAction]) -> bool:
    return falsehood.mark(pack) in judgement.flags or bool(own and falsehood.opens(pack, own[-1].result))


def _following(pack: Pack, judgement: Judgement, rows: list[RequiredAction], held: Held) -> list[Following]:
    """What the determination has opened, in the order in which it is done."""
    offers = {one.kind: one for one in queries.offers(judgement)}
    found = []
    for kind in FOLLOWS:
        mine = [row for row in rows if row.kind == kind and row.ended_by_id is None]
        offer = offers.get(kind)
        if not mine and offer is None:
            continue
        rule = mine[-1].rule_id if mine else offer.rule if offer else ""
        because = mine[-1].because if mine else offer.because if offer else ""
        found.append(
            Following(
                kind, pack.word("kind", kind), because,
                offered=not mine or mine[-1].standing == RequiredAction.Standing.OFFERED,
                open=not mine or mine[-1].done_at is None, rule=rule, entries=_entries(mine),
                proof=_proof(pack, mine, rule, kind, held),
            )
        )  # fmt: skip
    return found


def _proof(pack: Pack, mine: list[RequiredAction], rule: str, kind: str, held: Held) -> Proof:
    """What may be recorded: that nothing was ever given only where that is so."""
    known = pack.rule(rule)
    proof = recording.proof_of(mine[-1]) if mine or known is None else pack.proof(known.proof)
    if kind != RESEARCH or held.nothing:
        return proof
    closes = {result: said for result, said in proof.closes.items() if result != NO_DATUM}
    return Proof(proof.code, closes, proof.tries, proof.fields)
