"""Phones of people of the school: told by a press, beside everything else, without a word, no longer than their owner wants."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.actions.test_corrected import lower
from tests.actions.test_judging import critical, standard
from tests.directory.test_calendars import move_to
from tests.people.conftest import refused
from tests.response.conftest import END_USER, enter
from tests.response.test_left_out import left_out  # noqa: F401 - a fixture
from tests.support.https import Said
from tests.support.pushservice import Phone, PushService
from upstander import clock as the_clock
from upstander.actions import devices, pushed, pushes
from upstander.actions.confirm import confirm
from upstander.actions.models import ContactPush, Notice
from upstander.audit.models import Entry
from upstander.config import Config, config
from upstander.delivery import ledger, webpush
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.webpush import WebPushCarrier
from upstander.delivery.ledger import Result
from upstander.delivery.models import Delivery
from upstander.delivery.throttle import Limits
from upstander.directory import queries as directory
from upstander.directory import services as listing
from upstander.directory.calendars_services import set_quiet
from upstander.directory.models import ContactPoint, Device
from upstander.intake.models import Tip
from upstander.people import services as people
from upstander.people.models import Designation
from upstander.vault.keys import keyring

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school"), pytest.mark.req("D-IV.A.2.a.1")]
ZEBRA = "https://updates.push.services.mozilla.com/wpush/v2/zebra-phone"


@pytest.fixture
def service(tmp_path, monkeypatch) -> Iterator[PushService]:
    with PushService(tmp_path) as running:
        monkeypatch.setenv("UPSTANDER_PUSH_SERVICES", running.settings["push_services"])
        config.cache_clear()
        yield running
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def okafor(person, town):
    """The principal, who signs in with the address that is listed."""
    return person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor")


@pytest.fixture
def tip(town, new_tip, call_taker) -> UUID:
    return new_tip(town.school.pk)


def ask(client: Client, phone: Phone | None = None, **more: str) -> tuple[int, dict[str, str]]:
    """What the script sends when somebody presses "Tell me on this phone"."""
    named = (phone or Phone(ZEBRA)).named
    form = {"do": "on", "endpoint": named.endpoint, "p256dh": named.p256dh, "auth": named.auth}
    answer = client.post("/phones/", form | more)
    return answer.status_code, json.loads(answer.content)


def relay(settings: dict[str, str]) -> list[str]:
    """What the relay does with what is owed by push; each one's code."""
    found = ledger.lease(
        "r", "webpush", most=9, below=10, limits=Limits(9, 9), length=timedelta(minutes=1), channel="push"
    )
    codes, house = [], Config(**settings)
    for job in found.jobs:
        one, code, permanent, at = pushed.render(job.subject_id), "not_owed", False, the_clock.now()
        if one is not None:
            try:
                WebPushCarrier(house).send(webpush.compose(one, job.id, house, keyring().secret("vapid"), at))
                code = "accepted"
            except CarrierError as error:
                code, permanent = error.code, error.permanent
        ledger.settle("r", "webpush", [Result(job, code, the_clock.now(), 1, permanent, written_at=at)])
        codes.append(code)
    return codes


def owed() -> list[tuple[str, int]]:
    """What each push that waits says, and how urgent it is."""
    waiting = Delivery.objects.filter(channel="push", state="pending").order_by("created_at", "pk")
    return [(ContactPush.objects.get(pk=d.subject_id).says, d.priority) for d in waiting]


