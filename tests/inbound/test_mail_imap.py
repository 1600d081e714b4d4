"""Mail picked up from a real mailbox (Dovecot): seen only when it is on disk here, nothing twice, nothing lost."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.inbound.mailserver import put, running
from tests.inbound.test_mail_receiver import letter
from tests.support.eventually import eventually
from tests.support.mailbox import DOVECOT, PASSWORD, USER, Mailbox
from upstander.config import Config, ConfigError, config
from upstander.inbound import imap_pickup
from upstander.inbound.doors import Arriving
from upstander.inbound.endpoint import Endpoint
from upstander.inbound.models import Arrival

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(DOVECOT is None, reason="there is no dovecot (apt-get install dovecot-imapd)"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    """One server for this file."""
    box = Mailbox()
    box.start()
    yield box
    box.stop()


@pytest.fixture
def box(server: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mailbox, empty, and named in the settings."""
    server.empty()
    put(monkeypatch, imap_host="127.0.0.1", imap_port=server.port, imap_ca=str(server.ca))
    put(monkeypatch, imap_user=USER, imap_password=PASSWORD, imap_seconds=0.2)
    return server


def test_what_lies_in_the_mailbox_is_kept_and_then_marked_as_seen(box: Mailbox) -> None:
    for text in ("one", "two", "three"):
        box.put(letter(text).as_bytes())
    with running(imap_pickup.pick_up, Endpoint().store):
        eventually(lambda: box.unseen() == 0)
        box.put(letter("later").as_bytes())
        eventually(lambda: Arrival.objects.count() == 4)
    assert set(Arrival.objects.values_list("carrier", flat=True)) == {"imap"}


def test_what_cannot_be_kept_stays_unseen_and_is_picked_up_when_it_can(box: Mailbox) -> None:
    keeps, asked = Endpoint().store, []

    async def store(what: Arriving) -> bool:
        asked.append(what)
        if len(asked) < 3:
            assert box.unseen() == 1
            raise OSError("away")
        return await keeps(what)

    box.put(letter().as_bytes())
    with running(imap_pickup.pick_up, store):
        eventually(lambda: box.unseen() == 0)
    assert len(asked) == 3 and Arrival.objects.count() == 1


def test_what_is_kept_here_lies_there_no_longer_and_what_is_there_in_part_does(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, mail_in_megabytes=1)
    box.put(letter("one").as_bytes())
    box.put(letter("word " * 300_000).as_bytes())
    with running(imap_pickup.pick_up, Endpoint().store):
        eventually(lambda: Arrival.objects.count() == 2 and box.unseen() == 0)
    line = box.line()
    assert line.search(None, "ALL")[1] == [b"1"] and int(line.fetch("1", "(RFC822.SIZE)")[1][0].split()[-1].strip(b")")) > 2**20
    line.logout()


@pytest.mark.req("D-II.E")
def test_a_mail_that_can_never_be_kept_is_set_aside_and_what_is_behind_it_comes_in(box: Mailbox) -> None:
    keeps, asked = Endpoint().store, []

    async def store(what: Arriving) -> bool:
        if b"poison" in bytes(what.payload["raw"]) if what.keep is None else False:
            asked.append(what)
            raise ValueError("never")
        return await keeps(what)

    box.put(letter("poison").as_bytes())
    box.put(letter("he has a list").as_bytes())
    pickup = imap_pickup.Pickup(store, config())
    for _ in range(imap_pickup.TRIES + 3):
        asyncio.run(pickup.look())
    asyncio.run(pickup.end())
    assert box.unseen() == 1 and len(asked) == imap_pickup.TRIES, "it stays where it is, and is not asked for again at once"
    assert Arrival.objects.get(state="new").channel == "email"
    left = Arrival.objects.get(state="refused")
    assert (left.channel, left.code) == ("mailbox", "left_in_mailbox")
    assert pickup.numbers()["mailbox_seconds"] < 5, "the mailbox is read: red is this one mail alone"
    again = imap_pickup.Pickup(store, config())  # another process: it tries, and says nothing twice
    for _ in range(imap_pickup.TRIES + 1):
        asyncio.run(again.look())
    asyncio.run(again.end())
    assert Arrival.objects.filter(channel="mailbox").count() == 1


def test_while_nothing_can_be_kept_nothing_is_set_aside(box: Mailbox) -> None:
    async def away(what: Arriving) -> bool:
        raise OSError("away")

    for text in ("one", "two", "three"):
        box.put(letter(text).as_bytes())
    pickup = imap_pickup.Pickup(away, config())

    async def looks() -> None:
        for _ in range(4 * imap_pickup.TRIES):
            with pytest.raises(OSError, match="away"):
                await pickup.look()
        pickup._store = Endpoint().store
        await pickup.look()
        await pickup.end()

    asyncio.run(looks())
    assert box.unseen() == 0 and set(Arrival.objects.values_list("channel", flat=True)) == {"email"}


