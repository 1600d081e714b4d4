"""What the register shows: lists, one entry, what is cited, the numbers. The database leaves out what the reader may not see.

`level` is the reader's own (the staff's is the highest): by it the words are found that are written for that level. It opens
nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from upstander import markings
from upstander.markings import Level, Marking
from upstander.network import pack
from upstander.network.standing import Standing
from upstander.people import queries as people
from upstander.register import codes
from upstander.register.entry import When
from upstander.register.models import Incident, Paragraph, Proposal, Source, Version, Words

MOST = 2000  # of one list, file or map
STAFFS = ("number", "made_at", "account_id", "why")  # of a version: the columns that no member may read (`grants`)
_ALIKE, _SHORTEST = 0.42, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. `place` is a state's two letters, or "here" for the programme's own, "away" for all others."""

    words: str = ""
    kind: str = ""
    setting: str = ""
    sector: str = ""
    outcome: str = ""
    sign: str = ""
    place: str = ""
    since: int | None = None
    until: int | None = None
    home: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A version as a list, a file and a map show it."""

    id: UUID
    number: str
    version: Version = field(repr=False)
    edition: int = 0  # how often it was changed for who asks

    @property
    def when(self) -> str:
        """As exactly as it is known."""
        return str(When(self.version.year, self.version.month, self.version.day))

    @property
    def kind(self) -> str:
        return codes.label("kind", self.version.kind)

    @property
    def outcome(self) -> str:
        return codes.label("outcome", self.version.outcome)

    @property
    def weapon(self) -> str:
        return codes.label("weapon", self.version.weapon) if self.version.weapon else ""

    @property
    def signs(self) -> list[str]:
        return [codes.label("signs", code) for code in self.version.signs]

    @property
    def settings(self) -> list[str]:
        return [codes.label("settings", code) for code in self.version.settings]

    @property
    def sector(self) -> str:
        return codes.label("sector", self.version.sector)

    @property
    def portion(self) -> str:
        """The mark of the facts."""
        return portion(self.version.marking)


def level_of(who: Standing) -> Level:
    """By whose words somebody searches: the staff's are the highest level's."""
    return Level.LES if who.staff else who.level or Level.OPEN


def portion(marking: str) -> str:
    """A marking as it stands before a paragraph; the code itself where the pack has it no more."""
    found = pack.network().scheme.get(marking)
    return found.portion if found else marking


def listed(asked: Asked, level: Level) -> QuerySet[Version]:
    """The entries in force that were asked for: the likeliest first where words are looked for, else the newest."""
    found = Version.objects.filter(replaced_at=None).select_related("incident", "organisation").defer(*STAFFS)
    given = {"kind": asked.kind, "sector": asked.sector, "outcome": asked.outcome}
    found = found.filter(**{name: value for name, value in given.items() if value})
    if asked.setting:
        found = found.filter(settings__contains=[asked.setting])
    if asked.sign:
        found = found.filter(signs__contains=[asked.sign])
    if asked.since:
        found = found.filter(year__gte=asked.since)
    if asked.until:
        found = found.filter(year__lte=asked.until)
    found = _placed(found, asked)
    words = " ".join(asked.words.replace("\x00", " ").split())[:200]
    if not words:
        return found.order_by("-begins_on", "id")
    query = SearchQuery(words, config="english", search_type="websearch")
    as_written = Q(words__search=query)
    alike = as_written if '"' in words else as_written | _each_alike(words)  # in quotation marks: so, and not otherwise
    ranked = found.filter(alike, words__level=level).annotate(rank=SearchRank(F("words__search"), query))
    return ranked.order_by("-rank", "-begins_on", "id")


def _each_alike(words: str) -> Q:
    """Each word, or from four letters on one that it is a slip of ("frend", "swating")."""
    with (
        connection.cursor() as cursor
    ):  # of this transaction: PostgreSQL's own 0.6 takes no slip in a short word
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(_ALIKE)])
    alike = Q()
    for word in words.split()[:8]:
        exact = Q(words__search=SearchQuery(word, config="english"))
        alike &= exact | Q(words__text__trigram_word_similar=word) if len(word) >= _SHORTEST else exact
    return alike


def _placed(found: QuerySet[Version], asked: Asked) -> QuerySet[Version]:
    if asked.place == "here":
        return found.filter(state=asked.home)
    if asked.place == "away":
        return found.exclude(state=asked.home)
    return found.filter(state=asked.place) if asked.place else found


def rows(found: Iterable[Version], level: Level | None = None) -> list[Row]:
    """As a page shows them; with how often each was changed for readers of `level`, where that is asked."""
    versions = list(found)
    words = Words.objects.filter(version__in=[v.pk for v in versions], level=level) if level is not None else Words.objects.none()
    editions = dict(words.values_list("version", "number"))
    return [Row(version.incident_id, version.incident.number, version, editions.get(version.pk, 0)) for version in versions]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A paragraph with its mark."""

    part: str
    label: str
    portion: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of an entry's history, as who asks may know it. `by` is for the staff."""

    number: int
    made_at: datetime | None
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as who asks may read it. `banner` is that of what is shown, not of what there is."""

    row: Row
    incident: Incident
    lines: list[ShownLine]
    sources: list[tuple[str, Source]]
    banner: str
    handling: tuple[str, ...]
    history: list[Told]


def shown(incident_id: UUID, number: int | None = None, *, staff: bool = False) -> Shown | None:
    """An entry, or for the staff an earlier version of it; None where there is nothing for who asks."""
    found = Version.objects.filter(incident=incident_id).select_related("incident", "organisation")
    if not staff:
        version = found.defer(*STAFFS).filter(replaced_at=None).first() if number is None else None
    elif number:
        version = found.filter(number=number).first()
    else:
        version = found.order_by("-number").first()
    if version is None:
        return None
    lines = list(Paragraph.objects.filter(version=version).order_by("position"))
    sources = list(Source.objects.filter(version=version).order_by("position"))
    above = banner([version.marking, *(p.marking for p in lines), *(s.marking for s in sources)])
    return Shown(
        row=rows([version])[0],
        incident=version.incident,
        lines=[ShownLine(p.part, codes.label("part", p.part), portion(p.marking), p.text) for p in lines],
        sources=[(portion(s.marking), s) for s in sources],
        banner=above.text if above else "",
        handling=above.handling if above else (),
        history=_all_of(found) if staff else _known_of(version),
    )


def _all_of(found: QuerySet[Version]) -> list[Told]:
    """Every version, for the staff."""
    versions = list(found.order_by("-number"))
    names = people.names(v.account_id for v in versions)
    return [Told(v.number, v.made_at, v.why, names.get(v.account_id, "")) for v in versions]


def _known_of(version: Version) -> list[Told]:
    """When what the reader's own level reads was last changed."""
    return [Told(words.number, words.since, words.why) for words in Words.objects.filter(version=version).defer("text", "search")]


