"""The way around: each room above names the pages that stand in the header, for members or for staff."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from upstander.network.standing import Standing


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the header. `name`: of a URL without arguments; `order` sorts them, smallest first; `says` what it is; `top`:
    it stands on the first page above all else."""

    name: str
    label: str | Promise
    order: int
    staff: bool = False
    own: bool = False
    says: str | Promise = ""
    top: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a member, on their first page: its words, where it is seen to, and whether it is urgent."""

    words: str
    address: str
    urgent: bool = False


_tell: list[Callable[[Standing], Iterable[Waiting]]] = []
_known: dict[str, Page] = {}


def register(
    name: str, label: str | Promise, order: int, *, staff: bool = False, own: bool = False, says: str | Promise = "",
    top: bool = False,
) -> None:  # fmt: skip
    """Put a page into the header: of everybody here, of the staff only (`staff`), or of members only (`own`); `says` stands
    beside it on the first page, where what is `top` is the first thing to press. Called in a room's `ready`."""
    _known[name] = Page(name, label, order, staff, own, says, top)


def tell(room: Callable[[Standing], Iterable[Waiting]]) -> None:
    """A room says what waits for a member; it is asked behind that member's wall. Called in the room's `ready`."""
    if room not in _tell:
        _tell.append(room)


def waiting(who: Standing) -> list[Waiting]:
    """What waits for this member in any room, the urgent first."""
    return sorted((one for room in _tell for one in room(who)), key=lambda one: not one.urgent)


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