@pytest.mark.parametrize(("host", "well"), [("imap.example.gov", False), ("127.0.0.1", True), ("localhost", True), ("::1", True)])
def test_a_password_goes_over_an_open_line_to_this_machine_only(
    host: str, well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPSTANDER_IMAP_HOST", host)
    monkeypatch.setenv("UPSTANDER_IMAP_TLS", "none")
    if well:
        assert Config().imap_host == host
        return
    with pytest.raises(ConfigError, match="UPSTANDER_IMAP_TLS"):
        config.__wrapped__()


def test_what_was_kept_but_not_marked_is_kept_once(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, imap_delete=False)
    box.put(letter().as_bytes())
    pickup = imap_pickup.Pickup(Endpoint().store, config())
    asyncio.run(pickup.look())
    line = box.line()
    line.store("1:*", "-FLAGS", r"(\Seen)")  # as if we had fallen in between
    line.logout()
    assert asyncio.run(pickup.look()) == 1
    asyncio.run(pickup.end())
    assert box.unseen() == 0 and Arrival.objects.count() == 1


def test_a_line_that_is_lost_is_opened_again(box: Mailbox) -> None:
    pickup = imap_pickup.Pickup(Endpoint().store, config())
    assert asyncio.run(pickup.look()) == 0
    pickup._box._line.sock.close()  # type: ignore[union-attr]
    box.put(letter().as_bytes())
    with running(imap_pickup.pick_up, Endpoint().store):
        eventually(lambda: box.unseen() == 0)


def test_of_a_mail_that_is_too_large_the_first_part_is_taken(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, mail_in_megabytes=1)
    box.put(letter("word " * 300_000).as_bytes())
    pickup = imap_pickup.Pickup(Endpoint().store, config())
    asyncio.run(pickup.look())
    asyncio.run(pickup.end())
    assert box.unseen() == 0
    assert 2**20 <= Arrival.objects.get().size < 2**20 + 500


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(
    box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, imap_ca="")
    box.put(letter().as_bytes())
    with pytest.raises(OSError, match="certificate"):
        imap_pickup.Mailbox(config()).unseen()
    assert box.unseen() == 1


def test_a_wrong_password_is_tried_again_and_not_logged(
    box: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(monkeypatch, imap_password="canary-password")
    with running(imap_pickup.pick_up, Endpoint().store):
        eventually(lambda: "imap.waits" in caplog.text)
    assert "canary" not in caplog.text


class TestAMailboxThatCannotBeRead:
    """What the process says of it in its heartbeat, and what the desk's bar makes of that."""

    def trouble(self, store: object = None) -> float:
        pickup = imap_pickup.Pickup(store or Endpoint().store, config())  # type: ignore[arg-type]

        async def until_it_fails() -> float:
            task = asyncio.create_task(pickup.run())
            while not pickup.numbers()["mailbox_trouble"]:
                await asyncio.sleep(0.02)
            task.cancel()
            await pickup.end()
            return pickup.numbers()["mailbox_trouble"]

        return asyncio.run(asyncio.wait_for(until_it_fails(), 20))

    def test_a_refused_login_a_dead_server_and_a_mail_that_cannot_be_kept_are_told_apart(
        self, box: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def full(what: Arriving) -> bool:
            raise ValueError("too large")

        box.put(letter().as_bytes())
        assert self.trouble(full) == imap_pickup.NOT_KEPT
        put(monkeypatch, imap_password="another")
        assert self.trouble() == imap_pickup.REFUSED
        put(monkeypatch, imap_port=9)
        assert self.trouble() == imap_pickup.NO_LINE

    def test_one_that_is_read_is_well_however_often_nothing_lies_there(self, box: Mailbox) -> None:
        pickup = imap_pickup.Pickup(Endpoint().store, config())
        pickup._well_at -= 1000
        asyncio.run(pickup.look())
        asyncio.run(pickup.end())
        assert pickup.numbers()["mailbox_seconds"] < 100 and not pickup.numbers()["mailbox_trouble"]

    def test_the_heartbeat_carries_it_while_the_mailbox_is_looked_into(self, box: Mailbox) -> None:
        end_point = Endpoint()
        assert "mailbox_seconds" not in end_point._numbers()
        with running(imap_pickup.pick_up, end_point.store):
            eventually(lambda: "mailbox_seconds" in end_point._numbers())
        assert "mailbox_seconds" not in end_point._numbers()
