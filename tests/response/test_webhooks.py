"""An organisation's own system is told by machine: signed, without a word of the tip, and never instead of a person."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client

from tests.response.conftest import ADMINISTRATOR, END_USER, WORDS, enter
from tests.response.test_left_out import left_out  # noqa: F401
from tests.support.https import Asked, Https, Said
from upstander import clock as the_clock
from upstander.actions import webhooks
from upstander.actions.models import Notice, Referral, Webhook, WebhookPost
from upstander.audit.models import Entry
from upstander.config import Config, config
from upstander.delivery import lanes, ledger, queries, webhook
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.webhook import WebhookCarrier
from upstander.delivery.ledger import Result
from upstander.delivery.models import Carrier, Delivery
from upstander.delivery.throttle import Limits
from upstander.directory.models import Contact, ContactPoint
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school")]


def at(place) -> str:
    return f"/organizations/{place.pk}/system/"


@pytest.fixture
def system(tmp_path) -> Iterator[Https]:
    """The organisation's own server."""
    with Https(tmp_path) as running:
        yield running


@pytest.fixture
def dana(person, town):
    return person("dana@prairie.example", (town.district, ADMINISTRATOR))


def verified(asked: Asked, secret: str) -> dict[str, object]:
    """What a system does with a post, as the documentation says; what it holds."""
    id, moment = asked.headers["webhook-id"], asked.headers["webhook-timestamp"]
    assert abs(the_clock.now().timestamp() - int(moment)) < 300
    key = b64decode(secret.removeprefix("whsec_"))
    mac = b64encode(hmac.new(key, f"{id}.{moment}.".encode() + asked.body, sha256).digest()).decode()
    assert f"v1,{mac}" in asked.headers["webhook-signature"].split(" ")
    return json.loads(asked.body)


def relay(system: Https) -> list[str]:
    """What the relay does with the posts that are owed; what became of each."""
    house = Config(**system.settings)
    line = WebhookCarrier(house)
    found = ledger.lease(
        "r", "webhook", most=9, below=10, limits=Limits(9, 9), length=timedelta(minutes=1), channel="webhook"
    )
    codes = []
    for job in found.jobs:
        hook, code, permanent, after = webhooks.render(job.subject_id), "not_owed", False, 0.0
        if hook is not None:
            try:
                line.send(webhook.compose(hook, job.id, the_clock.now()))
                code = "accepted"
            except CarrierError as error:
                code, permanent, after = error.code, error.permanent, error.after
        result = Result(job, code, the_clock.now(), 1, permanent, after=timedelta(seconds=after))
        ledger.settle("r", "webhook", [result])
        codes.append(code)
    return codes


def test_the_signature_is_that_of_the_standards_own_example():
    """https://www.standardwebhooks.com: the vector of its reference libraries."""
    secret = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_passed_on_is_posted_signed_with_a_link_for_each_person_and_without_a_word(
    town, tell_of, system
):
    secret = webhooks.register(town.district.pk, f"{system.url}/dispatch", 1)
    referral = tell_of(town.school).referrals[town.district.name]
    assert webhooks.turn() is False and relay(system) == ["accepted"]
    (asked,) = system.seen
    said = verified(asked, secret)
    assert asked.path == "/dispatch" and said["type"] == "tip.notice"
    data = said["data"]
    assert (data["tip_number"], data["class"], data["school"]) == (
        referral.tip_number,
        referral.klass,
        town.school.name,
    )
    assert data["url"].endswith(f"/tips/{referral.id}/")
    asked_of = Notice.objects.filter(referral=referral)
    assert sorted(one["name"] for one in data["confirm"]) == sorted(n.contact.name for n in asked_of)
    assert "LANTERN" not in asked.body.decode() and WORDS not in asked.body.decode()
    assert not Notice.objects.filter(referral=referral).exclude(confirmed_at=None).exists(), (
        "a machine confirms nothing"
    )
    path = data["confirm"][0]["url"].partition("/c/")[2]
    assert Client().get(f"/c/{path}").status_code == 200
    assert webhooks.turn() is False and relay(system) == [], "once"


def test_of_before_it_was_named_and_of_others_nothing_is_posted(town, tell_of, system):
    tell_of(town.school)
    webhooks.register(town.district.pk, system.url, 1)
    webhooks.register(town.far_district.pk, system.url, 1)
    assert webhooks.turn() is False and not WebhookPost.objects.exists()


def test_what_changes_is_said_anew_and_a_correction_is_one(town, tell_of, system):
    secret = webhooks.register(town.district.pk, system.url, 1)
    referral = tell_of(town.school).referrals[town.district.name]
    webhooks.turn()
    relay(system)
    Referral.objects.filter(pk=referral.pk).update(klass="critical")
    webhooks.turn()
    assert relay(system) == ["accepted"] and verified(system.seen[-1], secret)["data"]["urgent"] is True
    assert Delivery.objects.latest("created_at").priority == 0
    Referral.objects.filter(pk=referral.pk).update(stood_down_at=the_clock.now())
    webhooks.turn()
    assert relay(system) == ["accepted"]
    said = verified(system.seen[-1], secret)
    assert said["type"] == "tip.correction" and said["data"]["referral"] == str(referral.id)
    assert webhooks.turn() is False and len(system.seen) == 3


