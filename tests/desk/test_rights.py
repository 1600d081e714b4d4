"""What the processes that only look, or only tidy up, may do in the database: what their code asks, and nothing more."""

import pytest
from django.db import connection

from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from upstander.delivery.models import Delivery
from upstander.delivery.services import send_new
from upstander.desk import live
from upstander.ids import new_id

pytestmark = pytest.mark.django_db
_MAY = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = 'public'::regnamespace
    AND has_any_column_privilege(current_user, oid, %s)
"""


def tables(privileges: str) -> set[str]:
    """Where the present login has one of these privileges, on any column."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY, [privileges])
        return {name for (name,) in cursor.fetchall()}


def test_the_live_line_reads_what_it_asks_and_no_judgement_referral_or_mail(as_login, new_tip):  # noqa: F811
    tip = new_tip()
    as_login("events")
    with connection.cursor() as cursor:
        cursor.execute(live._STATE)
        assert cursor.fetchone()[0] == tip.id
    assert tables("SELECT") == {"intake_tip", "desk_claim", "ops_heartbeat", "django_migrations"}
    assert tables("UPDATE") == {"ops_heartbeat"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'intake_tip'::regclass AND attnum > 0 AND NOT attisdropped"
            " AND has_column_privilege(current_user, attrelid, attnum, 'SELECT')"
        )
        columns = {name for (name,) in cursor.fetchall()}
    asked = {"last_from_reporter_at", "answered_at", "words_added", "words_read", "running", "judged_at"}
    assert columns == {"id", "rank", "closed_at", *asked}


def test_the_worker_reads_no_mail_cancels_none_and_owes_reminders_only(as_login):  # noqa: F811
    as_login("worker")
    assert {name for name in tables("SELECT, INSERT, UPDATE") if name.startswith("delivery_")} <= {"delivery_delivery"}
    assert refused(lambda: Delivery.objects.update(state="cancelled"))
    assert refused(lambda: send_new("stand_down", new_id(), "contact:1", 0))
    send_new("escalation", new_id(), "contact:1", 0)
