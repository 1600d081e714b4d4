"""The counts of a region and the state, the map, and a person's own calendar."""

import csv
import io

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from tests.support.town import organisation
from tests.support.wrong import kept_out
from upstander import clock
from upstander.directory.models import Kind
from upstander.people.models import Designation
from upstander.preparedness import cli, drawing, queries, reach, rollup, services, years
from upstander.preparedness.models import Feed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-plans")]


def test_the_region_reads_its_counts_and_takes_them_as_a_file(cast, as_login):
    cast.drill("principal", "bus")
    organisation(Kind.SCHOOL, "Elsewhere School", sector="public")
    as_login("school")
    client = cast.sign_in("region")
    page = client.get("/preparedness/region/").content.decode()
    assert "Regional Office 99" in page and "Elsewhere" not in page and "October 1" in page
    rows = list(csv.DictReader(io.StringIO(client.get("/preparedness/region/counts.csv").content.decode())))
    bus = next(row for row in rows if row["duty"] == "bus")
    assert (bus["buildings"], bus["met"], bus["verified"]) == ("4", "1", "no")
    assert not any("Millbrook" in str(row) for row in rows)


@pytest.mark.parametrize("who", ["principal", "district", "far", "officer", "former"])
def test_nobody_else_reads_the_counts_of_a_region(cast, who):
    client = cast.sign_in(who)
    for page in ("", "counts.csv"):
        assert kept_out(client.get(f"/preparedness/region/{page}"))


def test_the_state_s_counts_are_those_of_each_page_with_progress_and_no_name(cast):
    cast.drill("principal", "bus")
    told: list[tuple[int, int]] = []
    year = years.this_year()
    regions = rollup.rolled_up(year, told=lambda done, of: told.append((done, of)))
    assert told[-1] == (4, 4) and [one.name for one in regions] == ["Regional Office 99"]
    with reach.acting(cast.region) as mine:
        lines = queries.lines(queries.buildings(mine.region), year)
    (one,) = regions
    building = [row for row in one.duties if row.duty.level == "building"]
    under_a_board = [line for line in lines if line.place.parent]
    alone = [line for line in lines if not line.place.parent]
    assert sum(row.met for row in building) == sum(line.met for line in [*under_a_board, *alone])
    done = CliRunner().invoke(cli.preparedness, ["rollup", "--year", str(year.number)])
    assert done.exit_code == 0 and "bus" in done.stdout and "Millbrook" not in done.stdout


def test_the_map_has_a_square_for_each_region_and_takes_no_markup_from_a_name(cast, tmp_path):
    cast.town.region.name = "Office <script>1"
    cast.town.region.save()
    drawn = drawing.squares(rollup.rolled_up(years.this_year()))
    assert drawn.count("<g>") == 1 and "<script" not in drawn and "/ 4</text>" in drawn
    done = CliRunner().invoke(cli.preparedness, ["rollup", "--map", str(tmp_path / "map.svg")])
    assert done.exit_code == 0 and (tmp_path / "map.svg").read_text().startswith("<svg")


def test_the_counts_take_as_many_statements_for_many_buildings_as_for_few(cast):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            rollup.rolled_up(years.this_year())
        return len(seen)

    few = statements()
    for n in range(40):
        organisation(Kind.SCHOOL, f"School {n}", parent=cast.town.district, sector="public")
    assert statements() == few


def test_a_calendar_s_address_opens_what_its_person_keeps_and_ends_with_them(cast, as_login):
    client = cast.sign_in("principal")
    cast.drill("principal", "bus", went_well="LANTERN-7731")
    as_login("school")
    page = client.post("/preparedness/calendar/").content.decode()
    address = next(word for word in page.replace("<", " ").replace(">", " ").split() if word.endswith(".ics"))
    path = address[address.index("/preparedness/") :]
    anybody = Client()
    found = anybody.get(path)
    assert found["Content-Type"].startswith("text/calendar") and b"LANTERN" not in found.content
    entries = [str(one["summary"]) for one in Calendar.from_ical(found.content).walk("VEVENT")]
    assert any("Drill held: Bus evacuation, Millbrook High School" in one for one in entries)
    assert any(one.startswith("Due: ") for one in entries) and not any("Elementary" in one for one in entries)
    again = client.post("/preparedness/calendar/").content.decode()
    assert path not in again and anybody.get(path).status_code == 404
    assert anybody.get("/preparedness/calendar/short.ics").status_code == 404
    assert anybody.get(f"/preparedness/calendar/{'a' * 43}.ics").status_code == 404


def test_a_calendar_of_who_is_designated_no_more_is_empty_ground(cast):
    from upstander.preparedness import feeds

    with reach.acting(cast.principal) as mine:
        token = feeds.make(mine)
    assert feeds.of(token)
    Designation.objects.filter(account=cast.principal).update(ends_at=clock.now())
    assert feeds.of(token) is None


def test_nobody_makes_an_address_for_another(cast, as_login):
    from tests.preparedness.test_walls import walled

    as_login("school")
    with reach.acting(cast.far):
        row = {"account_id": cast.principal.pk, "digest": b"x" * 32, "made_at": clock.now()}
        assert walled(lambda: Feed.objects.create(**row))
    assert cast.sign_in("region").post("/preparedness/calendar/").status_code == 404


def test_a_planned_drill_of_a_building_that_moves_keeps_its_name_in_the_calendar(cast):
    from upstander.ids import new_id
    from upstander.preparedness import feeds

    id = new_id()
    with reach.acting(cast.principal) as mine:
        services.plan_drill(mine, cast.town.school.pk, id, "bus", years.this_year().last)
        token = feeds.make(mine)
    first = feeds.of(token)
    with reach.acting(cast.principal) as mine:
        services.move_drill(mine, id, years.this_year().first)
    second = feeds.of(token)
    assert first and second and f"drill-{id}".encode() in first and f"drill-{id}".encode() in second
