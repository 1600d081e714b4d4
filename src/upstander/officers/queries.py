"""What this room shows, to who is acting (`reach.acting`): the database leaves out what is not theirs."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min

from upstander import clock
from upstander.directory.models import Organisation
from upstander.officers import pack, sealing
from upstander.officers.models import Activity, Agreement, Certificate
from upstander.officers.reach import Reach, people_of
from upstander.officers.tallies import Tally
from upstander.officers.training import HAVE, OVERDUE, Cell, Held, cells
from upstander.packs.officers import Point, Training
from upstander.people import access
from upstander.people.models import Account, Designation

_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One of my own entries, with its note."""

    activity: Activity
    note: str


@dataclass(frozen=True, slots=True)
class Usual:
    """What I do often: one press enters it anew."""

    place_id: int
    kind: str
    minutes: int
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paperwork:
    """A certificate of mine: what was typed beside it, whether there is a file, how it stands."""

    certificate: Certificate
    words: str
    has_file: bool
    state: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the matrix."""

    name: str
    post: str
    cells: list[Cell]
    files: dict[str, Certificate]  # by training, the one that counts longest

    @property
    def overdue(self) -> int:
        return sum(cell.state == OVERDUE for cell in self.cells)


@dataclass(frozen=True, slots=True)
class OnFile:
    """An agreement that is on file, what it does not speak of, and whether its review is overdue, or due soon."""

    agreement: Agreement
    holds: tuple[Point, ...]
    missing: tuple[Point, ...]
    overdue: bool
    soon: bool
    has_file: bool

    @property
    def lacks_required(self) -> bool:
        """Whether it is silent on a point that the law asks for."""
        return any(p.required for p in self.missing)


def entries(reach: Reach, most: int = 15) -> list[Entry]:
    """My last entries."""
    mine = Activity.objects.filter(account_id=reach.account_id, withdrawn_at=None)
    rows = mine.select_related("place", "note").order_by("-day", "-made_at")[:most]
    return [Entry(row, _note(reach, row)) for row in rows]


def _note(reach: Reach, row: Activity) -> str:
    note = getattr(row, "note", None)
    if note is None:
        return ""
    opened = sealing.opened(
        "officers_note.sealed_text", row.id, note.sealed_text, account_id=reach.account_id
    )
    return opened.decode()


def usual(reach: Reach) -> list[Usual]:
    """What I entered most often among my last 60 entries, so that it takes one press."""
    mine = Activity.objects.filter(account_id=reach.account_id, withdrawn_at=None, place_id__in=reach.work)
    known = {k.code for k in pack.officers().kinds}
    rows = mine.order_by("-made_at").values_list("place_id", "kind", "minutes", "outcomes")[:60]
    counted = Counter(Usual(p, k, m, tuple(o)) for p, k, m, o in rows if k in known)
    return [one for one, n in counted.most_common(_AGAIN) if n > 1]


def last_place(reach: Reach) -> int | None:
    """Where I entered work last, if I still work there."""
    mine = Activity.objects.filter(account_id=reach.account_id, withdrawn_at=None, place_id__in=reach.work)
    return mine.order_by("-made_at").values_list("place_id", flat=True).first()


@dataclass(frozen=True, slots=True)
class Due:
    """A place or agency that one looks after, how many of its people have a training overdue, and how its agreements stand."""

    scope: Organisation
    overdue: int
    reviews: int
    silent: int


def due(reach: Reach, scopes: list[Organisation]) -> list[Due]:
    """What is due at each of these: people with an overdue training, late reviews, agreements silent on what the law asks for."""
    found = []
    for scope in scopes:
        on_file = agreements(scope.pk, reach)
        found.append(
            Due(
                scope,
                sum(row.overdue > 0 for row in matrix(scope.pk)),
                sum(a.overdue for a in on_file),
                sum(a.lacks_required for a in on_file),
            )
        )
    return found


def certificates(reach: Reach) -> list[Paperwork]:
    """My own certificates, the next to end first."""
    mine = Certificate.objects.filter(account_id=reach.account_id, withdrawn_at=None)
    today, soon = clock.today(), pack.officers().expiring_days
    found = []
    for one in mine.select_related("paper").order_by("expires_on", "-done_on"):
        words = sealing.opened(
            "officers_certificate.sealed_words", one.id, one.sealed_words, account_id=reach.account_id
        ).decode()
        left = None if one.expires_on is None else (one.expires_on - today).days
        state = HAVE if left is None or left > soon else "expiring" if left >= 0 else "expired"
        found.append(Paperwork(one, words, hasattr(one, "paper"), state))
    return found


def standing(reach: Reach) -> list[Cell]:
    """How I myself stand with what is asked of my post, since I was designated."""
    first = Designation.objects.filter(access.live(), account_id=reach.account_id).aggregate(
        at=Min("starts_at")
    )["at"]
    since = (first or clock.now()).date()
    mine = Certificate.objects.filter(account_id=reach.account_id, withdrawn_at=None)
    post = "officer" if reach.officer else "administrator"
    held = [Held(c.training, c.done_on, c.expires_on) for c in mine]
    return cells(pack.officers(), post, since, held, clock.today())


def matrix(scope_id: int) -> list[PersonRow]:
    """Who of a place or agency that one looks after has which training: who has most overdue first."""
    people = people_of(scope_id)
    names = dict(Account.objects.filter(pk__in=[p.account_id for p in people]).values_list("pk", "name"))
    held: dict[int, list[Certificate]] = defaultdict(list)
    of = Certificate.objects.filter(account_id__in=names, withdrawn_at=None)
    for one in of.select_related("paper").defer("paper__body", "sealed_words"):
        held[one.account_id].append(one)
    today, found = clock.today(), pack.officers()
    rows = []
    for person in people:
        mine = held[person.account_id]
        standing = [Held(c.training, c.done_on, c.expires_on) for c in mine]
        stands = cells(found, person.post, person.since.date(), standing, today)
        files = {
            c.training: c for c in sorted(mine, key=lambda c: c.expires_on or date.max) if hasattr(c, "paper")
        }
        rows.append(PersonRow(names[person.account_id], person.post, stands, files))
    return sorted(rows, key=lambda row: (-row.overdue, row.name))


def in_numbers(training: Training, rows: list[PersonRow]) -> Tally:
    """How a mandatory training stands among the people of a matrix: theirs to know, so nothing is hidden."""
    cells = [c for row in rows for c in row.cells if c.training == training.code]
    have, late = sum(c.counts for c in cells), sum(c.state == OVERDUE for c in cells)
    return Tally(training.label, training.law, len(cells), have, late)


def agreements(scope_id: int, reach: Reach) -> list[OnFile]:
    """What is on file between a place, or the district above it, and agencies; or an agency and places."""
    if scope_id in reach.agencies:
        found = Agreement.objects.filter(agency_id=scope_id)
    else:
        parents = Organisation.objects.filter(pk=scope_id).values_list("parent_id", flat=True)
        found = Agreement.objects.filter(place_id__in=[scope_id, *(p for p in parents if p)])
    points, today = pack.officers().points, clock.today()
    soon = today + timedelta(days=pack.officers().expiring_days)
    live = found.filter(ended_at=None).select_related("place", "agency", "paper").defer("paper__body")
    return [
        OnFile(
            a,
            tuple(p for p in points if p.code in a.holds),
            tuple(p for p in points if p.code not in a.holds),
            a.review_on < today,
            today <= a.review_on <= soon,
            hasattr(a, "paper"),
        )
        for a in live.order_by("review_on")
    ]


def earlier(scope_id: int) -> list[Agreement]:
    """The versions that count no more."""
    return list(
        Agreement.objects.filter(place_id=scope_id, ended_at__isnull=False)
        .select_related("agency")
        .order_by("-signed_on")
    )
