"""A contact with whom the directory has Spanish reads Spanish behind every link, on a phone too, and may change it there."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.directory.test_calendars import move_to
from tests.people.test_pages import page, well  # noqa: F401 - a fixture
from tests.response.conftest import SITE
from tests.support.browser import follow, press
from upstander import clock as the_clock
from upstander.actions import services
from upstander.actions.links import token_for
from upstander.actions.models import Notice
from upstander.directory.models import Contact, Reverification
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.response import reverify

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
ENGLISH = re.compile(
    r"\b(the|and|you|your|we|this|that|desk|call|sign|notice|link|thank|right|wrong|name|tip|in progress|Critical|Mon|Tue"
    r"|Wed|Thu|Fri|Sat|Sun|Jan|Apr|Aug|Dec)\b", re.I,
)  # fmt: skip
OWN = ("Millbrook High School", "Upstander Illinois (demo)", "Upstander", "English")


def words(page_text: str) -> str:
    """What a page says to a person, without markup, names, addresses and our name for the programme."""
    said = re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|script|title).*?</\1>", " ", page_text))
    said = re.sub(r"\S+@\S+", " ", html.unescape(said))
    for name in (*OWN, "«I have this»"):
        said = said.replace(name, " ")
    return said


def assert_spanish(answer) -> None:
    text = answer.content.decode()
    assert '<html lang="es"' in text and answer.headers["Content-Language"] == "es"
    assert not ENGLISH.findall(words(text)), words(text)


@pytest.fixture
def school(origin) -> None:
    origin("school", SITE)


@pytest.fixture
def notice(told) -> Notice:
    found = Notice.objects.get(referral=told.referrals["Millbrook High School"])
    Contact.objects.filter(pk=found.contact_id).update(language="es")
    return found


def asking_of(contact_id: int) -> Reverification:
    now = the_clock.now()
    return Reverification.objects.create(
        id=new_id(), contact_id=contact_id, asked_at=now, until=now + timedelta(days=3)
    )


class TestConfirming:
    pytestmark = pytest.mark.usefixtures("school")

    def test_every_state_of_the_page_is_spanish(self, notice):
        link, http = f"/c/{token_for(notice.pk)}/", Client()
        assert_spanish(http.get(link))
        assert_spanish(http.post(link, {"name": ""}))
        old = (notice.asked_since - timedelta(minutes=1)).isoformat()
        assert_spanish(http.post(link, {"self": "yes", "asked": old}))
        assert_spanish(http.post(link, {"self": "yes"}))
        Notice.objects.filter(pk=notice.pk).update(confirmed_as="somebody")
        assert_spanish(http.get(link))
        type(notice.referral).objects.filter(pk=notice.referral_id).update(
            stood_down_at=the_clock.now(), klass="imminent_harm"
        )
        Notice.objects.filter(pk=notice.pk).update(confirmed_at=None, strength="", confirmed_as="")
        assert_spanish(http.get(link))

    def test_a_day_is_written_as_spanish_writes_it_and_a_name_too_long_is_answered_in_spanish(self, notice, clock):
        move_to(clock, "2026-11-22T20:57")
        Notice.objects.filter(pk=notice.pk).update(asked_since=the_clock.now())
        link, http = f"/c/{token_for(notice.pk)}/", Client()
        assert "dom 22 de nov, 8:57 p.m." in http.get(link).content.decode()
        long = http.post(link, {"name": "A" * 500})
        assert "Como máximo 120 letras: aquí hay 500." in long.content.decode() and "maxlength" not in long.content.decode()
        assert_spanish(long)

    def test_of_the_police_too(self, notice):
        Contact.objects.filter(pk=notice.contact_id).update(end_user_type="law_enforcement")
        assert_spanish(Client().get(f"/c/{token_for(notice.pk)}/"))

    def test_english_is_a_press_away_and_stays_for_what_is_pressed_then_without_a_cookie(self, notice):
        link, http = f"/c/{token_for(notice.pk)}/", Client()
        assert 'href="?lang=en" lang="en"' in http.get(link).content.decode()
        english = http.get(f"{link}?lang=en")
        assert (
            "Are you P. Okafor?" in english.content.decode() and english.headers["Content-Language"] == "en"
        )
        assert current().class_name(notice.referral.klass) in english.content.decode()
        assert "action=" not in english.content.decode(), (
            "a press goes to the same address, with its language"
        )
        pressed = http.post(f"{link}?lang=en", {"self": "yes"})
        assert "The desk knows that you have this" in pressed.content.decode() and not pressed.cookies

    def test_a_language_that_nobody_has_is_the_contacts_own(self, notice):
        assert_spanish(Client().get(f"/c/{token_for(notice.pk)}/?lang=xx"))

    def test_a_link_that_opens_nothing_speaks_what_the_phone_asks_for(self):
        assert_spanish(Client().get("/c/nothing/", headers={"accept-language": "es-MX"}))
        assert_spanish(Client().get("/v/nothing/?lang=es"))


class TestVerifying:
    pytestmark = pytest.mark.usefixtures("school")

    @pytest.mark.parametrize("answer", ["right", "wrong"])
    def test_every_state_of_the_page_is_spanish(self, notice, answer):
        link = f"/v/{reverify.token_for(asking_of(notice.contact_id).id)}/"
        assert_spanish(Client().get(link))
        assert_spanish(Client().post(link, {"answer": answer}))

    def test_english_is_a_press_away(self, notice):
        link = f"/v/{reverify.token_for(asking_of(notice.contact_id).id)}/"
        assert "is this right?" in Client().get(f"{link}?lang=en").content.decode()


def test_a_key_when_nothing_is_asked_any_more_is_answered_in_their_language(notice):
    action = notice.action
    assert action is not None
    services.confirm(notice.pk, as_self=True, name="", strength="link")
    from upstander.actions import called

    reply = called.pressed(action.pk, "1")
    assert reply is not None and (reply.code, reply.text) == ("over", current().text("ladder.over", "es"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone(page, origin, live_server, notice):  # noqa: F811
    origin("school", SITE)
    link = f"{live_server.url}/c/{token_for(notice.pk)}/"
    page.goto(link)
    well(page)
    page.get_by_text("No: soy otra persona").click()
    press(page, "Lo tengo yo en su lugar")
    assert page.get_by_role("alert").count() == 1
    well(page)
    press(page, "Lo tengo")
    well(page)
    page.goto(f"{live_server.url}/v/{reverify.token_for(asking_of(notice.contact_id).id)}/")
    well(page)
    follow(page, "English")
    well(page)
    press(page, "All of this is right")
    well(page)
    page.goto(f"{live_server.url}/c/nothing/?lang=es")
    well(page)
