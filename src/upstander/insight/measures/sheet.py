"""Figures as they stand on a page or on paper: sections of tables and facts, with the same words for both."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from upstander.directory.models import Kind, Organisation
from upstander.insight.measures.drawn import Drawing
from upstander.insight.measures.small import LEAST
from upstander.markings import Level
from upstander.network import pack
from upstander.network.models import Member


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it is, its columns, its rows; the first cell of each row says what the row is about."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def labelled(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The rows, each cell with its column."""
        return tuple(tuple(zip(self.heads, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together. `key` is its place on the page; `says` how they are counted."""

    key: str
    title: str
    says: str = ""
    drawing: Drawing | None = None
    legend: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = field(default=())

    @property
    def first(self) -> tuple[Table, ...]:
        """The table that is seen at once."""
        return tuple(table for table in self.tables if table.rows)[:1]

    @property
    def more(self) -> tuple[Table, ...]:
        """Those behind it."""
        return tuple(table for table in self.tables if table.rows)[1:]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.facts and not any(table.rows for table in self.tables)


def few() -> str:
    """What stands where a group is too small."""
    return _("fewer than %(n)d") % {"n": LEAST}


def people(n: int, *, veiled: bool) -> str:
    """A number of people; on paper that leaves the house (`veiled`) a small one is not said."""
    return few() if veiled and 0 < n < LEAST else number(n)


def number(n: int) -> str:
    """A number, with commas."""
    return f"{n:,}"


def share(part: int, of: int) -> str:
    """Per cent, where there is anything."""
    return f"{round(100 * part / of)}%" if of else "-"


def product(code: str) -> str:
    """A kind of product in words."""
    return pack.network().label("products", code)


def topic(code: str) -> str:
    """A topic in words."""
    return pack.network().label("topics", code)


def discipline(code: str) -> str:
    """A discipline in words; of none given: all."""
    return pack.network().label("disciplines", code) if code else _("All disciplines")


def role(code: str) -> str:
    """A role in words."""
    return pack.network().label("roles", code)


def level(code: str) -> str:
    """A level in words, of its number."""
    return pack.network().level(Level(int(code))).label


def sector(code: str) -> str:
    """A sector in words."""
    return str(_(dict(Member.Sector.choices).get(code, code)))


def regions() -> dict[str, str]:
    """The names of the regional offices, those that are no more among them; of none given: the whole state."""
    found = Organisation.objects.filter(kind=Kind.REGION).values_list("pk", "name")
    return {str(id): name for id, name in found} | {"": _("The whole state")}
