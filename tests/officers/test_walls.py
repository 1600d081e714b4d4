"""Whose rows are whose: by pages, by verbs, and in the database under each process's own login."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from tests.officers.conftest import PDF, Cast, agreed, learned, worked
from tests.people.conftest import refused
from tests.support.wrong import kept_out
from upstander import clock
from upstander.ids import new_id
from upstander.officers import figures, reach, services
from upstander.officers.errors import NotTheirs
from upstander.officers.models import Activity, Agreement, Certificate, Note, Paper
from upstander.officers.services import Work

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-climate")]


def walled(act: Callable[[], object]) -> bool:
    """Whether the row's own wall refused it."""
    try:
        with transaction.atomic():
            act()
    except ProgrammingError as error:
        assert "row-level security" in str(error)
        return True
    return False


EVERYBODY = ("officer", "colleague", "chief", "district", "principal", "far", "clinician", "former")


@pytest.fixture
def rows(cast: Cast) -> Cast:
    """An entry with a note, a certificate with a file, an agreement with a file: all of Prairie Valley."""
    worked(cast.officer, cast.town.school.pk, note="Heron")
    learned(cast.officer, file=PDF)
    today = clock.today()
    agreed(
        cast.district,
        cast.town.district.pk,
        cast.town.police.pk,
        today - timedelta(9),
        today + timedelta(99),
        PDF,
    )
    return cast