def test_of_what_was_told_and_taken_back_before_it_left_only_the_last_is_posted(town, tell_of, system):
    webhooks.register(town.district.pk, system.url, 1)
    referral = tell_of(town.school).referrals[town.district.name]
    webhooks.turn()
    Referral.objects.filter(pk=referral.pk).update(klass="critical")
    webhooks.turn()
    assert sorted(relay(system)) == ["accepted", "not_owed"] and len(system.seen) == 1


@pytest.mark.parametrize(
    ("said", "code", "state"),
    [
        (Said(204), "accepted", "sent"),
        (Said(500), "webhook-500", "pending"),
        (Said(404), "webhook-404", "pending"),
        (Said(429, (("Retry-After", "90"),)), "webhook-429", "pending"),
        (Said(302, (("Location", "https://localhost/"),)), "webhook-302", "pending"),
        (Said(410), "webhook-410", "failed"),
        (Said(None), "timeout", "pending"),
    ],
)
def test_what_its_answer_means_and_a_system_that_is_down_is_no_dead_carrier(
    town, tell_of, system, said, code, state
):
    webhooks.register(town.district.pk, system.url, 1)
    tell_of(town.school)
    webhooks.turn()
    system.answer = lambda _asked: said
    assert relay(system) == [code] and len(system.seen) == 1
    row = Delivery.objects.get(channel="webhook")
    assert row.state == state
    if code == "webhook-429":
        assert row.not_before - the_clock.now() > timedelta(seconds=80)
    assert not Carrier.objects.filter(failures_in_a_row__gt=0).exists() and queries.backlog().criticals == 0


def test_each_try_has_the_same_id_and_a_time_of_its_own(town, tell_of, system):
    secret = webhooks.register(town.district.pk, system.url, 1)
    tell_of(town.school)
    webhooks.turn()
    system.answer = lambda _asked: Said(503)
    relay(system)
    system.answer = lambda _asked: Said()
    Delivery.objects.filter(channel="webhook").update(not_before=the_clock.now())
    assert relay(system) == ["accepted"]
    first, second = system.seen
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and verified(second, secret)


def test_an_address_inside_the_house_is_refused_and_a_network_that_is_allowed_is_not(town, tell_of, system):
    webhooks.register(town.district.pk, system.url, 1)
    tell_of(town.school)
    webhooks.turn()
    hook = webhooks.render(WebhookPost.objects.get().id)
    closed = WebhookCarrier(Config(**system.settings | {"outward_networks": ""}))
    with pytest.raises(CarrierError, match="private-address"):
        closed.send(webhook.compose(hook, WebhookPost.objects.get().id, the_clock.now()))
    assert not system.seen and relay(system) == ["accepted"]


@pytest.mark.req("D-II.A")
def test_where_somebody_of_the_organisation_is_left_out_their_system_is_told_nothing(
    town, told, left_out, system  # noqa: F811
):
    webhooks.register(town.school.pk, system.url, 1)
    webhook_id = Webhook.objects.values_list("id", flat=True).get()
    referral = Referral.objects.filter(tip_id=told.tip_id, scope=town.school).first()
    post = WebhookPost.objects.create(
        id=webhook_id, webhook_id=webhook_id, referral=referral, at=the_clock.now(), said=referral.klass
    )
    assert webhooks.render(post.id) is not None
    left_out()
    assert webhooks.render(post.id) is None


@pytest.mark.req("D-II.A")
@pytest.mark.parametrize("known_by", ["list", "list above", "address", "designation", "the system", ""])
def test_where_somebody_who_may_read_there_is_left_out_their_system_is_told_nothing(
    known_by, person, town, told, left_out, as_login  # noqa: F811
):
    """They need not work there: they stand in its list, or in its district's, or sign in there, or named the system."""
    agency = told.referrals["Prairie Counselling"].scope
    here = town.school if known_by.startswith("list") else agency
    listed_for = town.district if known_by == "list above" else town.school
    police = town.contacts["officer"].organisation
    him = Contact.objects.create(
        listed_for=listed_for, organisation=police, end_user_type="law_enforcement", name="R. Subject"
    )
    ContactPoint.objects.create(contact=him, kind="email", value="subject@prairie.example")
    account = 1
    if known_by == "address":
        person("Subject@prairie.example", (agency, END_USER))
    elif known_by == "designation":
        person("elsewhere@prairie.example", (agency, END_USER), contact_id=him.pk)
    elif known_by == "the system":
        account = person("subject@prairie.example").pk
    webhooks.register(here.pk, "https://dispatch.example/", account)
    hook = Webhook.objects.get()
    referral = Referral.objects.get(tip_id=told.tip_id, scope=here)
    post = WebhookPost.objects.create(id=new_id(), webhook=hook, referral=referral, at=the_clock.now(), said=referral.klass)
    assert webhooks.render(post.id) is not None
    left_out(him)
    as_login("relay")
    assert (webhooks.render(post.id) is None) == bool(known_by)


