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


_known: dict[str, Page] = {}


def register(name: str, label: str | Promise, order: int, *, staff: bool = False) -> None:
    """Put a page into the header: of everybody here, or (`staff`) of the staff only. Called in a room's `ready`."""
    _known[name] = Page(name, label, order, staff)


def shown(*, staff: bool) -> list[Page]:
    """The pages, in their order."""
    return sorted((p for p in _known.values() if staff or not p.staff), key=lambda page: (page.order, page.name))
