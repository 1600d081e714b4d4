"""People and drafts of the network's products."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.network.conftest import judged, network, walled  # noqa: F401 - fixtures
from tests.network.support import make_second, make_sio
from upstander.ids import new_id
from upstander.markings import Kind
from upstander.people.models import Account
from upstander.products import drafts, releasing, reviewing
from upstander.products.content import Content, Line
from upstander.products.models import Release, Version

OPEN, FOUO, LES = "Three schools had calls.", "The caller names a staff meeting.", "The account is known to detectives."
HEAD, HEAD_LES = "Threats by telephone", "Threats by telephone: a suspect"


def title(text: str = HEAD, marking: str = "open") -> Line:
    return Line(Kind.TITLE, text, marking)


def text(words: str, marking: str, **more: object) -> Line:
    return Line(Kind.TEXT, words, marking, **more)


BULLETIN = (title(), title(HEAD_LES, "les"), text(OPEN, "open"), text(FOUO, "fouo"), text(LES, "les"))


def bulletin(*lines: Line, urgent: bool = False, **more: object) -> Content:
    fields = {"kind": "bulletin", "topics": ("threats",), "lines": lines or BULLETIN, "urgent": urgent} | more
    return Content(**fields)


@pytest.fixture
def sio(network) -> Account:  # noqa: F811
    return make_sio()


@pytest.fixture
def second(network) -> Account:  # noqa: F811
    return make_second()


@pytest.fixture
def saved(sio) -> Callable[..., Version]:
    """A draft, saved by the School Intelligence Officer; `of` is a version that it follows."""

    def save(content: Content | None = None, of: Version | None = None) -> Version:
        based_on = of.number if of else 0
        return drafts.save(of.product_id if of else new_id(), sio.pk, based_on, content or bulletin())

    return save


@pytest.fixture
def released(saved, sio, second) -> Callable[..., Release]:
    """A draft that two persons saw, and that is out (or goes out later)."""

    def release(content: Content | None = None, of: Version | None = None, **more: object) -> Release:
        version = saved(content, of)
        agree(version, second)
        return releasing.release(version.product_id, version.number, sio.pk, new_id(), **more)

    return release


def agree(version: Version, second: Account) -> None:
    reviewing.answer(version.product_id, version.number, second.pk, new_id(), "agreed")


def product_of(release: Release) -> UUID:
    return release.version.product_id
