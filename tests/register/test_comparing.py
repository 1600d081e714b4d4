"""Incidents beside the published patterns of tips: counts on either side, and the rise that followed an incident of its kind."""

from datetime import date, datetime

import pytest

from tests.network.judging import JULY
from tests.network.support import client_for, make_member, played
from tests.products.test_pages import page_of
from tests.register.conftest import entered
from upstander import clock as the_clock
from upstander.directory.models import Kind, Organisation
from upstander.markings import Level
from upstander.network import walls
from upstander.network.patterns import LEAST
from upstander.packs.current import current
from upstander.register import codes, comparing
from upstander.register.entry import When

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-topics"), pytest.mark.usefixtures("network")]
AUGUST = date(2026, 8, 1)
PAGE = "/desk/incidents/compare/"


@pytest.fixture(autouse=True)
def july(clock) -> None:
    clock((JULY.replace(day=28) - the_clock.now()).total_seconds())


def month(number: int) -> datetime:
    return JULY.replace(month=number)


def of(kind: str = "") -> comparing.Compared:
    with played("network"), walls.reading(walls.STAFF):
        return comparing.compared(AUGUST, kind, "IL")


def test_incidents_and_tips_stand_side_by_side_by_kind_month_and_region(judged) -> None:
    school = Organisation.objects.filter(kind=Kind.SCHOOL, region=judged.region).first()
    entered(kind="suicide", when=When(2026, 5, 3), organisation_id=school.pk)
    entered(kind="suicide", when=When(2026, 5), state="WI")
    entered(kind="suicide", when=When(2026))  # of the year alone: in the year's count, in no month's
    entered(kind="fight", when=When(2026, 6, 1))
    entered(kind="suicide", when=When(2024, 5, 3))
    judged(7, "self_harm", at=month(5))
    judged(4, "self_harm", at=month(6))
    judged(6, "truancy", at=month(5))  # of no kind of incident
    found = of("suicide")
    kinds = {code: (side.here, side.away, side.tips) for code, side in found.kinds}
    assert kinds == {"suicide": (2, 1, 7), "fight": (1, 0, 0)}
    months = {at: (side.here, side.away, side.tips) for at, side in found.months if side.here or side.away or side.tips}
    assert months == {date(2026, 5, 1): (1, 1, 7)}
    assert {id: (side.here, side.tips) for id, side in found.regions} == {judged.region: (1, 7), None: (1, 0)}
    assert len(of().months) == 12 and of().since == date(2025, 8, 1)


@pytest.mark.parametrize(
    ("when", "before", "then", "in_month", "shown"),
    [
        (When(2026, 4, 20), 6, 16, 5, [(5, 10)]),  # in the month after, within thirty days
        (When(2026, 4, 20), 6, 10, 5, []),  # four more may be nothing
        (When(2026, 4, 20), 6, 16, 6, []),  # too late
        (When(2026, 4, 20), 0, 9, 5, [(5, 5)]),  # before fewer than five: surely five more
        (When(2026, 4, 20), 0, 8, 5, []),
        (When(2026), 6, 16, 5, []),  # who knows in which month
    ],
)
def test_a_rise_of_its_kind_within_the_packs_days_stands_beside_an_incident(judged, when, before, then, in_month, shown) -> None:
    incident = entered(kind="attack", when=when)
    entered(kind="narcotics", when=When(2026, 4, 2))  # another kind: what rose is not of it
    judged(before, "threat_of_violence", at=month(3))
    judged(before, "threat_of_violence", at=month(4))
    judged(then, "threat_of_violence", at=month(in_month))
    rises = [(rise.month.month, rise.least) for one in of().followed for rise in one.rises]
    assert rises == shown
    assert {one.version.incident_id for one in of().followed} == ({incident.pk} if shown else set())


def test_the_page_says_what_is_known_and_that_it_names_no_cause(sio, judged) -> None:
    entered(kind="attack", when=When(2026, 4, 20), marking="les", title="An attack elsewhere", state="TX")
    judged(6, "threat_of_violence", at=month(3))
    judged(16, "threat_of_violence", at=month(5))
    with played("network"):
        page = page_of(sio, PAGE)
    assert "LAW ENFORCEMENT SENSITIVE" in page.split("<h1")[0]  # a title of LES stands on it
    rose = page.split("Tips that rose")[1].split("</section>")[0]
    assert "An attack elsewhere" in rose and "May 2026: at least 16 tips, after at least 6" in rose
    assert "within 30 days" in rose and "does not say that it came of it" in rose
    for address in (f"{PAGE}?kind=attack", f"{PAGE}?kind=<b>&back=5", f"{PAGE}?back=9", f"{PAGE}?back=-1&kind=other"):
        with played("network"):
            assert "<b>&" not in page_of(sio, address)


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_no_member_reads_a_pattern_there(judged, level) -> None:
    judged(LEAST, "self_harm")
    browser = client_for(make_member(level=level))
    with played("network"):
        page_of(browser, PAGE, 403)
        assert PAGE not in page_of(browser, "/incidents/")


def test_the_packs_kinds_are_the_registers() -> None:
    assert {one.code for one in current().network.incidents} <= codes.codes("kind")
