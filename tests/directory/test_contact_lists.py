"""Lists of contacts: complete for the places that they name, and a bad row ends nobody."""

from collections.abc import Callable

import pytest

from tests.directory.conftest import Rows
from tests.directory.test_own_lists import named, run
from tests.directory.world import contact, org
from upstander.directory.models import Contact
from upstander.directory.queries import network, poc_list

pytestmark = pytest.mark.django_db
Csv = Callable[[Rows], bytes]

CONTACTS = (
    "listed_for",
    "works_for",
    "end_user_type",
    "name",
    "role",
    "phones",
    "emails",
    "language",
    "order",
    "verified_on",
)


def person(
    place: str, name: str, phones: str = "217-555-0101", emails: str = "", **more: str
) -> tuple[str, ...]:
    return (place, more.get("works_for", ""), more.get("kind", "district"), name, more.get("role", ""), phones, emails,
            more.get("language", ""), more.get("order", ""), more.get("verified_on", ""))  # fmt: skip


@pytest.mark.req("D-II.A")
def test_contacts_with_numbers_in_order_and_who_they_work_for(as_csv: Csv) -> None:
    district = org("district", "Payson CUSD 1")
    org("law_enforcement", "Payson Police")
    rows = [
        CONTACTS,
        person("Payson CUSD 1", "Ana Rivera", "217-555-0102; (217) 555 0101", "ana@d.example; a2@d.example", order="2"),
        person("Payson CUSD 1", "Ingrid Lind", kind="law enforcement", works_for="Payson Police", order="1",
               verified_on="2026-10-01", language="ES"),
    ]  # fmt: skip
    assert run(as_csv(rows)).problems == []
    first, second = poc_list(district.pk)
    assert (first.name, first.organisation_name, str(first.verified_on), first.language) == (
        "Ingrid Lind", "Payson Police", "2026-10-01", "es",
    )  # fmt: skip
    assert second.phones == ("217-555-0102", "217-555-0101")
    assert second.emails == ("ana@d.example", "a2@d.example")
    assert run(as_csv(rows)).empty


def test_the_list_is_complete_for_the_places_it_names_and_only_for_them(as_csv: Csv) -> None:
    for name in ("A CUSD", "B CUSD"):
        org("district", name)
    contact(named("A CUSD"), "By Hand")
    run(
        as_csv([CONTACTS, person("A CUSD", "Stays"), person("A CUSD", "Goes"), person("B CUSD", "Elsewhere")])
    )
    plan = run(as_csv([CONTACTS, person("A CUSD", "Stays", "217-555-0155")]))
    assert [i.name for i in plan.gone] == ["Goes (A CUSD)"]
    assert [i.changes for i in plan.changed] == [(("phones", "217-555-0101", "217-555-0155"),)]
    assert {p.name for p in poc_list(named("A CUSD").pk)} == {"By Hand", "Stays"}
    assert {p.name for p in poc_list(named("B CUSD").pk)} == {"Elsewhere"}
    plan = run(as_csv([CONTACTS, person("A CUSD", "Stays"), person("A CUSD", "Goes")]))
    assert [i.name for i in plan.returned] == ["Goes (A CUSD)"]
    assert Contact.objects.count() == 4


def test_a_bad_row_is_left_out_whole_and_ends_nobody(as_csv: Csv) -> None:
    org("district", "A CUSD")
    run(as_csv([CONTACTS, person("A CUSD", "One"), person("A CUSD", "Two")]))
    rows = [
        CONTACTS, person("A CUSD", "One"), person("A CUSD", "Two", "911"), person("A CUSD", "Three", "", ""),
        person("A CUSD", "Four", kind="teacher"), person("A CUSD", "Five", emails="five@"), person("A CUSD", ""),
        person("Z CUSD", "Six"), person("A CUSD", "One"), person("A CUSD", "Seven", language="xx"),
        person("A CUSD", "Eight", order="first"), person("A CUSD", "=CMD()", verified_on="=TODAY()"),
    ]  # fmt: skip
    plan = run(as_csv(rows))
    assert [p.where.row for p in plan.problems] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert plan.gone == []
    assert {p.name for p in poc_list(named("A CUSD").pk)} == {"One", "Two"}


@pytest.mark.parametrize(
    "spoiled", [person("A CUSD", "Two", "911"), person("A CUSD", "Two", works_for="Nobody")]
)
def test_a_place_with_a_bad_row_ends_nobody(as_csv: Csv, spoiled: tuple[str, ...]) -> None:
    org("district", "A CUSD")
    run(as_csv([CONTACTS, person("A CUSD", "One"), person("A CUSD", "Two")]))
    for rows in ([spoiled, person("A CUSD", "One")], [person("A CUSD", "One"), spoiled]):
        assert run(as_csv([CONTACTS, *rows])).gone == []
    assert {p.name for p in poc_list(named("A CUSD").pk)} == {"One", "Two"}


def test_a_contact_entered_by_hand_is_taken_over_not_doubled(as_csv: Csv) -> None:
    district = org("district", "A CUSD")
    contact(district, "Ana Rivera", "district", phone="217-555-0101")
    run(as_csv([CONTACTS, person("A CUSD", "ana  RIVERA")]))
    assert [p.name for p in poc_list(district.pk)] == ["ana RIVERA"]


def test_an_imported_list_alone_is_not_enrolment(as_csv: Csv) -> None:
    district = org("district", "A CUSD")
    run(as_csv([CONTACTS, person("A CUSD", "One")]))
    assert network(district.pk).reasons == ("not_enrolled",)
