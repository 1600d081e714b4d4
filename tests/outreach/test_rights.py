"""Under the desk's own login all works that outreach and the work pages do; nobody changes or removes, nobody else reads."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.desk.conftest import action_of
from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander.actions import services as actions
from upstander.ids import new_id
from upstander.outreach import services
from upstander.outreach.models import Step, Words

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.5.a")]
TABLES = ("outreach_case", "outreach_step", "outreach_words")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "permission denied" in str(error)
    return False


def test_the_desks_login_works_the_board_the_lists_and_outreach(as_login, signed_in, casey, town, new_tip, judged):  # noqa: F811
    tip = judged(new_tip(town.far_school), casey.account, "planned_school_attack")
    taylor, riley = signed_in("Taylor Nowak", "stic_staff"), signed_in("Riley Haddad", "stic_analyst")
    robin = signed_in("Robin Castellano", "outreach")
    as_login("desk")
    asked = {"answered_by": "Det. Moss", "agency": "Millbrook Police", "note": "A map"}
    actions.request_support(tip.id, casey.account.pk, asked, riley.account.pk)
    assert taylor.post(f"/board/{tip.number}/confirm/", {"seen": "1"}).status_code == 302
    told = action_of(tip.id, "notify_outreach")
    assert riley.post(f"/owed/{told.id}/", {"result": "told", "back": "stic_analyst"}).status_code == 302
    for address in ("/board/", "/owed/?of=isp", "/calls-back/", "/out-of-network/"):
        assert taylor.get(address).status_code == 200, address
    given = {"kind": "contacted", "note": "Called the office", "press": str(new_id())}
    assert robin.post(f"/outreach/{town.far_district.pk}/", given).status_code == 302
    words = services.release(tip.number, riley.account.pk, "A threat was made.", new_id())
    for address in ("/outreach/", f"/outreach/{town.far_district.pk}/", f"/outreach/words/{words.pk}/"):
        assert robin.get(address).status_code == 200, address
    for table in TABLES:
        assert refused(f"DELETE FROM {table}") and refused(f"UPDATE {table} SET id = id")
    assert Step.objects.count() == Words.objects.count() == 1


@pytest.mark.parametrize("login", ["public", "school", "events", "relay", "worker", "sealer", "custody"])
def test_no_other_login_reads_it(as_login, login):  # noqa: F811
    as_login(login)
    for table in TABLES:
        assert refused(f"SELECT count(*) FROM {table}")
