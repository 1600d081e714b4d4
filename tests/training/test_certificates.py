"""Before going live: who is certified, by whom, until when, what practice is due, and what becomes of who is not."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander import clock
from upstander.audit.models import Entry
from upstander.desk import claims
from upstander.desk.claims import NotCertified
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.people.models import RoleGrant
from upstander.training import queries, services
from upstander.training.models import Certificate, Run
from upstander.training.services import CannotDo

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-exercise")]


@pytest.fixture
def later(monkeypatch):
    """`later(days)`: the clock of this process stands so much later."""

    def move(days: float) -> None:
        moved = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: moved)

    return move


@pytest.fixture
def refuses(monkeypatch):
    """The pack keeps who has no certificate from what can wait."""
    pack = current()
    from dataclasses import replace

    strict = replace(pack, training=replace(pack.training, without_certificate="refuse"))
    monkeypatch.setattr(queries, "current", lambda: strict)


class TestIssuing:
    def test_a_supervisor_issues_it_when_everything_is_passed(self, casey, morgan, passed):
        address = f"/training/people/{casey.account.pk}/"
        assert "Still to pass" in morgan.get(address).content.decode()
        assert morgan.post(f"{address}certify/").status_code == 422
        passed(casey.account.pk)
        assert "a supervisor can issue it" in casey.get("/training/").content.decode()
        assert morgan.post(f"{address}certify/").status_code == 302
        found = Certificate.objects.get()
        assert found.expires_on.year == clock.today().year + 1
        assert queries.standing(casey.account.pk).state == "valid"
        assert "valid through" in casey.get("/training/").content.decode()
        assert Entry.objects.filter(act="training.certified", actor=morgan.account.actor).exists()

    def test_pressed_twice_it_is_one(self, casey, morgan, passed):
        passed(casey.account.pk)
        for _ in range(2):
            morgan.post(f"/training/people/{casey.account.pk}/certify/")
        assert Certificate.objects.count() == 1

    def test_nobody_certifies_themselves_whatever_the_code_does(self, signed_in, passed):
        both = signed_in("Both Roles", "call_taker", "supervisor")
        passed(both.account.pk)
        assert both.post(f"/training/people/{both.account.pk}/certify/").status_code == 422
        mine = {"id": new_id(), "account_id": both.account.pk, "issued_by": both.account.pk, "version": "1"}
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.create(**mine, issued_at=clock.now(), expires_on=clock.today())

    def test_a_failed_run_counts_for_nothing(self, casey, morgan, rehearsed):
        for scenario in current().training.for_certificate:
            rehearsed(casey.account.pk, scenario.code, right=False)
        assert len(queries.standing(casey.account.pk).missing) == len(current().training.for_certificate)

    def test_withdrawn_it_stays_withdrawn_and_everything_is_passed_anew(self, casey, morgan, passed):
        passed(casey.account.pk)
        found = services.certify(casey.account.pk, morgan.account.pk)
        address = f"/training/certificates/{found.pk}/withdraw/"
        assert morgan.post(address, {"why": ""}).status_code == 422
        assert morgan.post(address, {"why": "conduct"}).status_code == 302
        state = queries.standing(casey.account.pk)
        assert state.state == "withdrawn" and not state.ready
        with pytest.raises(DatabaseError), transaction.atomic():
            Certificate.objects.update(withdrawn_at=None)

    def test_the_paper_is_for_whose_it_is_and_for_supervisors(self, casey, jordan, morgan, passed):
        passed(casey.account.pk)
        found = services.certify(casey.account.pk, morgan.account.pk)
        for reader in (casey, morgan):
            made = reader.get(f"/training/certificates/{found.pk}/")
            assert made.content.startswith(b"%PDF") and found.number in made["Content-Disposition"]
        assert jordan.get(f"/training/certificates/{found.pk}/").status_code == 404


class TestTime:
    def test_it_ends_on_its_day_and_is_said_to_end_before(self, casey, morgan, passed, later):
        passed(casey.account.pk)
        services.certify(casey.account.pk, morgan.account.pk)
        later(340)
        assert queries.standing(casey.account.pk).state == "ending"
        later(30)
        state = queries.standing(casey.account.pk)
        assert state.state == "expired" and not state.certified

    def test_practice_is_due_each_month_and_a_missed_one_is_shown(
        self, casey, morgan, passed, rehearsed, later
    ):
        assert queries.standing(casey.account.pk).due == 1
        passed(casey.account.pk)
        services.certify(casey.account.pk, morgan.account.pk)
        assert queries.standing(casey.account.pk).due == 0
        later(70)
        state = queries.standing(casey.account.pk)
        assert (state.due, state.missed) == (1, True)
        rehearsed(casey.account.pk, "menu")
        assert queries.standing(casey.account.pk).due == 0

    @pytest.mark.parametrize(("months", "day"), [(1, "2027-02-28"), (12, "2028-01-31"), (13, "2028-02-29")])
    def test_a_month_without_that_day_ends_with_its_last(self, months, day):
        from datetime import date

        assert services._after(date(2027, 1, 31), months).isoformat() == day


class TestSupervisors:
    def test_the_list_has_who_needs_something_first_in_so_many_queries_for_any_number(
        self, casey, jordan, morgan, passed, person
    ):
        passed(casey.account.pk)
        services.certify(casey.account.pk, morgan.account.pk)
        with CaptureQueriesContext(connection) as few:
            assert [m.account.name for m in queries.team()] == ["Jordan Okafor", "Casey Lindgren"]
        for n in range(8):
            person(f"Nobody {n}", "call_taker")
        with CaptureQueriesContext(connection) as many:
            assert len(queries.team()) == 10
        assert len(few) == len(many)
        page = morgan.get("/training/people/").content.decode()
        assert "9 call-takers have no valid certificate" in page

    def test_their_first_page_says_how_many_lack_one_and_a_call_takers_says_it_to_them(self, casey, morgan):
        assert "1 call-taker has no valid certificate" in morgan.get("/").content.decode()
        page = casey.get("/").content.decode()
        assert "You have no valid certificate" in page and "call-taker has no valid" not in page

    def test_somebody_who_takes_no_calls_any_more_is_not_on_it(self, casey):
        RoleGrant.objects.filter(account=casey.account).update(ends_at=clock.now())
        assert queries.team() == []

    def test_a_call_taker_reads_nobody_elses(self, casey, jordan):
        for address in ("/training/people/", f"/training/people/{casey.account.pk}/"):
            assert jordan.get(address).status_code == 403
        assert jordan.post(f"/training/people/{casey.account.pk}/certify/").status_code == 403
        with pytest.raises(CannotDo):
            services.certify(casey.account.pk, jordan.account.pk)

    def test_who_was_never_of_it_has_no_page(self, morgan, person):
        other = person("Sam Whitfield", "sio")
        assert morgan.get(f"/training/people/{other.pk}/").status_code == 404
        assert morgan.get("/training/people/999999/").status_code == 404


class TestGoingLive:
    def test_the_pack_only_warns_at_first(self, casey, town, new_tip):
        assert claims.take(new_tip(town.school, subtype="bullying").id, casey.account.pk)

    def test_where_it_refuses_what_can_wait_waits_for_somebody_certified(self, casey, town, new_tip, refuses):
        tip = new_tip(town.school, subtype="bullying")
        answer = casey.post(
            reverse("desk_claim", args=[tip.number], urlconf="tests.desk.site"), {"act": "take"}
        )
        assert answer.status_code == 409 and "You have no valid certificate" in answer.content.decode()
        with pytest.raises(NotCertified):
            claims.take(tip.id, casey.account.pk)

    @pytest.mark.parametrize(
        "tip", [{"danger_now": True}, {"about_self": True}, {"subtype": "self_harm"}, {}], ids=str
    )
    def test_danger_and_what_nobody_knows_yet_wait_for_no_paper(self, casey, town, new_tip, refuses, tip):
        assert claims.take(new_tip(town.school, **tip).id, casey.account.pk)

    def test_what_nobody_has_read_for_the_claims_time_waits_no_longer(
        self, casey, town, new_tip, refuses, later
    ):
        tip = new_tip(town.school, subtype="bullying")
        later(0.01)
        assert claims.take(tip.id, casey.account.pk)

    def test_what_somebody_enters_themselves_is_theirs(self, casey, town, new_tip, refuses):
        assert claims.take(new_tip(town.school, subtype="bullying").id, casey.account.pk, own=True)

    def test_with_a_certificate_or_another_role_it_does_not_ask(
        self, casey, morgan, town, new_tip, passed, refuses
    ):
        passed(casey.account.pk)
        services.certify(casey.account.pk, morgan.account.pk)
        for client in (casey, morgan):
            assert claims.take(new_tip(town.school, subtype="bullying").id, client.account.pk)


@pytest.mark.parametrize(
    "login", ["public", "school", "network", "relay", "worker", "sealer", "custody", "events", "caller"]
)
def test_no_other_login_reads_it(as_login, login):  # noqa: F811
    as_login(login)
    for table in ("training_run", "training_line", "training_certificate"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")


def test_the_desks_login_does_all_of_it_and_removes_nothing(as_login, casey, morgan, passed):  # noqa: F811
    as_login("desk")
    passed(casey.account.pk)
    found = services.certify(casey.account.pk, morgan.account.pk)
    services.withdraw(found.pk, morgan.account.pk, "mistake")
    assert morgan.get("/training/people/").status_code == 200 and casey.get("/training/").status_code == 200
    for made in (Run, Certificate):
        with pytest.raises(DatabaseError), transaction.atomic():
            made.objects.all().delete()
