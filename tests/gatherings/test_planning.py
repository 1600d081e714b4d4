"""The SIO's pages: write, publish, change, copy to next month, cancel; what was typed stays (S-sio)."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gatherings.conftest import kinds, published
from tests.network.support import client_for, make_member, make_sio
from upstander.audit.models import Entry
from upstander.gatherings.models import Gathering, Material
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-sio"), pytest.mark.usefixtures("network")]


def typed(**more):
    known = {
        "kind": "webinar", "title": "Reunification", "text": "Bring your plan.", "level": "1", "day": "2030-12-10",
        "begins": "10:00", "ends": "11:30", "last_day": "", "zone": "America/Chicago", "place": "", "capacity": "",
        "join_address": "https://meet.example/room", "press": str(new_id()),
    }  # fmt: skip
    return known | more


def test_a_draft_is_written_once_published_and_invited():
    browser, given = client_for(make_sio()), typed()
    for _ in range(2):
        answer = browser.post("/desk/gatherings/new/", given)
        assert answer.status_code == 302
    made = Gathering.objects.get()
    assert made.starts_at.astimezone(ZoneInfo("America/Chicago")).isoformat() == "2030-12-10T10:00:00-06:00"
    assert made.published_at is None and made.level == Level.FOUO
    for _ in range(2):
        browser.post(f"/desk/gatherings/{made.id}/publish/", {"invite": "1"})
    made.refresh_from_db()
    assert made.published_at and made.invite_from
    assert [
        Entry.objects.filter(act=f"gatherings.{act}").count() for act in ("made", "published", "invited")
    ] == [1, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"title": ""}, "Give it a title."),
        ({"ends": "09:00"}, "It ends after it begins."),
        ({"day": "2030-03-10", "begins": "02:30"}, "clocks are put forward"),
        ({"join_address": "javascript:alert(1)"}, "Write the whole address"),
        ({"join_address": "https://user@evil.example/"}, "Write the whole address"),
        ({"join_address": ""}, "Say where it is"),
        ({"level": "9"}, "Select a valid choice"),
        ({"zone": "Nowhere/City"}, "Select a valid choice"),
        ({"regions": ["999999999999"]}, "Select a valid choice"),
        ({"last_day": "2031-06-01"}, "two weeks"),
        ({"day": "9999-12-31"}, "within five years"),
        ({"day": "0001-01-01"}, "within five years"),
    ],
)
def test_a_mistake_comes_back_filled_with_words_beside_the_field(wrong, word):
    answer = client_for(make_sio()).post("/desk/gatherings/new/", typed(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and word in page and "Bring your plan." in page
    assert not Gathering.objects.exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(typed())), st.text(max_size=40), min_size=1))
def test_whatever_is_typed_the_form_answers(network, wrong):
    sio = getattr(test_whatever_is_typed_the_form_answers, "browser", None) or client_for(
        make_sio(f"Sam {new_id()}")
    )
    answer = sio.post("/desk/gatherings/new/", typed(**wrong))
    assert answer.status_code in (302, 422)


def test_the_form_of_what_exists_is_filled_and_the_marking_is_fixed_once_it_is_published():
    gathering, browser = published(), client_for(make_sio())
    page = browser.get(f"/desk/gatherings/{gathering.id}/edit/").content.decode()
    assert gathering.title in page and 'value="https://meet.example/upstander-room"' in page
    local = gathering.starts_at.astimezone(ZoneInfo(gathering.zone))
    hours = {
        "day": f"{local:%Y-%m-%d}",
        "begins": f"{local:%H:%M}",
        "ends": f"{local + timedelta(minutes=50):%H:%M}",
    }
    if (local + timedelta(minutes=50)).date() != local.date():
        hours["last_day"] = f"{local + timedelta(minutes=50):%Y-%m-%d}"
    raised = browser.post(f"/desk/gatherings/{gathering.id}/edit/", typed(level="2", **hours))
    assert raised.status_code == 422 and "cannot change once it is published" in raised.content.decode()
    assert browser.post(f"/desk/gatherings/{gathering.id}/edit/", typed(**hours)).status_code == 302
    gathering.refresh_from_db()
    assert gathering.title == "Reunification" and gathering.sequence == 1 and gathering.level == Level.FOUO


def test_the_same_next_month_is_a_draft_made_once():
    gathering, browser = published(), client_for(make_sio())
    press = str(new_id())
    for _ in range(2):
        answer = browser.post(f"/desk/gatherings/{gathering.id}/copy/", {"press": press})
    copy = Gathering.objects.exclude(pk=gathering.pk).get()
    assert answer.status_code == 302 and str(copy.pk) == press and str(copy.id) in answer.headers["Location"]
    assert copy.published_at is None and copy.title == gathering.title and copy.sequence == 0
    zone = ZoneInfo(gathering.zone)
    assert copy.starts_at.astimezone(zone).weekday() == gathering.starts_at.astimezone(zone).weekday()
    assert copy.ends_at - copy.starts_at == gathering.ends_at - gathering.starts_at
    assert browser.post(f"/desk/gatherings/{gathering.id}/copy/", {"press": "no"}).status_code == 404


def test_cancelling_says_why_and_tells_whoever_comes_once():
    gathering, ana, browser = published(), make_member(), client_for(make_sio())
    client_for(ana).post(f"/gatherings/{gathering.id}/register/")
    silent = browser.post(f"/desk/gatherings/{gathering.id}/cancel/", {"reason": " "})
    assert silent.status_code == 422 and "everybody who comes reads it" in silent.content.decode()
    for _ in range(2):
        assert (
            browser.post(f"/desk/gatherings/{gathering.id}/cancel/", {"reason": "Snow."}).status_code == 302
        )
    gathering.refresh_from_db()
    assert (
        gathering.reason == "Snow."
        and gathering.sequence == 1
        and kinds(gathering, ana) == ["seated", "cancelled"]
    )
    assert browser.post(f"/desk/gatherings/{gathering.id}/edit/", typed()).status_code == 422
    assert browser.post(f"/desk/gatherings/{gathering.id}/publish/").status_code == 409


def test_material_is_a_link_or_a_small_file_marked_at_least_as_the_event():
    gathering, browser = published(), client_for(make_sio())
    address = f"/desk/gatherings/{gathering.id}/material/"

    def given(**more):
        return {"title": "Recording", "level": "1", "address": "", "press": str(new_id())} | more

    twice = given(address="https://video.example/1")
    for _ in range(2):
        assert browser.post(address, twice).status_code == 302
    pdf = SimpleUploadedFile('sl"ides.pdf', b"%PDF-1.7")
    assert browser.post(address, given(title="Slides", file=pdf)).status_code == 302
    assert Material.objects.count() == 2
    for wrong in (
        given(), given(level="0", address="https://video.example/1"), given(address="ftp://video.example/1"),
        given(file=SimpleUploadedFile("page.html", b"<script>")), given(file=SimpleUploadedFile("x.pdf", b"x" * 1_048_577)),
    ):  # fmt: skip
        assert browser.post(address, wrong).status_code in (422, 413)
    one = Material.objects.get(title="Slides")
    ana = client_for(make_member())
    answer = ana.get(f"/gatherings/{gathering.id}/material/{one.id}/")
    assert answer.content == b"%PDF-1.7" and '"' not in one.file_name
    browser.post(f"/desk/gatherings/{gathering.id}/material/{one.id}/remove/")
    assert Material.objects.count() == 1


def test_a_second_person_of_the_staff_plans_too_and_hostile_words_are_words():
    gathering = published(title='<script>alert("x")</script>', place="{{ 7*7 }}")
    for one in (client_for(make_member()), client_for(make_sio())):
        page = one.get(f"/gatherings/{gathering.id}/").content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;" in page and "{{ 7*7 }}" in page


def test_how_many_seats_there_are_and_what_is_left_is_said_in_words():
    sio, ana, ben = client_for(make_sio()), make_member(), make_member()
    free, small = published(), published(capacity=1)

    def seats_of(gathering) -> tuple[str, str]:
        pages = (client_for(ana).get(f"/gatherings/{gathering.id}/"), sio.get(f"/desk/gatherings/{gathering.id}/"))
        found = [re.search(r"<dt>Seats</dt><dd>(.*?)</dd>", page.content.decode()) for page in pages]
        return tuple(one[1] if one else "" for one in found)

    assert seats_of(free) == ("No limit", "Nobody yet, no limit")
    assert seats_of(small) == ("None of 1 taken",) * 2
    for who in (ana, ben):
        for gathering in (free, small):
            client_for(who).post(f"/gatherings/{gathering.id}/register/")
    assert seats_of(free) == ("No limit", "2 registered, no limit")
    assert seats_of(small) == ("The only seat is taken, 1 on the waiting list",) * 2
    listed = sio.get("/desk/gatherings/").content.decode()
    assert "2 registered, no limit" in listed and "The only seat is taken, 1 on the waiting list" in listed
