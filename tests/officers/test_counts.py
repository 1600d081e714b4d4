"""What a regional office and the state are told: counts without small ones, and no row."""

import pytest

from tests.officers.conftest import learned, worked
from tests.people.conftest import refused
from tests.response.conftest import enter
from tests.support.wrong import kept_out
from upstander import clock
from upstander.officers import figures, reach
from upstander.officers.models import Activity, Agreement, Certificate
from upstander.people.models import RoleGrant

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-climate")]


@pytest.fixture
def clerk(origin, person):
    """`clerk("sio")`: somebody of the program with this role, signed in at the desk."""

    def make(role: str):
        account = person("clerk@program.example")
        RoleGrant.objects.create(account=account, role=role, granted_by="test", starts_at=clock.now())
        origin("desk", "tests.officers.desk_site")
        return enter(account)

    return make


@pytest.fixture
def year(cast):
    """Six talks, three drills, an arrest, in one district; a certificate."""
    for kind, outcome, times in (("talk", "talked", 6), ("drill", "made_safer", 3), ("call", "arrested", 1)):
        for _n in range(times):
            worked(cast.officer, cast.town.school.pk, kind, (outcome,), note="Heron")
    learned(cast.officer)
    return cast


def test_a_regional_office_sees_the_regions_counts_and_no_row(year, as_login):
    as_login("school")
    region = year.town.region.pk
    client = year.sign_in("roe")
    assert "Regional Office 99" in client.get("/officers/").content.decode()
    page = client.get(f"/officers/of/{region}/year/").content.decode()
    assert "<svg" in page and "Informal counselor" in page and "not shown" in page and "Mandatory training, in numbers" in page
    assert "Heron" not in page and "Osei" not in page and "Millbrook" not in page
    with reach.acting(year.roe):
        assert not any(model.objects.exists() for model in (Activity, Certificate, Agreement))
    for page in ("training", "training/overdue", "agreements"):
        assert client.get(f"/officers/of/{region}/{page}/").status_code == 404
    assert client.get(f"/officers/of/{year.town.district.pk}/year/").status_code == 404
    number = client.get(f"/officers/of/{region}/year/").context["year"].number
    assert client.get(f"/officers/of/{region}/year/{number}.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("who", ["far_roe", "district", "far", "officer", "principal", "clinician", "former", "chief"])
def test_nobody_else_is_told_a_regions_counts(year, who, as_login):
    as_login("school")
    region = year.town.region.pk
    assert kept_out(year.sign_in(who).get(f"/officers/of/{region}/year/"))
    with reach.acting(getattr(year, who)) as mine:
        assert region not in mine.regions
        with_it = figures._worked("officers_region_worked(%s, %s, %s)", [region, "2000-01-01", "2100-01-01"])
        assert with_it == [] and not any(t.people for t in figures.region_trained(region))


def test_the_desk_sees_the_state_side_by_side_and_on_paper(year, clerk, as_login):
    client = clerk("sio")
    as_login("desk")
    page = client.get("/school-officers/").content.decode()
    assert "Regional Office 99" in page and "Informal counselor" in page and "<svg" in page and "not shown" in page
    assert "Osei" not in page and "Millbrook" not in page
    number = client.get("/school-officers/").context["year"].number
    assert client.get(f"/school-officers/{number}.pdf").content.startswith(b"%PDF-")
    assert "Nothing is entered" in client.get(f"/school-officers/{number - 3}/").content.decode()
    assert client.get("/school-officers/2091/").status_code == 404


@pytest.mark.parametrize("role", ["call_taker", "stic_analyst", "stic_staff", "outreach", "auditor", "custodian"])
def test_who_has_nothing_to_do_with_officers_at_the_desk_does_not_see_it(year, clerk, role):
    assert clerk(role).get("/school-officers/").status_code == 403


@pytest.mark.parametrize("login", ["school", "public", "network", "inbound", "caller", "custody", "worker", "relay"])
def test_no_other_login_counts_the_state(year, as_login, login):
    as_login(login)
    assert refused(figures.state_counts)
    assert refused(lambda: figures._worked("officers_worked(%s, %s)", ["2000-01-01", "2100-01-01"]))


@pytest.mark.parametrize("role", ["", "sio", "supervisor"])
def test_members_and_staff_without_a_designation_have_nothing_at_the_schools_origin(year, person, role):
    who = person("nobody@police.example")
    if role:
        RoleGrant.objects.create(account=who, role=role, granted_by="test", starts_at=clock.now())
    client = enter(who)
    region, district = year.town.region.pk, year.town.district.pk
    addresses = ("", "codes/", "certificates/", "year/", f"of/{region}/year/", f"of/{district}/training/")
    for address in addresses:
        assert kept_out(client.get(f"/officers/{address}")), address