SEEN = {  # who sees: activity, note, certificate, agreement, files
    "officer": (1, 1, 1, 1, 2),
    "colleague": (0, 0, 0, 0, 0),  # of the same agency, within another district
    "chief": (1, 0, 1, 1, 2),
    "district": (1, 0, 1, 1, 2),
    "principal": (0, 0, 0, 0, 0),
    "far": (0, 0, 0, 0, 0),
    "clinician": (0, 0, 0, 0, 0),
    "former": (0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_database_shows_each_their_own_and_no_more(rows, as_login, who):
    account = getattr(rows, who)
    as_login("school")
    with reach.acting(account):
        found = tuple(model.objects.count() for model in (Activity, Note, Certificate, Agreement, Paper))
    assert found == SEEN[who]


def test_who_names_nobody_sees_nothing_and_adds_nothing(rows, as_login):
    agency, place = rows.town.police.pk, rows.town.school.pk
    as_login("school")
    assert not any(model.objects.exists() for model in (Activity, Note, Certificate, Agreement, Paper))
    row = {
        "id": new_id(),
        "account_id": rows.officer.pk,
        "place_id": place,
        "agency_id": agency,
        "made_at": clock.now(),
    }
    row |= {"day": clock.today(), "role": "educator", "kind": "lesson", "minutes": 5}
    assert walled(lambda: Activity.objects.create(**row))


def test_nobody_writes_in_anothers_name_or_at_anothers_place(rows, as_login):
    town, officer, colleague = rows.town, rows.officer, rows.colleague
    as_login("school")
    row = {"role": "educator", "kind": "lesson", "minutes": 5, "day": clock.today(), "made_at": clock.now()}
    for as_whom, whose, place in (
        (colleague, officer.pk, town.school.pk),
        (colleague, colleague.pk, town.private_school.pk),
        (rows.district, officer.pk, town.school.pk),
        (rows.former, rows.former.pk, town.school.pk),
        (rows.clinician, rows.clinician.pk, town.school.pk),
    ):
        with reach.acting(as_whom):
            new = row | {"id": new_id(), "account_id": whose, "place_id": place}
            assert walled(lambda new=new: Activity.objects.create(**new)), as_whom.email
    with reach.acting(rows.far):
        assert not Activity.objects.update(withdrawn_at=clock.now())
        assert not Agreement.objects.update(ended_at=clock.now())
        assert not Certificate.objects.update(withdrawn_at=clock.now())
    with reach.acting(rows.district):  # who looks after the place sees, and does not change
        assert not Activity.objects.update(withdrawn_at=clock.now())
    with reach.acting(officer):
        assert refused(lambda: Activity.objects.update(minutes=1)) and refused(
            lambda: Activity.objects.all().delete()
        )


def test_the_verbs_refuse_whoever_has_no_work_at_the_place(rows):
    for who in EVERYBODY[1:]:
        with reach.acting(getattr(rows, who)) as mine:
            place = rows.town.private_school.pk
            with pytest.raises(NotTheirs):
                services.record_work(mine, Work(place, "talk", 5, clock.today()))
            with pytest.raises(NotTheirs):
                services.withdraw_work(
                    mine, Activity.objects.get().pk if Activity.objects.exists() else uuid4()
                )
            with pytest.raises(NotTheirs):
                services.withdraw_certificate(mine, Certificate.objects.values_list("pk", flat=True)[0])


@pytest.mark.parametrize("login", ["desk", "public", "network", "inbound", "caller", "custody"])
def test_no_other_process_opens_a_row(rows, as_login, login):
    as_login(login)
    with connection.cursor() as cursor:
        for table in ("activity", "note", "certificate", "agreement", "paper", "folder", "reminder", "post"):
            assert refused(lambda t=table: cursor.execute(f"SELECT * FROM officers_{t}")), table
        assert refused(lambda: cursor.execute("SELECT * FROM officers_mine()"))


def test_the_worker_and_the_relay_see_when_certificates_end_and_open_no_word(rows, as_login):
    as_login("worker")
    assert list(Certificate.objects.values_list("account_id", "expires_on")) == [(rows.officer.pk, None)]
    assert refused(lambda: list(Certificate.objects.values_list("sealed_words")))
    assert refused(lambda: Activity.objects.exists()) and refused(lambda: Paper.objects.exists())


PAGES = ("year", "training", "agreements")
OWN = ["/officers/", "/officers/codes/", "/officers/codes.pdf", "/officers/year/", "/officers/certificates/"]


def addresses(rows: Cast) -> list[str]:
    town = rows.town
    certificate, agreement = Certificate.objects.get().pk, Agreement.objects.get().pk
    return [
        *(f"/officers/of/{o.pk}/{page}/" for o in (town.district, town.school, town.police) for page in PAGES),
        f"/officers/of/{town.district.pk}/year/2026.pdf", f"/officers/of/{town.district.pk}/year/2026/",
        f"/officers/certificates/{certificate}/file/", f"/officers/agreements/{agreement}/file/",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["principal", "far", "clinician", "former"])
def test_the_wrong_person_reads_no_page_of_another_place(rows, who):
    client = rows.sign_in(who)
    for address in addresses(rows):
        assert kept_out(client.get(address)), address
    own = Activity.objects.get().pk
    for address in (
        f"/officers/entries/{own}/withdraw/", f"/officers/certificates/{Certificate.objects.get().pk}/withdraw/",
        f"/officers/agreements/{Agreement.objects.get().pk}/end/", f"/officers/of/{rows.town.district.pk}/agreements/",
    ):  # fmt: skip
        assert kept_out(client.post(address)), address
    assert Activity.objects.get().withdrawn_at is None and Agreement.objects.get().ended_at is None
    assert Certificate.objects.get().withdrawn_at is None and Agreement.objects.count() == 1


def test_nobody_reads_anything_without_signing_in(rows):
    for address in [*OWN, *addresses(rows)]:
        answer = Client().get(address)
        assert (
            answer.status_code == 302 and "sign-in" in answer["Location"] or answer.status_code in (403, 404)
        ), address


def test_an_agency_withdrawn_from_the_agreement_loses_the_place_it_had_by_it_alone(rows, person):
    shared = person("shared@police.example", (rows.town.police, "end_user"))
    with reach.acting(shared) as mine:
        assert rows.town.school.pk in mine.work
    with reach.acting(rows.district) as mine:
        services.end_agreement(mine, Agreement.objects.get().pk)
    with transaction.atomic(), reach.acting(shared) as mine:
        assert not mine.any


def test_an_agreement_that_a_place_writes_alone_opens_nobodys_certificates(rows, person, as_login):
    """Any agency of the state can be written into one: its people are not read by that, before they have worked here."""
    stranger = person("stranger@police.example", (rows.town.police, "end_user"))
    learned(stranger, file=PDF)
    paper = Certificate.objects.get(account=stranger).pk
    as_login("school")
    with transaction.atomic(), reach.acting(rows.district) as mine:
        assert stranger.pk not in {one.account_id for one in reach.people_of(rows.town.district.pk)}
        assert not Certificate.objects.filter(account=stranger).exists() and not mine.answers_for(stranger.pk)
        with pytest.raises(NotTheirs):
            services.open_paper(mine, certificate=paper)
    worked(stranger, rows.town.school.pk)
    with reach.acting(rows.district) as mine:
        assert mine.answers_for(stranger.pk) and services.open_paper(mine, certificate=paper)


def test_the_desk_is_told_numbers_of_the_state_and_opens_no_row(rows, as_login):
    as_login("desk")
    counted = {(c.post, c.training): c for c in figures.state_counts() if c.region_id == rows.town.region.pk}
    threats = counted["officer", "threats"]
    assert (threats.people, threats.trained, threats.overdue) == (2, 1, 0)  # Osei and Bao; the far agency works nowhere here
    assert counted["administrator", "two_codes"].trained == 0 and ("administrator", "sro_course") not in counted
    assert refused(lambda: Certificate.objects.exists()) and refused(lambda: Activity.objects.exists())
    for function in ("officers_region_worked(1, '2026-01-01', '2027-01-01')", "officers_mine()"):
        with connection.cursor() as cursor:
            assert refused(lambda f=function, c=cursor: c.execute(f"SELECT * FROM {f}")), function
