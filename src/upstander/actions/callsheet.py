"""The call sheet: every open Critical with what is owed by telephone, as it must stand on paper when no screen works.

Numbers, names, steps and times alone: no word of a tip or of what was noted about one is opened, nothing of a reporter is read,
and nobody stands on it who is left out of the tip (decisions 3; docs/decisions/0099). The queries do not grow with the Criticals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch

from upstander import clock
from upstander.actions import callsheet_scripts, exclusion, red
from upstander.actions.exclusion import LeftOut
from upstander.actions.models import ActionEvent, CallSheet, Judgement, Notice, RequiredAction
from upstander.actions.recording import CALLS
from upstander.directory import queries as directory
from upstander.directory.models import AnsweringPoint, Contact, ContactPoint, Organisation
from upstander.directory.queries import PlaceCard
from upstander.intake.models import Tip
from upstander.ops.models import Heartbeat
from upstander.packs.current import current
from upstander.packs.model import Pack

WRITER = "worker"
MAY_BE_OLD = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: what came of it, and when it happened."""

    result: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger: whom to call, at which numbers, what came of it so far, and whether they confirmed."""

    action: RequiredAction
    name: str
    detail: str
    phones: tuple[str, ...]
    tries: tuple[Try, ...]
    confirmed_at: datetime | None
    confirmed_as: str

    @property
    def open(self) -> bool:
        """Whether the call is owed still."""
        return self.action.done_at is None


@dataclass(frozen=True, slots=True)
class Step:
    """The calls of one rule, with what to say; `gaps` say what the directory lacks for it."""

    kind: str
    title: str
    script: str
    lines: tuple[Line, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Critical:
    """One open Critical: which, where, since when, its calls, and what else is owed, in words."""

    tip: Tip
    place: PlaceCard | None
    klass: str
    kinds: tuple[str, ...]
    in_progress: bool
    steps: tuple[Step, ...]
    others: tuple[str, ...]

    @property
    def calls_left(self) -> int:
        """How many calls are owed still."""
        return sum(line.open for step in self.steps for line in step.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet as it was at one moment, the gravest and oldest first."""

    at: datetime
    criticals: tuple[Critical, ...]

    @property
    def lines(self) -> list[Line]:
        """Every row of it, in its order."""
        return [line for c in self.criticals for step in c.steps for line in step.lines]


def read(now: datetime, only: UUID | None = None) -> Sheet:
    """The sheet now; of one tip alone where `only` names it."""
    tips = Tip.objects.filter(closed_at=None).filter(red.critical(current()))
    if only is not None:
        tips = tips.filter(pk=only)
    columns = ("id", "number", "place_id", "received_at", "judged_at", "klass", "rank")
    found = list(tips.only(*columns).order_by("rank", "received_at", "id"))
    ids = [tip.pk for tip in found]
    reader = _Reader(ids, directory.place_cards({tip.place_id for tip in found if tip.place_id}))
    return Sheet(now, tuple(reader.critical(tip) for tip in found))


