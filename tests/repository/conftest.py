"""Something of every room, as its own verbs publish it, behind the real walls; the worker and the relay under
their own logins."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.exchange.samples import cap
from tests.exchange.world import source
from tests.forum.support import People, people_of
from tests.gatherings.conftest import published
from tests.network.conftest import network, walled  # noqa: F401 - fixtures
from tests.network.support import played
from tests.products.conftest import released, saved  # noqa: F401 - fixtures
from tests.register.conftest import entered
from upstander import clock as the_clock
from upstander.delivery import registry
from upstander.delivery.models import Delivery
from upstander.exchange import feeds, sources
from upstander.exchange.models import Item
from upstander.forum import board
from upstander.forum.models import Post
from upstander.gatherings.models import Gathering
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.people.models import Account
from upstander.register.models import Incident
from upstander.repository import finding, looking
from upstander.repository.finding import Wanted


@pytest.fixture
def them(network) -> People:  # noqa: F811
    """The School Intelligence Officer, a second person, two educators and two sworn officers, each signed in."""
    return people_of()


@pytest.fixture
def sio(them) -> Account:
    return them.sio.account


@pytest.fixture
def second(them) -> Account:
    return them.second.account


def found(level: Level, words: str = "", **more: object) -> list[str]:
    """The titles that readers of `level` find, under the process's own login."""
    with played("network"), walls.reading(level):
        return [hit.row.title for hit in finding.find(level, Wanted(words, **more)).hits]


def shared(sio: Account, level: Level = Level.FOUO, headline: str = "Winter storm on Tuesday morning") -> Item:
    """An alert of emergency management that was brought, tagged and shared."""
    with played("network"), walls.reading(walls.STAFF):
        feed = source(sio.pk)
        said = feeds.read(cap(str(new_id()), headline=headline))
        sources.bring(feed.id, said, sio.pk)
        item = Item.objects.get(source=feed)
        return sources.share(item.id, level, ("threats",), ("emergency_management",), "Plan a late start.", sio.pk)


def discussed(them: People, level: Level = Level.FOUO, text: str = "We moved the gate.") -> Post:
    """A discussion that a moderator let be seen."""
    with them.ana.acting() if level < Level.LES else them.cole.acting() as who:
        post = board.open_thread(who, level, "threats", "Reunification at the gate", text, new_id())
    with them.sio.acting() as who:
        board.rule(who, post.pk, "released", "", new_id())
    post.refresh_from_db()
    return post


def gathered(**more: object) -> Gathering:
    with played("network"):
        return published(**more)


def happened(**more: object) -> Incident:
    with played("network"):
        return entered(**more)


def relayed() -> dict[UUID, object]:
    """What the relay writes of the alerts that wait, under its own login; then they are sent or not owed any more."""
    waiting = Delivery.objects.filter(purpose=looking.PURPOSE, state="pending")
    ids = list(waiting.values_list("subject_id", flat=True))
    with played("relay"):
        made = dict(registry.render(looking.PURPOSE, ids)) if ids else {}
    waiting.update(state="sent")
    return made


@pytest.fixture
def later(clock) -> Callable[..., None]:
    """`later(minutes=5)`: so much time passes, and the worker does what is due."""
    passed = timedelta()

    def pass_(**more: float) -> None:
        nonlocal passed
        passed += timedelta(**more)
        clock(passed.total_seconds())
        work()

    assert the_clock.now()
    return pass_


def work() -> None:
    with played("worker"):
        while looking.turn():
            pass
