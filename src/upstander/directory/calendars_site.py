"""What the calendars' pages need of the origin on which they are mounted: who may, and how its pages look.

This room stands below those that know roles and designations, so whoever mounts the pages hands it in (decisions 21).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from upstander.directory.models import Contact

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Site:
    """An origin.

    `guard` wraps every view. `base` is the template that pages extend, filled from `frame`. `organisation` is the name of the
    URL of an organisation's page, by its id. `may_keep` says whether who asks may write an organisation's calendar and list,
    `may_speak_for` whether they may say when a contact is reached: others are answered as if there were no such thing.
    `supervisors` are those whom the programme can put on call, as (account id, name); None where that is not done here, and
    `guard_supervisors` wraps that page.
    """

    guard: Callable[[View], View]
    base: str
    organisation: str
    may_keep: Callable[[HttpRequest, int], bool]
    may_speak_for: Callable[[HttpRequest, Contact], bool]
    frame: Callable[[HttpRequest], dict[str, Any]]
    supervisors: Callable[[], Sequence[tuple[int, str]]] | None = None
    guard_supervisors: Callable[[View], View] | None = None
