"""The way around: each room above names the pages that stand in the header, for members or for staff."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the header. `name` is that of a URL without arguments; `order` sorts them, smallest first."""

    name: str
    label: str | Promise
    order: int
    staff: bool = False
    own: bool = False


_known: dict[str, Page] = {}


def register(name: str, label: str | Promise, order: int, *, staff: bool = False, own: bool = False) -> None:
    """Put a page into the header: of everybody here, of the staff only (`staff`), or of members only (`own`). Called in a room's
    `ready`."""
    _known[name] = Page(name, label, order, staff, own)


def shown(*, staff: bool, member: bool = True) -> list[Page]:
    """The pages for who is of the staff, is a member, or both; in their order."""
    found = (p for p in _known.values() if (staff or not p.staff) and (member or not p.own))
    return sorted(found, key=lambda page: (page.order, page.name))


_first: list[str] = []


def begin_with(name: str) -> None:
    """Where the staff of the network begin: the name of a URL without arguments. Called in a room's `ready`."""
    _first[:] = [name]


def first() -> str:
    """The same; empty where no room has such a page."""
    return _first[0] if _first else ""
