"""The tables of a database that was migrated quickly are those that Django's own way makes."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from upstander.ops.migrating import quickly

_EVERYTHING = """
SELECT 'column', table_name || '.' || column_name,
    concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'policy', tablename || '.' || policyname, concat_ws(' ', cmd, qual, with_check) FROM pg_policies
UNION ALL SELECT 'function', oid::regprocedure::text, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


def everything() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVERYTHING)
        return cursor.fetchall()


@pytest.fixture
def empty(django_db_blocker, django_db_setup):
    """A database beside the tests' own, with nothing in it; Django's connection leads there."""
    settings, name = connection.settings_dict, "made_by_djangos_own_way"
    before = settings["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        info = connection.get_connection_params() | {"dbname": "postgres", "autocommit": True}
        info = {k: v for k, v in info.items() if k in ("host", "port", "user", "password", "dbname", "autocommit")}
        with psycopg.connect(**info) as line:
            line.execute(f"DROP DATABASE IF EXISTS {name}")
            line.execute(f"CREATE DATABASE {name}")
            settings["NAME"] = name
            yield
            connection.close()
            settings["NAME"] = before
            line.execute(f"DROP DATABASE {name}")


@pytest.mark.slow
def test_quickly_migrated_tables_are_those_of_djangos_own_way(empty):
    with quickly():
        call_command("migrate", interactive=False, verbosity=0)
    quick = everything()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", interactive=False, verbosity=0)
    assert len(quick) > 3000 and everything() == quick
