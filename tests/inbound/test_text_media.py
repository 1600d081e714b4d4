"""What came with a text is fetched from its carrier, and from nowhere else, into quarantine; what cannot be had is told."""

from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from tests.inbound.mailserver import put
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from tests.support.twilio import Kept, Twilio
from upstander import clock as the_clock
from upstander.config import config
from upstander.evidence.limits import limits
from upstander.evidence.models import CHUNK
from upstander.inbound import queries, services
from upstander.inbound.models import Arrival
from upstander.inbound.routing import route_next
from upstander.inbound.text_media import fetch_next
from upstander.inbound.twilio_media import Media, Never, is_public
from upstander.intake import queries as intake
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
KID, DAY = "+12175550123", 24 * 3600
PATH = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME%d"
_ids = count()


def picture(more: int = 0) -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").save(out, "PNG")
    return out.getvalue() + bytes(more)


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Twilio]:
    """The house's carrier; its store is the same server by another name."""
    with Twilio() as api:
        store = api.url.replace("127.0.0.1", "localhost")
        put(
            monkeypatch,
            sms="twilio",
            sms_url=api.url,
            sms_user="AC1",
            sms_password="secret",
            sms_media_hosts=f"{store}/kept cdn.example",
        )
        yield api


def store_of(twilio: Twilio, path: str) -> str:
    return f"{twilio.url.replace('127.0.0.1', 'localhost')}{path}"


def text(*urls: str, said: str = "") -> str:
    fields: dict[str, Any] = {
        "from": KID,
        "to": "",
        "text": said,
        "media": str(len(urls)),
        "files": list(urls),
    }
    services.store("sms", "twilio", f"m{next(_ids)}", fields)
    while route_next():
        pass
    return str(Arrival.objects.filter(channel="sms").order_by("-id")[0].code)


def fetched(most: int = 0) -> list[str]:
    """Fetch what is due; what became of each file, in order."""
    media = Media(config())
    while fetch_next(media, most or limits().file):
        pass
    return list(Arrival.objects.filter(channel="sms_media").order_by("id").values_list("code", flat=True))