class TestTelling:
    def test_a_critical_is_pushed_at_once_beside_mail_and_call_without_a_word_and_confirms_nothing(
        self, okafor, tip, call_taker, service
    ):
        phone = service.phone()
        assert ask(enter(okafor), phone)[0] == 200
        critical(tip, call_taker)
        assert owed() == [("notice", 0)], "with the judgement, whatever the worker does"
        assert pushed.turn() is False and len(owed()) == 1
        assert (
            Delivery.objects.filter(channel="email").count()
            == Delivery.objects.filter(channel="call").count()
            == 4
        )
        assert relay(service.settings) == ["accepted"] and not service.wrong
        (asked,) = service.seen
        assert phone.opened(asked.body) == webpush.WORD
        assert not Notice.objects.exclude(confirmed_at=None).exists()
        assert pushed.turn() is False and relay(service.settings) == [], "once"

    def test_every_phone_of_theirs_is_told_and_nobody_elses(
        self, okafor, person, town, tip, call_taker, service
    ):
        client = enter(okafor)
        for name in ("one", "two"):
            ask(client, service.phone(name))
        ask(enter(person("haas@prairie.example", (town.other_school, END_USER))), service.phone("hers"))
        standard(tip, call_taker)
        pushed.turn()
        assert [says for says, _urgency in owed()] == ["notice", "notice"]
        assert relay(service.settings) == ["accepted"] * 2 and {a.path for a in service.seen} == {
            "/one",
            "/two",
        }

    def test_of_what_was_asked_before_the_phone_was_told_nothing(self, okafor, tip, call_taker, service):
        critical(tip, call_taker)
        ask(enter(okafor), service.phone())
        assert pushed.turn() is False and owed() == []

    def test_something_graver_is_pushed_anew(self, okafor, tip, call_taker, service):
        ask(enter(okafor), service.phone())
        standard(tip, call_taker)
        pushed.turn()
        critical(tip, call_taker)
        pushed.turn()
        assert sorted(owed()) == [("notice", 0), ("notice", 3)]
        assert sorted(relay(service.settings)) == ["accepted", "not_owed"], (
            "what was asked before is not asked any more"
        )

    def test_who_has_confirmed_before_it_left_hears_nothing_more(
        self, okafor, town, tip, call_taker, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        pushed.turn()
        confirm(
            Notice.objects.get(contact=town.contacts["principal"]).pk, as_self=True, name="", strength="link"
        )
        assert relay(service.settings) == ["not_owed"] and not service.seen

    def test_quiet_hours_hold_back_all_but_a_critical(
        self, okafor, town, new_tip, call_taker, service, clock
    ):
        move_to(clock, "2026-11-30T02:00")
        ask(enter(okafor), service.phone())
        set_quiet(town.contacts["principal"].pk, {"push": (_hour(21), _hour(6))}, "system:test")
        standard(new_tip(town.school.pk), call_taker)
        assert pushed.turn() is False and owed() == []
        critical(new_tip(town.school.pk), call_taker)
        pushed.turn()
        assert owed() == [("notice", 0)]
        move_to(clock, "2026-11-30T06:00")
        pushed.turn()
        assert [urgency for _says, urgency in owed()].count(0) == 1 and len(owed()) == 2

    @pytest.mark.req("D-II.A")
    def test_who_is_left_out_is_told_nothing(self, okafor, told, left_out, service):  # noqa: F811
        ask(enter(okafor), service.phone())
        Device.objects.update(made_at=the_clock.now() - timedelta(hours=1))
        pushed.turn()
        left_out()
        assert relay(service.settings) == ["not_owed"]
        Delivery.objects.filter(channel="push").delete()
        ContactPush.objects.all().delete()
        assert pushed.turn() is False and owed() == []


def _hour(hour: int):
    from datetime import time

    return time(hour)


class TestCorrections:
    def test_whose_phone_was_told_is_called_back_by_it_once(
        self, okafor, tip, call_taker, supervisor, service
    ):
        phone = service.phone()
        ask(enter(okafor), phone)
        critical(tip, call_taker)
        pushed.turn()
        relay(service.settings)
        lower(tip, call_taker, supervisor)
        pushed.turn()
        assert ("over", 0) in owed()
        relay(service.settings)
        assert len({len(asked.body) for asked in service.seen}) == 1, "it looks like any other"
        pushed.turn()
        assert "over" not in [says for says, _urgency in owed()]

    def test_what_has_not_left_leaves_no_more_and_needs_no_correction(
        self, okafor, tip, call_taker, supervisor, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        pushed.turn()
        lower(tip, call_taker, supervisor)
        pushed.turn()
        assert "over" not in [says for says, _urgency in owed()]

    def test_it_is_owed_with_the_stand_down_itself_and_the_worker_looks_for_none(
        self, okafor, tip, call_taker, supervisor, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        relay(service.settings)
        lower(tip, call_taker, supervisor)
        assert ("over", 0) in owed()
        with CaptureQueriesContext(connection) as asked:
            pushed.turn()
        assert not [q for q in asked.captured_queries if "stood_down_at IS NOT NULL" in q["sql"].replace('"', "")]

    def test_whom_it_was_owed_and_had_not_left_when_it_was_raised_again_is_corrected_by_the_next(
        self, okafor, tip, call_taker, supervisor, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        assert relay(service.settings) == ["accepted"]
        lower(tip, call_taker, supervisor)
        critical(tip, call_taker)
        assert sorted(relay(service.settings)) == ["accepted", "not_owed"], "the new one, and no correction"
        lower(tip, call_taker, supervisor)
        assert [says for says, _urgency in owed()].count("over") == 1

    def test_an_untold_phone_and_one_that_is_there_no_more_get_none(
        self, okafor, tip, call_taker, supervisor, service
    ):
        client = enter(okafor)
        gone, late = ask(client, service.phone("gone"))[1], service.phone("late")
        critical(tip, call_taker)
        relay(service.settings)
        ask(client, late)
        client.post("/phones/", {"do": "off", "browser": gone["browser"]})
        lower(tip, call_taker, supervisor)
        assert "over" not in [says for says, _urgency in owed()]

    def test_who_heard_by_a_phone_alone_is_corrected_by_mail_too(
        self, okafor, town, tip, call_taker, supervisor, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        pushed.turn()
        relay(service.settings)
        lower(tip, call_taker, supervisor)
        mails = Delivery.objects.filter(purpose="stand_down").values_list("address_key", flat=True)
        assert list(mails) == [f"contact:{town.contacts['principal'].pk}"]


class TestGone:
    @pytest.mark.parametrize("status", [404, 410])
    def test_a_phone_that_its_service_says_is_gone_is_forgotten(
        self, okafor, tip, call_taker, service, status
    ):
        client = enter(okafor)
        ask(client, service.phone("one"))
        ask(client, service.phone("two"))
        service.says["/one"] = Said(status)
        critical(tip, call_taker)
        pushed.turn()
        assert sorted(relay(service.settings)) == ["accepted", "gone"] and Device.objects.count() == 1
        assert Entry.objects.filter(act="device.gone").count() == 1

    def test_whom_nothing_else_reaches_a_phone_that_is_told_does_not_make_reachable(
        self, okafor, town, tip, call_taker, service
    ):
        principal = town.contacts["principal"]
        ask(enter(okafor), service.phone("one"))
        ContactPoint.objects.filter(contact=principal).update(bounced_at=the_clock.now())
        assert principal.pk in directory.unreachable()
        (poc,) = [p for p in directory.poc_list(town.school.pk) if p.contact_id == principal.pk]
        assert not poc.reachable
        critical(tip, call_taker)
        assert relay(service.settings) == ["accepted"], "it is told all the same"

    def test_one_that_went_elsewhere_while_the_push_was_on_its_way_stays(self, okafor, service, clock):
        client = enter(okafor)
        said = ask(client, service.phone("old"))[1]
        service.says["/old"] = Said(410)
        client.post("/phones/", {"do": "try", "browser": said["browser"]})
        row = Delivery.objects.get(channel="push")
        looked_up = the_clock.now()
        assert devices.renew(UUID(said["browser"]), service.phone("new").named)
        Delivery.objects.filter(pk=row.pk).update(state="failed", last_error="gone")
        devices.failed(row.pk, looked_up)
        assert Device.objects.count() == 1
        devices.failed(row.pk, the_clock.now())
        assert not Device.objects.exists()

    def test_who_may_not_open_it_any_more_or_left_the_list_is_told_no_more(self, okafor, person, town):
        ask(enter(okafor))
        lind = person("lind@care.example", (town.counselling, END_USER))
        ask(enter(lind))
        assert devices.clear() is False and Device.objects.count() == 2
        people.end_designation("system:test", Designation.objects.get(account=okafor).pk)
        listing.end_contact(town.contacts["counsellor"].pk, "system:test")
        devices.clear()
        assert not Device.objects.exists()

    def test_whose_entry_is_another_persons_now_is_told_no_more(self, okafor, town, as_login):
        ask(enter(okafor))
        points = ContactPoint.objects.filter(contact=town.contacts["principal"], kind="email")
        points.update(value="OKAFOR@prairie.example")
        assert devices.clear() is False and Device.objects.count() == 1, "one spelling is as good as the other"
        points.update(value="her.successor@prairie.example")
        as_login("worker")
        devices.clear()
        assert not Device.objects.values("id").exists()

    def test_whom_their_designation_names_is_told_whatever_address_is_listed(self, person, town, as_login):
        principal = town.contacts["principal"]
        ask(enter(person("private@elsewhere.example", (town.school, END_USER), contact_id=principal.pk)))
        as_login("worker")
        devices.clear()
        assert Device.objects.values("id").count() == 1

    def test_of_what_was_pushed_long_ago_no_row_is_kept_but_what_a_correction_needs(
        self, okafor, tip, new_tip, town, call_taker, service, clock, as_login
    ):
        client = enter(okafor)
        said = ask(client, service.phone())[1]
        client.post("/phones/", {"do": "try", "browser": said["browser"]})
        closed = new_tip(town.school.pk)
        for one in (tip, closed):
            standard(one, call_taker)
        pushed.turn()
        Tip.objects.filter(pk=closed).update(closed_at=the_clock.now())
        assert ContactPush.objects.count() == 3 and pushes.clear() is False and ContactPush.objects.count() == 3
        clock(31 * 86_400)
        as_login("worker")
        assert pushes.clear() is False
        assert list(ContactPush.objects.values_list("notice__referral__tip_id", flat=True)) == [tip]


class TestThePage:
    def test_it_says_what_is_shown_and_that_it_confirms_nothing(self, okafor):
        page = enter(okafor).get("/phones/").content.decode()
        assert (
            "There is something new for you. Sign in to read it." in page and "It confirms nothing." in page
        )
        assert "None yet." in page and "Allow scripts for this site." in page, (
            "and without scripts what helps"
        )

    def test_each_phone_is_listed_tried_and_taken_away(self, okafor, service):
        client, phone = enter(okafor), service.phone()
        said = ask(client, phone)[1]
        assert "Nothing was sent to it yet." in client.get("/phones/").content.decode()
        page = client.post(
            "/phones/", {"do": "try", "browser": said["browser"]}, follow=True
        ).content.decode()
        assert "We have sent it." in page and "The last one is on its way." in page
        assert relay(service.settings) == ["accepted"] and phone.opened(service.seen[0].body) == webpush.WORD
        assert "The last one was handed over:" in client.get("/phones/").content.decode()
        page = client.post(
            "/phones/", {"do": "off", "browser": said["browser"]}, follow=True
        ).content.decode()
        assert "This phone is told no more." in page and not Device.objects.exists()
        acts = [e.act for e in Entry.objects.filter(act__startswith="device.").order_by("id")]
        assert acts == ["device.added", "device.removed"]

    def test_a_second_press_on_the_same_phone_is_the_same_phone(self, okafor, service):
        client = enter(okafor)
        said = ask(client, service.phone("one"))[1]
        again = ask(client, service.phone("two"), browser=said["browser"])[1]
        assert again["browser"] == said["browser"] and Device.objects.count() == 1
        client.post("/phones/", {"do": "try", "browser": said["browser"]})
        assert relay(service.settings) == ["accepted"] and service.seen[0].path == "/two"

    def test_whoever_is_several_contacts_is_told_as_each(self, okafor, town, new_tip, call_taker, service):
        people.designate(
            "system:test", okafor.pk, town.other_school.pk, contact_id=town.contacts["other_principal"].pk
        )
        client = enter(okafor)
        ask(client, service.phone())
        page = client.get("/phones/").content.decode()
        assert Device.objects.count() == 2 and page.count("Try it (") == 1
        standard(new_tip(town.other_school.pk), call_taker)
        pushed.turn()
        assert relay(service.settings) == ["accepted"]

    def test_eleven_phones_are_too_many(self, okafor):
        client = enter(okafor)
        for _ in range(devices.MOST):
            assert ask(client)[0] == 200
        status, said = ask(client)
        assert (
            status == 422
            and "Take one away first." in said["error"]
            and Device.objects.count() == devices.MOST
        )

    @pytest.mark.parametrize(
        "endpoint",
        ["https://127.0.0.1/x", "http://fcm.googleapis.com/x", "https://evil.example/x", "", "x" * 5000],
    )
    def test_an_address_that_is_no_push_services_is_refused_with_words(self, okafor, endpoint):
        status, said = ask(enter(okafor), endpoint=endpoint)
        assert (
            status == 422 and "a service that we do not know" in said["error"] and not Device.objects.exists()
        )

    @pytest.mark.parametrize(
        "form", [{"do": "off"}, {"do": "try", "browser": "x"}, {"do": "off", "browser": str(uuid4())}, {}]
    )
    def test_what_is_no_phone_of_theirs_is_said(self, okafor, form):
        assert (
            "This phone was not told any longer."
            in enter(okafor).post("/phones/", form, follow=True).content.decode()
        )

    def test_another_persons_phone_is_nobody_elses_to_see_try_or_take_away(
        self, okafor, person, town, service
    ):
        said = ask(enter(okafor), service.phone())[1]
        other = enter(person("haas@prairie.example", (town.other_school, END_USER)))
        assert said["browser"] not in other.get("/phones/").content.decode()
        for act in ("try", "off"):
            other.post("/phones/", {"do": act, "browser": said["browser"]})
        taken = ask(other, service.phone("hers"), browser=said["browser"])
        assert taken[0] == 200 and taken[1]["browser"] != said["browser"]
        assert Device.objects.filter(account_id=okafor.pk).count() == 1 and owed() == []

    def test_who_is_no_contact_is_told_whom_to_ask_and_cannot_switch_it_on(self, person, town):
        client = enter(person("nobody@prairie.example", (town.school, END_USER)))
        assert "You are not listed as a contact" in client.get("/phones/").content.decode()
        assert ask(client)[0] == 422 and not Device.objects.exists()

    def test_a_house_that_tells_no_phones_says_so(self, okafor, monkeypatch):
        client = enter(okafor)
        assert "Tell me on my phone" in client.get("/").content.decode()
        monkeypatch.setenv("UPSTANDER_PUSH", "off")
        config.cache_clear()
        try:
            assert "The program has switched this off." in client.get("/phones/").content.decode()
            assert ask(client)[0] == 422 and pushed.turn() is False
        finally:
            monkeypatch.undo()
            config.cache_clear()

    def test_nobody_who_is_not_signed_in_sees_it_or_a_strangers_page_switches_it_on(self, okafor):
        for answer in (
            Client().get("/phones/"),
            Client().post("/phones/", {"do": "on"}),
            Client().get("/news/"),
        ):
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = enter(okafor).cookies
        assert strict.post("/phones/", {"do": "on"}).status_code == 403


class TestTheApp:
    def test_what_a_browser_asks_before_it_installs_it_is_the_same_for_everybody(self, okafor):
        client = enter(okafor)
        for path in ("/app.webmanifest", "/worker.js", "/offline/"):
            strange, known = Client().get(path), client.get(path)
            assert strange.status_code == 200 and "okafor" not in known.content.decode().lower(), path
        known = json.loads(Client().get("/app.webmanifest").content)
        assert (known["start_url"], known["display"], len(known["icons"])) == ("/", "standalone", 3)
        assert 'rel="manifest"' in client.get("/").content.decode()

    def test_the_phone_shows_its_one_line_in_its_own_language(self):
        said = Client().get("/worker.js").content.decode()
        assert "There is something new for you." in said and "Hay algo nuevo para usted." in said

    def test_tapping_leads_to_the_tip_once_it_is_known_who_is_there(self, okafor, town, tell_of, service):
        client = enter(okafor)
        ask(client, service.phone())
        assert client.get("/news/")["Location"] == "/"
        referral = tell_of(town.school).referrals[town.school.name]
        pushed.turn()
        assert client.get("/news/")["Location"] == f"/tips/{referral.pk}/"
        type(referral).objects.filter(pk=referral.pk).update(state="withdrawn")
        assert client.get("/news/")["Location"] == "/"

    def test_the_browser_renews_it_while_nobody_is_signed_in_and_the_new_one_replaces_the_old(
        self, okafor, service
    ):
        client = enter(okafor)
        said, new = ask(client, service.phone("old"))[1], service.phone("new")
        named = {"endpoint": new.named.endpoint, "p256dh": new.named.p256dh, "auth": new.named.auth}
        assert (
            Client(enforce_csrf_checks=True)
            .post("/phones/renew/", {"mark": said["mark"], **named})
            .status_code
            == 204
        )
        client.post("/phones/", {"do": "try", "browser": said["browser"]})
        assert relay(service.settings) == ["accepted"] and service.seen[0].path == "/new"
        assert Entry.objects.filter(act="device.renewed").count() == 1

    def test_without_its_own_mark_or_to_elsewhere_nothing_is_renewed(self, okafor, service):
        said, new = ask(enter(okafor), service.phone("old"))[1], service.phone("new")
        named = {"endpoint": new.named.endpoint, "p256dh": new.named.p256dh, "auth": new.named.auth}
        before = bytes(Device.objects.get().sealed_relay)
        wrong = said["mark"][:-6] + "AAAAA="
        for form in ({}, {"mark": "é"}, {"mark": wrong}, {"mark": said["browser"]}):
            assert Client().post("/phones/renew/", named | form).status_code == 422
        elsewhere = named | {"mark": said["mark"], "endpoint": "https://evil.example/"}
        assert Client().post("/phones/renew/", elsewhere).status_code == 422
        assert Client().post("/phones/renew/", named | {"mark": devices.mark(uuid4())}).status_code == 422
        assert Client().get("/phones/renew/").status_code == 405
        assert bytes(Device.objects.get().sealed_relay) == before


@pytest.mark.req("D-II.F")
def test_what_the_browser_named_stands_in_no_table_in_clear(okafor, tip, call_taker):
    phone = Phone(ZEBRA)
    ask(enter(okafor), phone)
    critical(tip, call_taker)
    pushed.turn()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = " ".join(
                bytes(v).decode("latin-1") if isinstance(v, memoryview) else str(v)
                for row in cursor
                for v in row
            )
            assert "zebra-phone" not in rows and phone.named.auth not in rows, table


def cannot(statement: str) -> bool:
    """Whether the database refuses the statement to the present login."""

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return refused(act)


class TestWhoMayDoWhat:
    def test_the_school_origin_lists_tries_and_ends_and_reads_nothing_back(self, okafor, as_login, service):
        client = enter(okafor)
        as_login("school")
        said = ask(client, service.phone())[1]
        assert ask(client, service.phone(), browser=said["browser"])[0] == 200
        assert client.get("/phones/").status_code == client.get("/").status_code == 200
        assert client.post("/phones/", {"do": "try", "browser": said["browser"]}).status_code == 302
        assert client.get("/news/").status_code == 302
        assert devices.renew(UUID(said["browser"]), service.phone().named)
        assert cannot("SELECT sealed_relay FROM directory_device")
        assert cannot(
            "INSERT INTO delivery_delivery (id, purpose) VALUES (gen_random_uuid(), 'contact_push')"
        )
        client.post("/phones/", {"do": "off", "browser": said["browser"]})
        assert not Device.objects.values("id").exists()

    def test_the_worker_owes_and_clears_away_and_reads_no_phone(
        self, okafor, tip, call_taker, supervisor, as_login, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        as_login("worker")
        pushed.turn()
        assert devices.clear() is False and cannot("SELECT sealed_relay FROM directory_device")
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        assert owed() == [("notice", 0)]

    def test_the_desk_owes_a_criticals_with_its_judgement(self, okafor, tip, call_taker, as_login, service):
        ask(enter(okafor), service.phone())
        as_login("desk")
        critical(tip, call_taker)
        assert owed() == [("notice", 0)]

    def test_the_relay_sends_it_and_forgets_what_is_gone(self, okafor, tip, call_taker, as_login, service):
        ask(enter(okafor), service.phone("one"))
        critical(tip, call_taker)
        pushed.turn()
        row = Delivery.objects.get(channel="push")
        as_login("relay")
        assert pushed.render(row.subject_id).endpoint.endswith("/one")
        Delivery.objects.filter(pk=row.pk).update(state="failed", last_error="gone")
        devices.failed(row.pk, the_clock.now())
        assert not Device.objects.values("id").exists()

    def test_the_desk_corrects_who_was_told_by_a_phone_and_reads_none(
        self, okafor, tip, call_taker, supervisor, as_login, service
    ):
        ask(enter(okafor), service.phone())
        critical(tip, call_taker)
        pushed.turn()
        relay(service.settings)
        as_login("desk")
        lower(tip, call_taker, supervisor)
        assert Delivery.objects.filter(purpose="stand_down").exists()
        assert cannot("SELECT sealed_relay FROM directory_device") and cannot(
            "SELECT account_id FROM directory_device"
        )