class _Reader:
    """All rows of these tips, asked for at once."""

    def __init__(self, tip_ids: list[UUID], places: Mapping[int, PlaceCard]) -> None:
        self.places = places
        self.left = exclusion.of(tip_ids)
        self.judged = _judgements(tip_ids)
        self.rows: dict[UUID, list[RequiredAction]] = defaultdict(list)
        for row in _rows(tip_ids):
            self.rows[row.tip_id].append(row)
        every = [row for rows in self.rows.values() for row in rows]
        self.people = _people(int(r.target_ref) for r in every if r.target_kind == "contact" and r.target_ref.isdecimal())
        self.offices = _offices(int(r.target_ref) for r in every if r.target_kind != "contact" and r.target_ref.isdecimal())
        self.notices = _notices(tip_ids)

    def critical(self, tip: Tip) -> Critical:
        judgement = self.judged.get(tip.pk)
        card = self.places.get(tip.place_id) if tip.place_id else None
        pack = callsheet_scripts.pack_of(judgement)
        rows = [row for row in self.rows[tip.pk] if not self._left_out(row)]
        calls: dict[str, list[RequiredAction]] = defaultdict(list)
        for row in rows:
            if row.kind in CALLS:
                calls[row.rule].append(row)
        filled = callsheet_scripts.Filled(pack, tip, card, judgement)
        return Critical(
            tip=tip, place=card, klass=pack.class_name(tip.klass or ""),
            kinds=tuple(pack.subtype_name(s) for s in judgement.subtypes) if judgement else (),
            in_progress=bool(judgement and judgement.in_progress),
            steps=tuple(self._step(pack, filled, tip, of_rule) for of_rule in calls.values()),
            others=self._others(pack, rows),
        )  # fmt: skip

    def _out(self, tip_id: UUID) -> LeftOut:
        return self.left.get(tip_id, exclusion.NOBODY)

    def _left_out(self, row: RequiredAction) -> bool:
        """Whether it is toward somebody whom the tip is about: they stand on no paper."""
        return row.target_kind == "contact" and row.target_ref in map(str, self._out(row.tip_id).contacts)

    def _step(
        self, pack: Pack, filled: callsheet_scripts.Filled, tip: Tip, rows: list[RequiredAction]
    ) -> Step:
        first, place = rows[0], tip.place_id
        lines = [self._line(row) for row in sorted(rows, key=lambda row: self._order(row, place))]
        return Step(first.kind, pack.word("kind", first.kind), filled.script(first), tuple(lines), filled.gaps(first.kind))

    def _order(self, row: RequiredAction, place_id: int | None) -> tuple[object, ...]:
        """As `directory.poc_list` has it: the place's own list first, then by the list's order."""
        contact = self.people.get(row.target_ref) if row.target_kind == "contact" else None
        if contact is None:
            return (0, 0, row.label, 0)
        return (contact.listed_for_id != place_id, contact.position, contact.name, contact.pk)

    def _line(self, row: RequiredAction) -> Line:
        contact = self.people.get(row.target_ref) if row.target_kind == "contact" else None
        office = self.offices.get(row.target_ref) if row.target_kind != "contact" else None
        notice = self.notices.get((row.tip_id, contact.pk)) if contact else None
        confirmed = notice if notice and notice.confirmed else None
        numbers = [p.value for p in contact.points.all() if p.kind == "phone"] if contact else []
        return Line(
            action=row,
            name=contact.name if contact else office.name if office else row.label,
            detail=", ".join(w for w in (contact.role, contact.organisation.name) if w) if contact else "",
            phones=self._out(row.tip_id).numbers_of(numbers) if contact else _numbers(office),
            tries=tuple(sorted((Try(e.result, e.when) for e in row.events.all()), key=lambda t: t.at)),
            confirmed_at=confirmed.confirmed_at if confirmed else None,
            confirmed_as=confirmed.confirmed_as if confirmed else "",
        )

    def _others(self, pack: Pack, rows: Iterable[RequiredAction]) -> tuple[str, ...]:
        """What else is owed and not done, each kind once, with toward whom."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.kind not in CALLS and row.done_at is None and row.standing == RequiredAction.Standing.OWED:
                contact = self.people.get(row.target_ref) if row.target_kind == "contact" else None
                names = found[pack.word("kind", row.kind)]
                if (name := contact.name if contact else row.label) and name not in names:
                    names.append(name)
        return tuple(f"{title}: {', '.join(names)}" if names else title for title, names in found.items())


def _rows(tip_ids: list[UUID]) -> list[RequiredAction]:
    events = ActionEvent.objects.only("id", "action_id", "at", "happened_at", "result").order_by("at", "id")
    rows = RequiredAction.objects.filter(tip_id__in=tip_ids, ended_by=None).only(
        "id", "tip_id", "rule", "kind", "target_kind", "target_ref", "label", "script", "about", "position", "owed_since",
        "due_at", "done_at", "result", "standing",
    )  # fmt: skip
    return list(rows.order_by("position", "owed_since", "id").prefetch_related(Prefetch("events", events)))


def _judgements(tip_ids: list[UUID]) -> dict[UUID, Judgement]:
    columns = ("id", "tip_id", "at", "klass", "subtypes", "in_progress", "pack_digest", "plan")
    found = Judgement.objects.filter(tip_id__in=tip_ids, state=Judgement.State.IN_FORCE)
    return {judgement.tip_id: judgement for judgement in found.only(*columns)}


def _people(ids: Iterable[int]) -> dict[str, Contact]:
    points = ContactPoint.objects.only("id", "contact_id", "kind", "value", "position").order_by("position", "id")
    columns = ("id", "name", "role", "position", "listed_for_id", "organisation__id", "organisation__name")
    found = Contact.objects.filter(pk__in=set(ids)).select_related("organisation").only(*columns)
    return {str(contact.pk): contact for contact in found.prefetch_related(Prefetch("points", points))}


def _offices(ids: Iterable[int]) -> dict[str, Organisation]:
    found = {str(o.pk): o for o in Organisation.objects.filter(pk__in=set(ids)).only("id", "name", "phone")}
    points = AnsweringPoint.objects.filter(organisation_id__in=[o.pk for o in found.values()])
    for point in points.only("organisation_id", "transfer_number"):
        office = found[str(point.organisation_id)]
        office.phone = point.transfer_number or office.phone  # by which an answering point is reached
    return found


def _numbers(office: Organisation | None) -> tuple[str, ...]:
    return (office.phone,) if office and office.phone else ()


def _notices(tip_ids: list[UUID]) -> dict[tuple[UUID, int], Notice]:
    """The notice that counts of each person, by tip and contact."""
    columns = ("id", "contact_id", "asked_since", "confirmed_at", "confirmed_as", "referral__id", "referral__tip_id")
    found = Notice.objects.filter(referral__tip_id__in=tip_ids).select_related("referral").only(*columns)
    return {(notice.referral.tip_id, notice.contact_id): notice for notice in found.standing_last()}


@dataclass(frozen=True, slots=True)
class State:
    """The last sheet that was written: of which moment it is (None: none ever was), and whether it is too old."""

    read_at: datetime | None
    late: timedelta | None


def state() -> State:
    """How old the last sheet is, by what its writer wrote down, asked of the database: red by absence (decisions 14).

    Where none was ever written its age is counted from when the worker began; where there has been no worker, that is red by
    itself.
    """
    written = CallSheet.objects.filter(pk=CallSheet.ONLY).values_list("read_at", flat=True).first()
    began = Heartbeat.objects.filter(process=WRITER).values_list("started_at", flat=True).first()
    since = written or began
    age = clock.now() - since if since else timedelta()
    return State(written, age if age > MAY_BE_OLD else None)
