"""Places on the pages of a product that rooms above fill: what they say beside it, and the buttons that are theirs.

A room registers in its `ready`. A slot is asked within the wall of whoever opens the page: it shows what the database does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from upstander.products.models import Rendition


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page: a template of the room whose it is, and what it knows."""

    template: str
    known: dict[str, Any]


Beside = Callable[[HttpRequest, Rendition], Part | None]
"""What stands below a product as its reader's level has it; None for nothing."""
AtDesk = Callable[[HttpRequest, UUID], Part | None]
"""What stands beside a draft, for the staff."""

F = TypeVar("F")
_beside: dict[str, tuple[int, Beside]] = {}
_at_desk: dict[str, tuple[int, AtDesk]] = {}


def beside(name: str, order: int, fill: Beside) -> None:
    """Fill a place below a product; `order` sorts them, smallest first. Said twice under one name it is one."""
    _beside[name] = (order, fill)


def at_desk(name: str, order: int, fill: AtDesk) -> None:
    """Fill a place beside a draft."""
    _at_desk[name] = (order, fill)


def below(request: HttpRequest, row: Rendition) -> list[SafeString]:
    """What stands below a product on its reader's page."""
    return [_html(request, part) for _n, fill in _sorted(_beside) if (part := fill(request, row))]


def desk(request: HttpRequest, product_id: UUID) -> list[SafeString]:
    """What stands beside a draft."""
    return [_html(request, part) for _n, fill in _sorted(_at_desk) if (part := fill(request, product_id))]


def _sorted(known: dict[str, tuple[int, F]]) -> list[tuple[int, F]]:
    return sorted(known.values(), key=lambda one: one[0])


def _html(request: HttpRequest, part: Part) -> SafeString:
    return SafeString(render_to_string(part.template, part.known, request))
