"""Signing up and listing contacts: what is checked, what is recorded, what cannot be done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from tests.directory.world import contact, enrol, org
from upstander import clock
from upstander.audit.models import Entry
from upstander.directory import services
from upstander.directory.models import Contact, Enrolment, Organisation
from upstander.directory.queries import enrolment_of, enrolments_waiting, network_status, poc_list
from upstander.directory.services import Details, Invalid, NotNow

pytestmark = pytest.mark.django_db
ADMIN = "account:7"
ANA = Details("Ana Rivera", "district", "Superintendent", ["(217) 555-0101"], ["ana@d.example"])


@pytest.fixture
def district() -> Organisation:
    return org("district", "Payson CUSD 1")


def ask(place: Organisation, **changes: str) -> int:
    fields = {
        "requested_by": "A. Official", "authority": "Superintendent", "contact_email": "a@d.example",
        "contact_phone": "217-555-0101",
    } | changes  # fmt: skip
    return services.request_enrolment(place.pk, **fields, actor="account:3")


def acts() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("id").values_list("actor", "act"))


@pytest.mark.req("D-II.B")
def test_from_the_request_to_in_network(district) -> None:
    contact(district, "Ana")
    pk = ask(district)
    assert [e.state for e in enrolments_waiting()] == ["requested"]
    assert network_status(district.pk) == "out"
    services.verify_enrolment(pk, "called the listed number", ADMIN)
    assert enrolment_of(district.pk).state == "verified"
    assert network_status(district.pk) == "out"
    services.activate(pk, clock.today(), ADMIN)
    assert (enrolment_of(district.pk).state, enrolments_waiting()) == ("active", [])
    assert network_status(district.pk) == "in"
    services.withdraw(pk, ADMIN)
    assert (enrolment_of(district.pk).state, network_status(district.pk)) == ("withdrawn", "out")
    assert acts() == [
        ("account:3", "directory.enrolment_requested"),
        (ADMIN, "directory.enrolment_verified"),
        (ADMIN, "directory.enrolment_active"),
        (ADMIN, "directory.enrolment_withdrawn"),
    ]


def test_an_enrolment_begins_on_its_day(district) -> None:
    contact(district, "Ana")
    pk = ask(district)
    services.verify_enrolment(pk, "letter", ADMIN)
    services.activate(pk, clock.today() + timedelta(days=3), ADMIN)
    assert (enrolment_of(district.pk).state, network_status(district.pk)) == ("coming", "out")


def test_the_day_comes(district, clock) -> None:
    from upstander import clock as the_clock

    contact(district, "Ana")
    enrol(district, active_from=the_clock.today() + timedelta(days=3))
    clock(3 * 86_400)
    assert network_status(district.pk) == "in"


def test_nothing_out_of_order(district) -> None:
    pk = ask(district)
    with pytest.raises(NotNow):
        services.activate(pk, clock.today(), ADMIN)
    services.verify_enrolment(pk, "letter", ADMIN)
    with pytest.raises(NotNow):
        services.verify_enrolment(pk, "letter", ADMIN)
    services.activate(pk, clock.today(), ADMIN)
    for act in (services.refuse, lambda i, a: services.activate(i, clock.today(), a)):
        with pytest.raises(NotNow):
            act(pk, ADMIN)
    services.withdraw(pk, ADMIN)
    for act in (services.withdraw, services.refuse):
        with pytest.raises(NotNow):
            act(pk, ADMIN)


def test_requests_queue_until_one_is_verified_and_again_when_it_has_ended(district) -> None:
    first, second = ask(district), ask(district)
    services.verify_enrolment(first, "letter", ADMIN)
    with pytest.raises(NotNow):
        ask(district)
    with pytest.raises(NotNow):
        services.verify_enrolment(second, "letter", ADMIN)
    assert enrolment_of(district.pk).id == first
    services.refuse(first, ADMIN)
    assert enrolment_of(district.pk).id == second
    assert ask(district) not in (first, second)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requested_by": " "}, "requested_by"), ({"requested_by": "x" * 121}, "requested_by"),
        ({"authority": ""}, "authority"), ({"contact_email": "a at d"}, "contact_email"),
        ({"contact_phone": "911"}, "contact_phone"), ({"contact_email": "", "contact_phone": ""}, "contact_email"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_right_names_the_field(district, changes, field) -> None:
    with pytest.raises(Invalid) as refused:
        ask(district, **changes)
    assert set(refused.value.errors) == {field}
    assert not Enrolment.objects.exists()
    assert acts() == []


def test_who_signs_up_for_itself(district) -> None:
    system = org("system", "Diocese")
    own = {
        "public": org("school", "Lincoln", district, sector="public"),
        "private": org("school", "Montessori", None, sector="private"),
        "of a system": org("school", "St Dominic", system, sector="private"),
        "region": org("region", "ROE 1"),
        "police": org("law_enforcement", "Police"),
        "retired": org("district", "Old CUSD", retired_on=clock.today()),
    }
    assert {name: services.may_enrol(place) for name, place in own.items()} == {
        "public": False, "private": True, "of a system": True, "region": True, "police": False, "retired": False,
    }  # fmt: skip
    with pytest.raises(NotNow):
        ask(own["public"])
    with pytest.raises(LookupError):
        services.request_enrolment(999_999_999, "A", "B", "a@d.example", "", "account:3")


@pytest.mark.req("D-II.A")
def test_a_contact_from_first_to_last(district) -> None:
    pk = services.add_contact(district.pk, ANA, ADMIN)
    (poc,) = poc_list(district.pk)
    assert (poc.phones, poc.emails, poc.verified_on) == (("217-555-0101",), ("ana@d.example",), None)
    services.verify_contact(pk, ADMIN)
    assert poc_list(district.pk)[0].verified_on == clock.today()
    services.change_contact(
        pk, Details("Ana Rivera", "district", "Head", ["217-555-0101"], ["ana@d.example"]), ADMIN
    )
    assert poc_list(district.pk)[0].verified_on == clock.today()  # the numbers are the same
    services.change_contact(pk, Details("Ana Rivera", "district", phones=["217-555-0102"]), ADMIN)
    assert (poc_list(district.pk)[0].verified_on, poc_list(district.pk)[0].emails) == (None, ())
    services.end_contact(pk, ADMIN)
    assert poc_list(district.pk) == []
    assert Contact.objects.get().ended_on == clock.today()
    assert [act for _actor, act in acts()] == [
        "directory.contact_added", "directory.contact_verified", "directory.contact_changed",
        "directory.contact_changed", "directory.contact_ended",
    ]  # fmt: skip


def test_the_audit_record_holds_no_word_of_a_contact(district) -> None:
    services.add_contact(district.pk, ANA, ADMIN)
    entry = Entry.objects.get()
    assert set(entry.detail) == {"listed_for"}


def test_an_ended_contact_is_not_changed(district) -> None:
    pk = services.add_contact(district.pk, ANA, ADMIN)
    services.end_contact(pk, ADMIN)
    for act in (services.end_contact, services.verify_contact):
        with pytest.raises(NotNow):
            act(pk, ADMIN)
    with pytest.raises(NotNow):
        services.change_contact(pk, ANA, ADMIN)
    with pytest.raises(LookupError):
        services.verify_contact(999_999_999, ADMIN)


def test_new_contacts_stand_last(district) -> None:
    for name in ("Zoe", "Ana"):
        services.add_contact(district.pk, Details(name, "district", phones=["217-555-0101"]), ADMIN)
    assert [p.name for p in poc_list(district.pk)] == ["Zoe", "Ana"]


def test_a_changed_list_of_numbers_keeps_what_is_known_of_those_that_stay(district) -> None:
    pk = services.add_contact(district.pk, ANA, ADMIN)
    Contact.objects.get().points.filter(kind="email").update(bounced_at=clock.now())
    services.change_contact(
        pk, Details("Ana Rivera", "district", phones=["217-555-0109"], emails=["ana@d.example"]), ADMIN
    )
    assert Contact.objects.get().points.get(kind="email").bounced_at is not None
    assert poc_list(district.pk)[0].phones == ("217-555-0109",)


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        (Details("", "district", phones=["217-555-0101"]), {"name"}),
        (Details("A", "teacher", phones=["217-555-0101"]), {"end_user_type"}),
        (Details("A", "district"), {"phones"}),
        (Details("A", "district", phones=["911"]), {"phones"}),
        (Details("A", "district", emails=["a@"]), {"emails"}),
        (Details("A", "district", phones=["1"], emails=["a@"], language="xx", role="x" * 121),
         {"phones", "emails", "language", "role"}),
    ],
)  # fmt: skip
def test_a_contact_that_is_not_right_names_every_field(district, details, fields) -> None:
    with pytest.raises(Invalid) as refused:
        services.add_contact(district.pk, details, ADMIN)
    assert set(refused.value.errors) == fields
    assert not Contact.objects.exists()


def test_nobody_is_listed_for_an_agency_or_for_a_closed_school() -> None:
    for place in (org("law_enforcement", "Police"), org("school", "Closed", retired_on=clock.today())):
        with pytest.raises(NotNow):
            services.add_contact(place.pk, ANA, ADMIN)


@pytest.fixture
def as_login(monkeypatch) -> Callable[[str], None]:
    """`as_login("school")`: the database sees that login, and the record that process."""
    from upstander.audit import services as audit
    from upstander.vault.keys import keyring

    monkeypatch.setattr(audit, "_state", dict(audit._state))

    def become(login: str) -> None:
        audit.use(login, keyring().secret(f"mac.{login}"))
        _become(login)

    return become


def _become(login: str) -> None:
    """Become a role that has exactly what the rooms' grants give to this login."""
    from upstander.audit.grants import GRANTS as AUDIT
    from upstander.directory.grants import GRANTS

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE directory_test_{login}")
        cursor.execute(f"GRANT directory_test_{login} TO CURRENT_USER")
        for table, rights in {**GRANTS.get(login, {}), **AUDIT.get(login, {})}.items():
            cursor.execute(f"GRANT {rights} ON {table} TO directory_test_{login}")
        for table in ("contact", "contactpoint", "enrolment"):
            cursor.execute(f"GRANT USAGE ON SEQUENCE directory_{table}_id_seq TO directory_test_{login}")
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND c.relname LIKE 'audit_entry%'"
        )
        for (sequence,) in cursor.fetchall():
            cursor.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO directory_test_{login}")
        cursor.execute(f"SET ROLE directory_test_{login}")


