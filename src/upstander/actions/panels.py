"""What upper rooms have to say about a tip on its page at the desk, without the desk importing them.

    register_panel("response", "What the schools wrote", entries)      # in the upper room's AppConfig.ready

`entries(tip_id)` gives a list of dicts, oldest first: `at` (datetime), `who`, `text`, and perhaps `state` ("done", "now"). A
panel with nothing to say is not shown. It runs in the desk's process, with the desk's keys and the desk's login.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

Entries = Callable[[UUID], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a tip's page: what it is called, and its entries in order of time."""

    name: str
    title: str | Promise
    entries: list[dict[str, Any]]


_registered: dict[str, tuple[str | Promise, Entries]] = {}


def register_panel(name: str, title: str | Promise, entries: Entries) -> None:
    """Say once, at start, who fills the panel `name`; a second time replaces the first."""
    _registered[name] = (title, entries)


def panels(tip_id: UUID) -> list[Panel]:
    """The panels that have something to say about a tip, in the order in which they were registered."""
    found = (Panel(name, title, entries(tip_id)) for name, (title, entries) in _registered.items())
    return [panel for panel in found if panel.entries]