class TestThePage:
    def test_an_administrator_names_the_system_and_sees_the_secret_once(self, dana, town, tell_of, system):
        client = enter(dana)
        page = client.post(at(town.district), {"url": f" {system.url}/zebra-path "}).content.decode()
        secret = page.partition("whsec_")[2].partition("<")[0]
        assert len(b64decode(secret)) == 32 and "localhost" in page
        again = client.get(at(town.district)).content.decode()
        assert secret not in again and "zebra-path" not in again and "Nothing was posted yet." in again
        tell_of(town.school)
        webhooks.turn()
        system.answer = lambda _asked: Said(500)
        relay(system)
        assert "Your system did not take it:" in (shown := client.get(at(town.district)).content.decode())
        assert "webhook-500" in shown
        system.answer = lambda _asked: Said()
        Delivery.objects.filter(channel="webhook").update(not_before=the_clock.now())
        relay(system)
        assert "Your system took it." in client.get(at(town.district)).content.decode()
        assert verified(system.seen[-1], f"whsec_{secret}")
        with connection.cursor() as cursor:
            for table in ("actions_webhook", "actions_webhookpost", "audit_entry", "delivery_delivery"):
                cursor.execute(f'SELECT * FROM "{table}"')
                rows = str([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor])
                assert "zebra-path" not in rows and secret not in rows, table

    def test_another_address_ends_the_one_before_and_one_press_ends_it_all(self, dana, town, system):
        client = enter(dana)
        for _ in range(2):
            client.post(at(town.district), {"url": system.url})
        assert Webhook.objects.count() == 1
        page = client.post(at(town.district), {"do": "end"}, follow=True).content.decode()
        assert "Nothing is posted to your system any more." in page and not Webhook.objects.exists()
        acts = [e.act for e in Entry.objects.filter(act__startswith="webhook.").order_by("id")]
        assert acts == ["webhook.registered", "webhook.registered", "webhook.ended"]

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "http://dispatch.example/x",
            "https://me:secret@dispatch.example/",
            "dispatch.example",
            "https://" + "x" * 2000,
        ],
    )
    def test_what_is_no_address_is_said_at_its_field_and_stays(self, dana, town, url):
        answer = enter(dana).post(at(town.district), {"url": url})
        assert answer.status_code == 422 and not Webhook.objects.exists()
        assert url in answer.content.decode().replace("&#x27;", "'")

    @pytest.mark.parametrize("who", ["neighbour", "end_user", "stranger"])
    def test_nobody_else_sees_or_changes_it(self, who, person, town, dana, system):
        webhooks.register(town.district.pk, system.url, 1)
        designated = {"neighbour": (town.far_district, ADMINISTRATOR), "end_user": (town.district, END_USER)}
        client = enter(person("nosy@far.example", designated[who])) if who in designated else Client()
        for answer in (client.get(at(town.district)), client.post(at(town.district), {"do": "end"})):
            assert answer.status_code in (302, 404)
        assert Webhook.objects.count() == 1


class TestWhoMayDoWhat:
    def test_the_school_origin_names_shows_and_ends(self, dana, town, tell_of, system, as_login):
        webhooks.register(town.district.pk, system.url, 1)
        tell_of(town.school)
        webhooks.turn()
        client = enter(dana)
        as_login("school")
        assert "Waiting." in client.get(at(town.district)).content.decode()
        assert client.post(at(town.district), {"url": system.url}).status_code == 200
        client.post(at(town.district), {"do": "end"})
        assert not Webhook.objects.values("id").exists()

    def test_the_worker_owes(self, town, tell_of, system, as_login):
        webhooks.register(town.district.pk, system.url, 1)
        tell_of(town.school)
        as_login("worker")
        assert webhooks.turn() is False and WebhookPost.objects.values("id").count() == 1

    def test_the_relay_renders(self, town, tell_of, system, as_login):
        webhooks.register(town.district.pk, system.url, 1)
        tell_of(town.school)
        webhooks.turn()
        as_login("relay")
        assert webhooks.render(WebhookPost.objects.values_list("id", flat=True).get()) is not None


def test_practice_keeps_production_posts_and_it_can_be_switched_off(monkeypatch):
    assert (
        lanes.webhooks(Config()).carrier == "sandbox"
        and lanes.webhooks(Config(mode="production")).carrier == "webhook"
    )
    assert lanes.webhooks(Config(webhooks="off")) is None
    monkeypatch.setenv("UPSTANDER_WEBHOOKS", "off")
    config.cache_clear()
    try:
        assert webhooks.turn() is False and not queries.offers("webhook")
    finally:
        monkeypatch.undo()
        config.cache_clear()