def test_the_school_login_asks_and_lists_but_cannot_verify_itself(district, as_login) -> None:
    from django.db import ProgrammingError, transaction

    as_login("school")
    pk = ask(district)
    contact_id = services.add_contact(district.pk, ANA, "account:3")
    services.verify_contact(contact_id, "account:3")
    for act in (lambda: services.verify_enrolment(pk, "by myself", "account:3"),
                lambda: Enrolment.objects.filter(pk=pk).update(active_from=clock.today())):  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            act()
    services.withdraw(pk, "account:3")


def test_the_public_login_finds_schools_and_sees_no_contact(district, as_login) -> None:
    from django.db import ProgrammingError, transaction

    from upstander.directory.queries import find_schools, place_card

    school = org("school", "Lincoln Elem School", district, "Payson")
    as_login("public")
    assert [h.id for h in find_schools("lincon payson")] == [school.pk]
    assert place_card(school.pk).district == "Payson CUSD 1"
    for see in (poc_list, network_status):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            see(school.pk)


def test_the_relay_login_addresses_and_names_who_answers_and_changes_no_contact(district, as_login) -> None:
    from django.db import ProgrammingError, transaction

    from upstander.directory.queries import routing

    contact(district, "Ana")
    as_login("relay")
    assert len(poc_list(district.pk)) == 1
    assert "no_psap" in routing(district.pk).gaps
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Contact.objects.update(name="Somebody else")