def files() -> list[tuple[int, str, int]]:
    """Size, kind and pieces of what lies in quarantine, of the one tip there is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, kind, chunks FROM evidence_file WHERE tip_id = %s ORDER BY id",
            [Tip.objects.get().id],
        )
        return list(cursor.fetchall())


def words() -> list[str]:
    return [said.text for said in intake.dialogue(Tip.objects.get().id)]


@pytest.mark.req("D-II.E")
def test_a_text_of_pictures_only_is_a_tip_at_once_and_the_pictures_follow_sealed_into_quarantine(twilio):
    large = picture(more=2 * CHUNK)
    twilio.media = {PATH % 1: Kept(content=picture()), PATH % 2: Kept(content=large)}
    assert text(twilio.url + PATH % 1, twilio.url + PATH % 2) == "tip"
    assert words() == ["(2 pictures or files came with this text. They follow here, or a word on why not.)"]
    assert fetched() == ["file", "file"]
    assert files() == [(len(picture()), "png", 1), (len(large), "png", 3)]
    assert len(words()) == 3
    assert {login for _, login in twilio.asked} == {"AC1:secret"}
    assert not Arrival.objects.exclude(sealed_payload=None).exists()


def test_pictures_that_come_by_the_second_account_are_fetched_with_its_own_login(twilio, monkeypatch):
    with Twilio() as other:
        first = {"sms": "twilio", "sms_url": twilio.url, "sms_user": "AC1", "sms_password": "secret"}
        put(
            monkeypatch, **first, sms2="twilio", sms2_url=other.url, sms2_user="AC2", sms2_password="another",
            sms_media_hosts="cdn.example",
        )  # fmt: skip
        of_the_second = PATH.replace("AC1", "AC2")
        twilio.media = {PATH % 1: Kept(content=picture())}
        other.media = {of_the_second % 2: Kept(content=picture(more=7))}
        assert text(twilio.url + PATH % 1, other.url + of_the_second % 2) == "tip"
        assert fetched() == ["file", "file"]
        assert {login for _, login in twilio.asked} == {"AC1:secret"}
        assert {login for _, login in other.asked} == {"AC2:another"}
        assert text(other.url + PATH % 3) == "reply", "an account's file at another's API is nobody's"
        assert fetched()[2:] == ["file_not_had"] and len(other.asked) == 1


def test_where_only_the_second_carrier_is_twilio_its_pictures_are_fetched(twilio, monkeypatch):
    """The first is a gateway, whose login Twilio is never shown."""
    put(
        monkeypatch, sms="kannel", sms_url="http://127.0.0.1:9/cgi-bin/sendsms", sms_user="AC1", sms_password="gateway",
        sms2="twilio", sms2_url=twilio.url, sms2_user="AC1", sms2_password="secret",
    )  # fmt: skip
    twilio.media = {PATH % 1: Kept(content=picture())}
    assert text(twilio.url + PATH % 1) == "tip" and fetched() == ["file"]
    assert {login for _, login in twilio.asked} == {"AC1:secret"}


def test_a_picture_with_a_further_text_comes_to_the_same_tip(twilio):
    twilio.media = {PATH % 1: Kept(content=picture())}
    assert text(said="he has a gun") == "tip"
    assert text(twilio.url + PATH % 1, said="look") == "reply"
    assert fetched() == ["file"] and len(files()) == 1


def test_the_store_that_the_api_sends_on_to_is_not_shown_the_login(twilio):
    twilio.media = {
        PATH % 1: Kept(307, location=store_of(twilio, "/kept/a?signed=1")), "/kept/a?signed=1": Kept(302, location="/kept/b"),
        "/kept/b": Kept(content=picture()),
    }  # fmt: skip
    text(twilio.url + PATH % 1)
    assert fetched() == ["file"]
    assert twilio.asked == [(PATH % 1, "AC1:secret"), ("/kept/a?signed=1", ""), ("/kept/b", "")]


ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "file:///etc/passwd", "gopher://x/",
    "//elsewhere.example/a",
    "https://cdn.example@elsewhere.example/", "https://cdn.example:8443/a", "http://cdn.example/a", "https://x.cdn.example/a",
    "https://cdn.example.evil.example/a", "https://user:pw@cdn.example/a", "http://[", "http://a:99999999/", "",
]  # fmt: skip


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nothing_is_fetched_from_elsewhere_wherever_the_api_sends_on_to(twilio, to):
    twilio.media = {PATH % 1: Kept(307, location=to)}
    text(twilio.url + PATH % 1)
    assert fetched() == ["file_not_had"]
    assert set(twilio.asked) == {(PATH % 1, "AC1:secret")}
    assert "nothing is fetched from" in words()[-1] and not files()


@pytest.mark.parametrize(
    "path",
    ["/2010-04-01/Accounts/AC1/Messages.json", PATH % 1 + "?x=1", PATH % 1 + ".json",
     "/2010-04-01/Accounts/AC2/Messages/MM1/Media/ME1", "/2010-04-01/Accounts/AC1/Messages/../../Calls/Media/ME1", "/kept/a"],
)  # fmt: skip
def test_the_login_is_shown_for_a_file_of_a_message_of_this_account_and_for_nothing_else(twilio, path):
    text(twilio.url + path)
    assert fetched() == ["file_not_had"] and not twilio.asked


def test_a_host_of_the_list_that_leads_into_a_network_of_ours_is_not_connected_to(twilio, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda host, *_, **__: asked.append(host) or [(2, 1, 6, "", ("10.0.0.7", 443))]
    )
    media = Media(config().model_copy(update={"sms_url": "", "sms_media_hosts": "cdn.example"}))
    with pytest.raises(Exception, match="OSError"):
        list(media.pieces("https://api.twilio.com" + PATH % 1, CHUNK, 100))
    assert asked == ["api.twilio.com"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "ff02::1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "fec0::1"],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address):
    assert not is_public(address)
    assert is_public("54.231.0.1") and is_public("2600:1f18::1")


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (Kept(404), "no more"),
        (Kept(410), "no more"),
        (Kept(content=b"BEGIN:VCARD\r\n"), "cannot take this kind"),
        (Kept(content=b""), "nothing in this file"),
        (Kept(302, location=PATH % 1), "nothing is fetched from"),
    ],
)
def test_what_can_never_be_had_is_told_on_the_tip(twilio, kept, why):
    twilio.media = {PATH % 1: kept}
    text(twilio.url + PATH % 1, said="look")
    assert fetched() == ["file_not_had"]
    assert why in words()[-1] and words()[-1].startswith("[A file of a text could not be had.")
    assert not files()


def test_one_that_is_too_large_is_not_read_to_its_end(twilio):
    twilio.media = {PATH % 1: Kept(content=picture(more=CHUNK))}
    text(twilio.url + PATH % 1)
    assert fetched(most=CHUNK + 5) == ["file_not_had"] and "too large" in words()[-1]


def test_more_than_was_announced_is_never_read(twilio):
    with pytest.raises(Never):
        twilio.media = {PATH % 1: Kept(content=picture())}
        list(Media(config()).pieces(twilio.url + PATH % 1, CHUNK, 10))


@pytest.mark.parametrize(
    "kept", [Kept(500), Kept(401), Kept(403), Kept(429), Kept(content=picture(), cut=60)]
)
def test_a_fault_of_the_moment_is_tried_again_and_the_desk_is_not_red_meanwhile(twilio, clock, kept):
    twilio.media = {PATH % 1: kept}
    text(twilio.url + PATH % 1)
    assert fetched() == [""]
    waiting = queries.waiting(the_clock.now())
    assert (waiting.new, waiting.refused) == (0, 0)
    twilio.media = {PATH % 1: Kept(content=picture())}
    assert fetched() == [""], "not at once"
    clock(3600)
    assert fetched() == ["file"] and files() == [(len(picture()), "png", 1)]


def test_after_a_day_of_faults_the_tip_says_so(twilio, clock):
    twilio.media = {PATH % 1: Kept(503)}
    text(twilio.url + PATH % 1)
    tries = 0
    while fetched() == [""]:
        tries += 1
        clock(tries * 1100)
    assert 50 < tries < 120, "now and then, for a day"
    assert fetched() == ["file_not_had"] and "for a day" in words()[-1]


def test_a_try_that_was_killed_is_made_again_and_the_file_stands_there_once(twilio, clock):
    twilio.media = {PATH % 1: Kept(content=picture(more=2 * CHUNK))}
    text(twilio.url + PATH % 1)

    class Dies(Media):
        def pieces(self, *args: Any) -> Iterator[bytes]:
            yield next(super().pieces(*args))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_next(Dies(config()), limits().file)
    assert fetched() == [""], "nobody else takes it while it may be under way"
    clock(DAY / 24)
    assert fetched() == ["file"] and len(files()) == 1


def test_the_router_may_do_all_of_it(twilio, as_login):  # noqa: F811
    twilio.media = {PATH % 1: Kept(content=picture()), PATH % 2: Kept(404)}
    as_login("router")
    text(twilio.url + PATH % 1, twilio.url + PATH % 2)
    assert fetched() == ["file", "file_not_had"]
