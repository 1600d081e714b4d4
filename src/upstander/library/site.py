"""How the library's pages stand in an origin: the rooms above give their frame, for this one knows no reporter and no account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Site:
    """`base` is the template around each page, `frame` what that needs, `keep` what every address carries besides its codes,
    `guard` who may and by which methods; `origin` and `account` say who suggests
    (models.Suggestion), `tells`: they read there what became of it."""

    base: str
    frame: Callable[[HttpRequest], Mapping[str, Any]]
    keep: Callable[[HttpRequest], Mapping[str, str]]
    guard: Callable[[View], View]
    origin: str = "public"
    tells: bool = False
    account: Callable[[HttpRequest], int | None] = lambda request: None
