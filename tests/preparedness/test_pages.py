"""What a principal and a district's administrator do on the pages of drills."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.preparedness.conftest import Cast
from tests.support.town import organisation
from upstander import clock
from upstander.directory.models import CalendarSpan, Kind
from upstander.ids import new_id
from upstander.preparedness import reach, services, years
from upstander.preparedness.models import Drill
from upstander.preparedness.services import Held

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-plans")]
WORDS = "Room 114 did not hear it. LANTERN-7731."


def place(cast: Cast) -> str:
    return f"/preparedness/places/{cast.town.school.pk}/"


def test_a_drill_is_entered_recorded_and_counts(cast, as_login):
    as_login("school")
    client = cast.sign_in("principal")
    assert client.get("/preparedness/").headers["Location"] == place(cast)
    page = client.get(place(cast)).content.decode()
    assert "Three evacuation drills" in page and "105 ILCS 128/20" in page and "not verified" in page
    said = {"kind": "evacuation", "day": clock.today().isoformat(), "entry": str(new_id())}
    for _press in range(2):
        answer = client.post(place(cast) + "drills/new/", said)
        assert answer.status_code == 302
    held = {"held_on": said["day"], "fire": "on", "students": "412", "minutes": "4", "seconds": "10", "to_improve": WORDS}
    assert client.post(answer["Location"], held).status_code == 302
    page = client.get(place(cast)).content.decode()
    assert "1 / 3" in page and "fire department" in page
    again = client.get(f"/preparedness/drills/{said['entry']}/").content.decode()
    assert WORDS in again and 'value="412"' in again
    with reach.acting(cast.principal):
        (one,) = Drill.objects.all()
        assert one.seconds == 250 and WORDS.encode() not in bytes(one.sealed_words)


def test_a_drill_to_come_stands_in_the_calendar_is_moved_and_called_off(cast):
    client, day = cast.sign_in("principal"), clock.today() + timedelta(5)
    said = {"kind": "bus", "day": day.isoformat(), "entry": str(new_id())}
    assert client.post(place(cast) + "drills/new/", said)["Location"] == place(cast)
    year = f"?year={services.year_of(day, (7, 1)).number}"
    assert "planned:" in client.get(place(cast) + year).content.decode()
    here = f"/preparedness/drills/{said['entry']}/"
    assert client.post(here, {"held_on": day.isoformat()}).status_code == 422
    assert client.post(here + "move/", {"day": ""}).status_code == 422
    assert client.post(here + "move/", {"day": (day + timedelta(1)).isoformat()}).status_code == 302
    assert client.post(here + "off/").status_code == 302
    page = client.get(place(cast) + year).content.decode()
    assert "called off" in page and "planned:" not in page
    assert client.post(here, {"held_on": clock.today().isoformat()}).status_code == 422


def test_what_is_wrong_comes_back_filled_with_its_reason(cast):
    client = cast.sign_in("principal")
    answer = client.post(place(cast) + "drills/new/", {"kind": "nothing", "day": "14/10", "entry": str(new_id())})
    assert answer.status_code == 422 and "Write the day as" in answer.content.decode()
    id = cast.drill("principal")
    wrong = {"held_on": (clock.today() + timedelta(1)).isoformat(), "students": "-4", "went_well": "All were quick."}
    answer = client.post(f"/preparedness/drills/{id}/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "All were quick." in page and "still to come" in page


def test_the_drill_with_the_police_says_what_must_hold_and_tells_parents(cast):
    client = cast.sign_in("principal")
    id = cast.drill("principal", "law_enforcement", conditions=("announced",))
    page = client.get(f"/preparedness/drills/{id}/").content.decode()
    assert "Not said of this drill" in page and "does not count" in page
    answer = client.post(f"/preparedness/drills/{id}/notice/")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    said = {"held_on": clock.today().isoformat(), "law": "on", "conditions": ["announced", "no_simulation"], "kept_out": "3"}
    assert client.post(f"/preparedness/drills/{id}/", said).status_code == 302
    assert Drill.objects.get().kept_out == 3
    assert client.post(f"/preparedness/drills/{cast.drill('principal')}/notice/").status_code == 404


def test_dates_with_the_fire_department_are_checked_and_lift_the_drill_where_it_chose_none(cast):
    client, year = cast.sign_in("principal"), years.this_year()
    here = place(cast) + f"fire/?year={year.number - 1}"
    before = year.number - 1
    said = {"proposed_on": f"{before}-09-10"} | {f"date_{n}": f"{before}-10-0{n}" for n in range(1, 5)}
    assert client.post(here, said | {"outcome": "chosen"}).status_code == 422
    assert client.post(here, said | {"proposed_on": ""}).status_code == 422
    elsewhere = {"outcome": "chosen", "decided_on": f"{before}-09-20", "agreed": f"{before}-10-20"}
    assert client.post(here, said | elsewhere).status_code == 422
    assert client.post(here, said | {"outcome": "none", "decided_on": f"{before}-09-20"}).status_code == 302
    page = client.get(here).content.decode()
    assert f'value="{before}-10-02"' in page
    assert "lifted" in client.get(place(cast) + f"?year={before}").content.decode()


def test_what_does_not_apply_to_a_building_is_not_asked_for(cast):
    client = cast.sign_in("principal")
    assert client.post(place(cast) + "building/", {"exempt": ["no_bus"]}).status_code == 302
    assert "not asked for here" in client.get(place(cast)).content.decode()
    assert client.post(place(cast) + "building/", {"exempt": ["anything"]}).status_code == 422


def test_the_district_sees_its_buildings_the_most_overdue_first(cast):
    client = cast.sign_in("district")
    page = client.get("/preparedness/").content.decode()
    assert "Millbrook High School" in page and "Millbrook Elementary" in page and "Farfield" not in page
    past = f"?year={years.this_year().number - 1}"
    assert "overdue" in client.get("/preparedness/" + past).content.decode()
    assert "All buildings" in client.get("/preparedness/" + past + "&due").content.decode()
    assert client.get("/preparedness/?year=99999").status_code == 200 == client.get("/preparedness/?year=1&page=x").status_code


def test_the_regional_office_reads_what_was_done_and_no_word(cast):
    cast.drill("principal", to_improve=WORDS)
    client = cast.sign_in("region")
    assert "Millbrook High School" in client.get("/preparedness/").content.decode()
    page = client.get(place(cast)).content.decode()
    assert "1 / 3" in page and "Plan or enter" not in page and WORDS not in page


def test_a_district_of_many_buildings_and_years_takes_as_many_statements_as_one_of_few(cast):
    client = cast.sign_in("district")

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/preparedness/").status_code == 200
        return len(seen)

    few = statements()
    year = years.this_year().number
    for n in range(30):
        school = organisation(Kind.SCHOOL, f"School {n}", parent=cast.town.district, sector="public")
        first, last = years.this_year().day(8, 20), years.this_year().day(5, 20)
        CalendarSpan.objects.create(organisation=school, kind="term", first_day=first, last_day=last)
        Drill.objects.bulk_create(
            Drill(
                id=new_id(), place=school, made_at=clock.now(), made_by=cast.district.pk, kind="evacuation", year=year - back,
                held_on=years.this_year().first.replace(year=year - back),
            )
            for back in range(3)
        )  # fmt: skip
    assert statements() == few


def test_a_drill_called_off_and_recorded_is_one_or_the_other(cast):
    with reach.acting(cast.principal) as mine:
        id = new_id()
        services.plan_drill(mine, cast.town.school.pk, id, "bus", clock.today())
        services.call_off(mine, id)
        with pytest.raises(services.CannotDo):
            services.record_drill(mine, id, Held(held_on=clock.today()))
