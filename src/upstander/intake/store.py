"""The hot path to the database: one prepared statement, one round trip, one transaction for a whole tip.

Django's own cursor puts values into the text of a statement; here PostgreSQL prepares the statement once a connection and gets
the values in binary. Everything of a tip (its row, its sealed words, its two wrapped keys, the sealed address, the audit
entry) is one statement, so that it is stored whole or not at all without BEGIN and COMMIT on the wire.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection

from upstander.audit.services import COLUMNS as AUDIT
from upstander.config import config

TIP = f"""
WITH tip AS (
  INSERT INTO intake_tip (id, number, receipt_lookup, submission_tag, same_key_as, channel, submitter, sealed_submitter,
    received_at, place_id, danger_now, about_self, reported_subtype, weapon, language, proof_of_work, wants_answer, status,
    klass, rank, last_from_reporter_at)
  VALUES (%(id)s, %(number)s, %(lookup)s, %(tag)s,
    (SELECT id FROM intake_tip WHERE submission_tag = %(tag)s ORDER BY received_at LIMIT 1),
    %(channel)s, %(submitter)s, %(sealed_submitter)s, %(at)s, %(place)s, %(danger)s, %(self)s, %(subtype)s, %(weapon)s,
    %(language)s, false, %(wants)s, 'received', '', %(rank)s, %(at)s)
  ON CONFLICT (receipt_lookup) DO NOTHING
  RETURNING id
), said AS (
  INSERT INTO intake_message (id, tip_id, at, sender, field, body, tokenised)
  SELECT word.id, tip.id, %(at)s, 'reporter', word.field, word.body, false
  FROM tip, unnest(%(words)s::uuid[], %(fields)s::text[], %(bodies)s::bytea[]) AS word (id, field, body)
), key AS (
  INSERT INTO vault_wrapped_key (holder, audience, key_version, wrapped)
  SELECT tip.id, w.audience, w.version, w.wrapped
  FROM tip, (VALUES ('desk', %(desk_version)s::int, %(desk_key)s::bytea), ('receipt', 0, %(receipt_key)s::bytea))
    AS w (audience, version, wrapped)
), address AS (
  INSERT INTO vault_reporter_address (holder, kinds, relay_version, sealed_relay, custodian_version, sealed_custodian,
    created_at)
  SELECT tip.id, %(kinds)s::text[], %(relay_version)s, %(relay)s, %(custodian_version)s, %(custodian)s, %(at)s
  FROM tip WHERE %(relay)s::bytea IS NOT NULL
), logged AS (
  INSERT INTO audit_entry ({AUDIT})
  SELECT %(audit_process)s, %(audit_actor)s, %(audit_act)s, %(audit_kind)s, %(audit_id)s, %(audit_detail)s::jsonb,
    %(audit_nonce)s, %(audit_mac)s FROM tip
)
SELECT id FROM tip
"""  # noqa: S608 - the only thing put in is audit's own list of columns

FIND = "SELECT id, number FROM intake_tip WHERE receipt_lookup = %(lookup)s"

# What a word of the reporter changes of its tip (it is counted, a closed one is open again), the table's trigger does: see
# migration 0005.
REPLY = f"""
WITH said AS (
  INSERT INTO intake_message (id, tip_id, at, sender, field, body, tokenised, dedup)
  VALUES (%(id)s, %(tip)s, %(at)s, 'reporter', '', %(body)s, false, %(dedup)s)
  ON CONFLICT (dedup) DO NOTHING
  RETURNING tip_id
), logged AS (
  INSERT INTO audit_entry ({AUDIT})
  SELECT %(audit_process)s, %(audit_actor)s, %(audit_act)s, %(audit_kind)s, %(audit_id)s, %(audit_detail)s::jsonb,
    %(audit_nonce)s, %(audit_mac)s FROM said
)
SELECT tip_id FROM said
"""  # noqa: S608

TIP_OF = """
SELECT t.id, t.number, t.status, t.received_at, t.closed_at, w.wrapped
FROM intake_tip t JOIN vault_wrapped_key w ON w.holder = t.id AND w.audience = 'receipt'
WHERE t.receipt_lookup = %(lookup)s
"""

DIALOGUE = """
SELECT t.id, t.number, t.status, t.received_at, t.closed_at, w.wrapped, m.id, m.at, m.sender, m.field, m.body
FROM intake_tip t
JOIN vault_wrapped_key w ON w.holder = t.id AND w.audience = 'receipt'
LEFT JOIN intake_message m ON m.tip_id = t.id AND m.sender <> 'note'
WHERE t.receipt_lookup = %(lookup)s
ORDER BY m.at, m.id
"""


def audit_values(row: tuple[Any, ...]) -> dict[str, Any]:
    """What `audit.services.row` gave, under the names that the statements use."""
    names = ("process", "actor", "act", "kind", "id", "detail", "nonce", "mac")
    return {f"audit_{name}": value for name, value in zip(names, row, strict=True)}


def fetch(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of `sql`, prepared; every statement here may be run twice without harm.

    A pooled connection that died with the database is thrown away and the statement tried on the next, so that nobody is
    told "not stored" after the database is back. Raises OperationalError where there is none at all.
    """
    spare = 0 if connection.in_atomic_block else config().threads
    while True:
        connection.ensure_connection()
        try:
            return _run(sql, values)
        except (OperationalError, InterfaceError):
            if spare == 0 or not connection.connection.closed:
                raise
            connection.close()
            spare -= 1


def _run(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    raw = connection.connection
    before, raw.prepare_threshold = raw.prepare_threshold, 0  # Django switches preparing off
    try:
        with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
            return cursor.execute(sql, values, prepare=True).fetchall()
    finally:
        raw.prepare_threshold = before
