"""Pushes out: sealed to the browser, signed for its service, one constant word; and where a line of ours may lead."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address, ip_network
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from tests.support.https import Https, Said
from tests.support.pushservice import Phone, PushService, signed_by
from upstander import clock
from upstander.config import Config
from upstander.delivery import lanes, queries, webpush
from upstander.delivery.carriers import chosen_for_push
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.delivery.carriers.outward import OutwardLine, allowed
from upstander.delivery.carriers.sandbox import SandboxCarrier
from upstander.delivery.carriers.webpush import WebPushCarrier
from upstander.delivery.sandbox import newest
from upstander.delivery.webpush import WORD, Push, read, spelled
from upstander.vault.vapid import public_point

SECRET = b"k" * 32
FIREFOX = "https://updates.push.services.mozilla.com/wpush/v2/abc"


@pytest.fixture
def service(tmp_path) -> Iterator[PushService]:
    with PushService(tmp_path) as running:
        yield running


def composed(phone: Phone, config: Config) -> Outgoing:
    return webpush.compose(phone.named, uuid4(), config, SECRET, clock.now())


def send(service: PushService, phone: Phone | None = None) -> None:
    config = Config(**service.settings)
    WebPushCarrier(config).send(composed(phone or service.phone(), config))


def refusal(act: object) -> CarrierError:
    with pytest.raises(CarrierError) as refused:
        act()  # type: ignore[operator]
    return refused.value


class TestTheProtocol:
    def test_it_encrypts_as_the_standards_own_example(self):
        """RFC 8291, section 5 and appendix A."""
        own = ec.derive_private_key(
            int.from_bytes(read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
        )
        theirs = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        made = webpush.encrypted(
            b"When I grow up, I want to be a watermelon",
            Push(FIREFOX, theirs, "BTBZMqHH6r4Tts7J_aSIgg"), read("DGv6ra1nlYgDCS1FRnbzlw"), own,
        )  # fmt: skip
        assert spelled(made) == (
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
            "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )

    def test_the_service_takes_it_and_the_phone_reads_one_constant_word(self, service):
        phones = [service.phone() for _ in range(2)]
        for phone in phones:
            send(service, phone)
        assert not service.wrong
        assert [phone.opened(asked.body) for phone, asked in zip(phones, service.seen, strict=True)] == [
            WORD,
            WORD,
        ]
        assert len({len(asked.body) for asked in service.seen}) == 1
        claims, key = signed_by(service.seen[0])
        assert key == public_point(SECRET) and claims["sub"] == "mailto:tips@upstander.example"
        assert set(claims) == {"aud", "exp", "sub"}
        assert service.seen[0].body != service.seen[1].body and "user-agent" not in service.seen[0].headers

    @pytest.mark.parametrize(
        ("said", "code", "permanent", "after"),
        [
            (Said(404), "gone", True, 0),
            (Said(410), "gone", True, 0),
            (Said(429, (("Retry-After", "120"),)), "push-429", False, 120),
            (Said(503, (("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"),)), "push-503", False, 0),
            (Said(500), "push-500", False, 0),
            (Said(401), "push-401", False, 0),
            (Said(400), "push-400", True, 0),
            (Said(413), "push-413", True, 0),
            (Said(307, (("Location", "https://127.0.0.1/elsewhere"),)), "push-307", True, 0),
            (Said(None), "timeout", False, 0),
        ],
    )
    def test_what_its_answer_means(self, service, said, code, permanent, after):
        phone = service.phone("one")
        service.says["/one"] = said
        refused = refusal(lambda: send(service, phone))
        assert (refused.code, refused.permanent, refused.after) == (code, permanent, after)
        assert len(service.seen) == 1, "no redirect is followed"

    def test_nobody_there_and_a_certificate_of_somebody_else_are_tried_again(self, service, tmp_path):
        config = Config(**service.settings | {"outward_ca": ""})
        outgoing = composed(service.phone(), config)
        assert refusal(lambda: WebPushCarrier(config).send(outgoing)).code == "tls" and not service.seen
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            config = Config(**service.settings | {"push_services": f"localhost:{unused.getsockname()[1]}"})
            phone = Phone(f"https://localhost:{unused.getsockname()[1]}/x")
            refused = refusal(lambda: WebPushCarrier(config).send(composed(phone, config)))
        assert (refused.code, refused.permanent) == ("refused", False)


class TestWhereItMayGo:
    @pytest.mark.parametrize(
        "endpoint",
        [
            FIREFOX,
            "https://fcm.googleapis.com/fcm/send/x",
            "https://web.push.apple.com/Q",
            "https://wns2-par02p.notify.windows.com/w/?t=1",
        ],
    )
    def test_the_services_of_browsers_are_known(self, endpoint):
        assert webpush.checked_service(endpoint, Config()) == endpoint

    @pytest.mark.parametrize(
        ("endpoint", "code"),
        [
            ("http://fcm.googleapis.com/x", "address"),
            ("https://user:pass@fcm.googleapis.com/x", "address"),
            ("https://fcm.googleapis.com:0/x", "address"),
            ("https://fcm.googleapis.com:99999/x", "address"),
            ("https:///x", "address"),
            ("https://fcm.googleapis.com/\r\nX: y", "address"),
            ("https://fcm.googleapis.com/" + "x" * 1000, "address"),
            ("https://fcm.googleapis.com/é", "address"),
            ("file:///etc/passwd", "address"),
            ("", "address"),
            ("https://fcm.googleapis.com:8443/x", "unknown-service"),
            ("https://fcm.googleapis.com.evil.example/x", "unknown-service"),
            ("https://evilpush.apple.com/x", "unknown-service"),
            ("https://push.apple.com/x", "unknown-service"),
            ("https://127.0.0.1/x", "unknown-service"),
            ("https://[::1]/x", "unknown-service"),
            ("https://fcm.googleapis.com@127.0.0.1/x", "address"),
            ("https://localhost#.push.apple.com/x", "unknown-service"),
        ],
    )
    def test_and_no_other_whatever_it_is_dressed_as(self, endpoint, code):
        phone = Phone(endpoint)
        refused = refusal(lambda: composed(phone, Config()))
        assert (refused.code, refused.permanent) == (code, True)

    @pytest.mark.parametrize(
        ("p256dh", "auth"), [("", "A" * 22), ("AA", "A" * 22), ("é", "A" * 22), (None, "AA"), (None, "é")]
    )
    def test_keys_that_are_none_are_refused(self, p256dh, auth):
        good = Phone(FIREFOX).named
        bad = Push(good.endpoint, good.p256dh if p256dh is None else p256dh, auth)
        assert refusal(lambda: webpush.check(bad, Config())).code == "key"

    @pytest.mark.parametrize(
        "address",
        "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 192.0.2.1 "
        "::1 :: fe80::1 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: "
        "2001:0:1:: 64:ff9b:1::a00:1 ::10.0.0.1 fec0::1".split(),
    )
    def test_an_address_that_is_not_public_is_none_of_ours_to_post_to(self, address):
        assert not allowed(ip_address(address), ())

    def test_public_ones_are_and_what_the_administrator_names(self):
        for address in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"):
            assert allowed(ip_address(address), ())
        assert allowed(ip_address("10.1.2.3"), (ip_network("10.1.0.0/16"),))
        assert allowed(ip_address("::ffff:10.1.2.3"), (ip_network("10.1.0.0/16"),))
        assert not allowed(ip_address("10.2.0.1"), (ip_network("10.1.0.0/16"),))

    def test_a_name_that_leads_into_the_house_is_refused_before_a_line_is_opened(self, service):
        config = Config(**service.settings | {"outward_networks": ""})
        refused = refusal(lambda: WebPushCarrier(config).send(composed(service.phone(), config)))
        assert (refused.code, refused.permanent) == ("private-address", True) and not service.seen

    def test_a_name_is_looked_up_once_and_the_line_goes_to_what_was_looked_at(self, service, monkeypatch):
        """A name that says one thing to who checks, and another to who connects (DNS rebinding)."""
        asked: list[str] = []
        real = socket.getaddrinfo

        def counted(name: str, *more: object, **named: object) -> object:
            if name == "localhost":
                asked.append(name)
            return real(name, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", counted)
        send(service)
        assert asked == ["localhost"]

    def test_no_other_scheme_is_spoken(self, tmp_path):
        with Https(tmp_path) as server:
            line = OutwardLine(Config(**server.settings))
            assert refusal(lambda: line.answer("POST", f"http://localhost:{server.port}/")).code == "address"
            assert not server.seen

    def test_networks_that_are_none_are_said_at_the_start(self):
        with pytest.raises(ValidationError, match="does not appear to be"):
            Config(outward_networks="10.0.0.0/8, the house")


@contextmanager
def stuck(service: PushService, phone: Phone) -> Iterator[WebPushCarrier]:
    service.says[f"/{phone.endpoint.rpartition('/')[2]}"] = Said(None)
    config = Config(**service.settings | {"outward_timeout": "30"})
    yield WebPushCarrier(config)


def test_a_service_that_hangs_is_cut(service):
    import threading

    phone = service.phone("stuck")
    with stuck(service, phone) as carrier:
        failed: list[CarrierError] = []

        def act() -> None:
            try:
                carrier.send(composed(phone, Config(**service.settings)))
            except CarrierError as error:
                failed.append(error)

        thread = threading.Thread(target=act)
        thread.start()
        from tests.support.eventually import eventually

        eventually(lambda: service.seen)
        carrier.cut()
        thread.join(15)
    assert [error.code for error in failed] == ["timeout"]


@pytest.mark.django_db
def test_the_practice_house_keeps_that_one_would_have_gone_and_not_to_whom():
    phone = Phone(f"https://fcm.googleapis.com/fcm/send/{secrets.token_urlsafe(8)}-zebra")
    SandboxCarrier(Config()).send(composed(phone, Config()))
    (kept,) = newest(5)
    assert (
        kept.channel == "push"
        and "fcm.googleapis.com" in kept.text
        and "zebra" not in f"{kept.text}{kept.recipient}"
    )


class TestWhichCarrier:
    def test_practice_keeps_production_sends_and_both_can_be_switched_off(self):
        assert chosen_for_push(Config()) == "sandbox"
        assert chosen_for_push(Config(mode="production")) == "webpush"
        assert (
            chosen_for_push(Config(push="off")) is None
            and chosen_for_push(Config(mode="production", push="off")) is None
        )
        assert chosen_for_push(Config(mode="production", push="sandbox")) is None
        assert lanes.push(Config(push="off")) is None and "push" in [
            lane.channel for lane in lanes.beside(Config())
        ]
        assert queries.offers("push")


def test_a_service_that_asks_us_to_wait_is_waited_for(db):
    from tests.delivery.conftest import owe, row
    from upstander.delivery import ledger
    from upstander.delivery.ledger import Result
    from upstander.delivery.throttle import Limits

    (subject,) = owe(channel="push")
    found = ledger.lease(
        "me", "webpush", most=1, below=10, limits=Limits(10, 10), length=timedelta(minutes=1), channel="push"
    )
    (job,) = found.jobs
    now = clock.now()
    for asked, waits in ((timedelta(minutes=2), 120), (timedelta(days=30), 3600)):
        ledger.settle("me", "webpush", [Result(job, "push-429", now, 1, after=asked)])
        assert (row(subject).not_before - now).total_seconds() == waits
        type(row(subject)).objects.update(leased_by="me", lease_until=now + timedelta(minutes=1))
