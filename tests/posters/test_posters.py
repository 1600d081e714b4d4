"""From a poster to the form and to a number that names nobody; the school's pages; who may what (decision 133)."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.intake.reader import Reader
from tests.people.conftest import refused
from tests.response.conftest import ADMINISTRATOR, END_USER, enter
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.intake.models import Tip
from upstander.posters import queries, services
from upstander.posters.models import Count, Placement
from upstander.posters.release import month_of

pytestmark = [pytest.mark.django_db, pytest.mark.illinois]


@pytest.fixture
def poster(town) -> Placement:
    return services.place(town.school.pk, "cafeteria", 1)


def told_by(web, code: str) -> Reader:
    page = Reader(web, f"/p/{code}/").press("next", danger="no").press("next", text="somebody is being hurt")
    assert page.press("next").press("next").press("send").heading() == "Received"
    return page


@pytest.mark.req("D-V")
def test_a_poster_opens_the_form_with_its_school_and_the_report_is_counted_once(web, poster, town):
    told_by(web, poster.code)
    tip = Tip.objects.get()
    assert tip.place_id == town.school.pk
    assert list(Count.objects.values_list("placement_id", "month", "number")) == [
        (poster.pk, month_of(the_clock.today()), 1)
    ]
    told_by(web, poster.code.lower())
    assert Count.objects.get().number == 2


@pytest.mark.req("R-privacy")
def test_no_row_but_the_count_knows_of_the_poster_and_the_count_knows_no_moment(web, poster):
    told_by(web, poster.code)
    for model in apps.get_models():
        if model.__module__.startswith("upstander.") and model is not Placement:
            for row in model.objects.values():
                assert poster.code not in str(row), model
    assert {f.name for f in Count._meta.concrete_fields} == {"id", "placement", "month", "number"}
    assert not Entry.objects.filter(act__startswith="posters.").exclude(act="posters.placed").exists()


def test_reading_counts_nothing_and_a_repeated_press_counts_once(web, poster):
    web.get(f"/p/{poster.code}/")
    page = Reader(web, f"/p/{poster.code}/").press("next", danger="no").press("next", text="words")
    assert not Count.objects.exists()
    fields, action = page.fields, page.action
    for _ in range(2):  # the same page, its button pressed twice
        page.fields, page.action = fields, action
        assert page.press("send").heading() == "Received"
    assert Count.objects.get().number == 1


@pytest.mark.parametrize("code", ["XXXXXXXX", "0", "K7F2", "%00", "<b>", "a" * 40, "K7F29QPX3M"])
def test_a_torn_or_wrong_code_opens_the_form_without_a_school(web, poster, code):
    answer = web.get(f"/p/{code}/")
    assert answer.status_code == 200 and b'name="draft"' in answer.content and not answer.cookies
    if code == "XXXXXXXX":
        told_by(web, code)
        assert Tip.objects.get().place_id is None and not Count.objects.exists()


def test_a_poster_that_hangs_no_more_still_leads_to_its_school_and_is_not_counted(web, poster, town):
    assert services.end(poster.pk, 1) and not services.end(poster.pk, 1)
    told_by(web, poster.code)
    assert Tip.objects.get().place_id == town.school.pk and not Count.objects.exists()


def test_a_spanish_poster_opens_the_spanish_form(web, poster):
    assert '<html lang="es"' in web.get(f"/p/{poster.code}/?lang=es").content.decode()


def test_of_a_sort_that_the_pack_does_not_know_nothing_is_made(town):
    with pytest.raises(services.CannotPlace):
        services.place(town.school.pk, "moon", 1)
    second = [services.place(town.school.pk, "gym", 1) for _ in range(2)][1]
    assert queries.name_of(second) == "Gym 2" and queries.name_of(second, "es") == "Gimnasio 2"


def test_the_school_makes_prints_and_ends_its_posters_and_sees_what_it_may(school, person, town, as_login):
    ana = enter(person("ana@x.example", (town.school, END_USER)))
    as_login("school")
    here = f"/posters/{town.school.pk}/"
    assert ana.get("/posters/")["Location"] == here, "there is one school alone"
    one = ana.post(here, {"spot": "hallway"})["Location"]
    assert b"Hallway" in ana.get(one).content
    for sheet in ("poster", "cards", "stickers"):
        made = ana.post(one, {"sheet": sheet, "language": "both"})
        assert made["Content-Type"] == "application/pdf" and made.content.startswith(b"%PDF"), sheet
    for wrong in ({"sheet": "banner", "language": "en"}, {"sheet": "poster", "language": "xx"}, {}):
        assert ana.post(one, wrong).status_code == 422
    for wrong in ({"spot": "moon"}, {}):
        assert ana.post(here, wrong).status_code == 422
    html = ana.get(here).content.decode()
    assert "fewer than 5" in html and not re.search(r"<b>\d+</b>", html)
    assert ana.post(one, {"do": "end"}).status_code == 302
    assert "no longer counted" in ana.get(here).content.decode()


@pytest.mark.req("R-privacy")
def test_a_number_is_shown_when_its_month_is_over(school, person, town, clock, poster):
    ana = enter(person("ana@x.example", (town.school, END_USER)))
    Count.objects.create(placement=poster, month=month_of(the_clock.today()), number=7)
    assert "<b>7</b>" not in ana.get(f"/posters/{town.school.pk}/").content.decode()
    clock(40 * 86400)
    ana = enter(person("bo@x.example", (town.school, END_USER)))
    assert "<b>7</b>" in ana.get(f"/posters/{town.school.pk}/").content.decode()


def test_a_neighbour_an_agency_and_a_stranger_find_nothing(school, person, town, poster):
    mine = f"/posters/{town.school.pk}/"
    for name, designated in (("far", (town.far_school, END_USER)), ("police", (town.police, END_USER))):
        other = enter(person(f"{name}@x.example", designated))
        for address in (mine, f"{mine}{poster.pk}/"):
            assert other.get(address).status_code == other.post(address, {"do": "end"}).status_code == 404, (
                name
            )
    far = enter(person("far2@x.example", (town.far_school, END_USER)))
    assert far.get(f"/posters/{town.far_school.pk}/{poster.pk}/").status_code == 404, (
        "another school's placement under one's own"
    )
    boss = enter(person("boss@x.example", (town.district, ADMINISTRATOR)))
    assert boss.get(mine).status_code == 200, "the district looks after its schools"
    assert Client().get(mine)["Location"].startswith("/sign-in/")
    assert Placement.objects.get(pk=poster.pk).ended_at is None


def test_the_public_origin_counts_and_reads_no_count(web, poster, as_login):
    as_login("public")
    told_by(web, poster.code)
    for statement in (
        "SELECT number FROM posters_count", "UPDATE posters_count SET number = 0", "DELETE FROM posters_count",
        "SELECT account_id FROM posters_placement", "UPDATE posters_placement SET code = 'X'", "INSERT INTO posters_count"
        " (placement_id, month, number) SELECT id, '2026-01-01', 99 FROM posters_placement",
    ):  # fmt: skip
        with connection.cursor() as cursor:
            assert refused(lambda c=cursor, s=statement: c.execute(s)), statement


@pytest.mark.parametrize("login", ["desk", "network", "relay", "worker", "events", "inbound"])
def test_nobody_else_reads_where_reports_begin(poster, as_login, login):
    as_login(login)
    for table in ("posters_placement", "posters_count"):
        with connection.cursor() as cursor:
            assert refused(lambda c=cursor, t=table: c.execute(f"SELECT 1 FROM {t}")), table


def test_the_school_login_changes_no_count(poster, as_login):
    as_login("school")
    for statement in (
        "UPDATE posters_count SET number = 9",
        "DELETE FROM posters_placement",
        "SELECT posters_counted('X', '2026-01-01')",
    ):
        with connection.cursor() as cursor:
            assert refused(lambda c=cursor, s=statement: c.execute(s)), statement