def banner(used: Iterable[str]) -> markings.Banner | None:
    """The banner of what has these markings; None for nothing, and where the pack knows none of them any more."""
    scheme = pack.network().scheme
    known: list[Marking] = [m for code in set(used) if (m := scheme.get(code))]
    return markings.banner([markings.Paragraph("x", m.code) for m in known], scheme) if known else None


def counted(found: QuerySet[Version], by: str) -> list[tuple[str, int]]:
    """How many of them there are by a column, the most first."""
    counts = found.order_by().values(by).annotate(n=Count("id", distinct=True)).values_list(by, "n")
    return sorted(((str(value), n) for value, n in counts), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Citation:
    """What a product shows of an incident that it cites."""

    id: UUID
    number: str
    title: str
    when: str
    state: str


def citations(ids: Sequence[UUID]) -> dict[UUID, Citation]:
    """Of these incidents those that who asks may read, by id. For products: they keep the id, and show no more than this."""
    found = Version.objects.filter(replaced_at=None, incident__in=ids).select_related("incident").defer(*STAFFS)
    return {
        row.id: Citation(row.id, row.number, row.version.title, row.when, row.version.state)
        for row in rows(found)
    }


def months(since: date, until: date) -> dict[tuple[int, int], int]:
    """How many incidents are known by year and month, for a comparison with what the desk publishes of tips (`network.patterns`):
    codes and counts on either side. Those of which only the year is known are not among them."""
    found = Version.objects.filter(
        replaced_at=None, begins_on__gte=since, begins_on__lt=until, month__isnull=False
    )
    counts = (
        found.order_by().values("year", "month").annotate(n=Count("id")).values_list("year", "month", "n")
    )
    return {(year, month): n for year, month, n in counts if month}


def proposals_of(member_id: UUID) -> list[Proposal]:
    """A member's own, the latest first."""
    return list(Proposal.objects.filter(member_id=member_id).order_by("-at")[:100])


def waiting() -> list[tuple[Proposal, str]]:
    """Proposals that nobody has decided, the oldest first, with who proposed them."""
    found = list(Proposal.objects.filter(decided_at=None).order_by("at")[:200])
    names = people.names(p.account_id for p in found)
    return [(p, names.get(p.account_id, "")) for p in found]
