"""Taking the measures of the service levels, by the worker: spans begin and end here, a few seconds after they do in life (0075).

New spans are found by ids alone, which are ordered by time: each source is read from where it was left, and its last two minutes
again, for what was minted before and committed later. What goes on is looked up where it came from. So nothing depends on how
many tips there ever were, a worker that was away catches up, and reading twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from upstander import clock
from upstander.actions.level_models import MeasureMark
from upstander.ids import first_id, minted_at
from upstander.packs.current import current

HISTORY = timedelta(days=60)  # what is older when the worker first looks is not measured any more
OVERLAP = timedelta(minutes=2)  # longer than any transaction may last
BATCH = 5000  # rows of a source that are read at a time
GIVE_UP = timedelta(days=90)  # what was waited for so long has not come
_LAST = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose new rows begin spans, or have some go on: `statements` are done for the ids from `since` up to `until`."""

    name: str
    table: str
    statements: tuple[str, ...]


def minted(id_: str) -> str:
    """The rows of a source that are read at a time, by the column that holds their id."""
    return f"{id_} >= %(since)s AND {id_} < %(until)s"


_BEGIN = "INSERT INTO actions_measure (level, subject, tip_id, started_at, ended_at, state) "
_ONCE = " ON CONFLICT DO NOTHING"
_JUDGED = f"(SELECT tip_id FROM actions_judgement WHERE {minted('id')})"  # noqa: S608 - constants only, here and below

_CLOSING = f"""{_BEGIN}
SELECT 'closing', id, id, received_at, closed_at, CASE WHEN closed_at IS NULL THEN 'open' ELSE 'done' END
FROM intake_tip WHERE {minted("id")} AND received_at >= %(floor)s {_ONCE}"""  # noqa: S608

_DANGER = f"""{_BEGIN}
SELECT 'first_answer', id, id, received_at, NULL, 'open'
FROM intake_tip WHERE {minted("id")} AND danger_now AND received_at >= %(floor)s {_ONCE}"""  # noqa: S608

# The first of the words that wait together; while a danger waits for its first answer, later words wait with it.
_WORDS = f"""{_BEGIN}
SELECT 'first_answer', m.id, m.tip_id, m.at, NULL, 'open'
FROM intake_message m JOIN intake_tip t ON t.id = m.tip_id
WHERE {minted("m.id")} AND m.sender = 'reporter' AND m.field = '' AND m.at >= %(floor)s
AND NOT EXISTS (
    SELECT 1 FROM intake_message p
    WHERE p.tip_id = m.tip_id AND p.sender = 'reporter' AND p.at < m.at AND (p.field = '' OR t.danger_now)
    AND NOT EXISTS (
        SELECT 1 FROM intake_message d
        WHERE d.tip_id = m.tip_id AND d.sender IN ('desk', 'note') AND d.at > p.at AND d.at < m.at)
) {_ONCE}"""  # noqa: S608

# A tip is closed by its last closing: a word, or another judgement, that opens it again has it wait on.
_REOPENED = """UPDATE actions_measure m SET state = 'open', ended_at = NULL FROM intake_tip t
WHERE m.level = 'closing' AND m.state = 'done' AND m.subject = t.id AND m.started_at = t.received_at
AND t.closed_at IS NULL AND t.id IN """
_WRITTEN = f"(SELECT tip_id FROM intake_message WHERE {minted('id')} AND sender = 'reporter')"  # noqa: S608

# From arrival; where a later judgement made it grave, or owes the call once more, from that judgement.
_PSAP = f"""{_BEGIN}
SELECT 'psap_call', a.id, a.tip_id,
    CASE WHEN a.rule NOT LIKE '%%#%%' AND j.raised_at <= f.at THEN t.received_at ELSE a.owed_since END, NULL, 'open'
FROM actions_requiredaction a
JOIN actions_judgement j ON j.id = a.first_judgement_id
JOIN actions_judgement f ON f.tip_id = a.tip_id AND f.n = 1
JOIN intake_tip t ON t.id = a.tip_id
WHERE a.kind = 'call_psap' AND a.ended_by_id IS NULL AND a.owed_since >= %(floor)s AND j.klass = ANY(%(critical)s)
AND a.tip_id IN {_JUDGED} {_ONCE}"""  # noqa: S608

_ASKED = f"""{_BEGIN}
SELECT 'confirmation', n.id, r.tip_id, n.asked_since, NULL, 'open'
FROM actions_notice n JOIN actions_referral r ON r.id = n.referral_id
WHERE r.klass = ANY(%(critical)s) AND r.stood_down_at IS NULL AND r.state <> 'withdrawn' AND n.asked_since >= %(floor)s AND """  # noqa: S608
_NOTICES = f"{_ASKED} {minted('n.id')} {_ONCE}"
_ASKED_ANEW = f"{_ASKED} r.tip_id IN {_JUDGED} {_ONCE}"

SOURCES = (
    Source("tips", "intake_tip", (_CLOSING, _DANGER)),
    Source("words", "intake_message", (_WORDS, _REOPENED + _WRITTEN)),
    Source("judgements", "actions_judgement", (_PSAP, _ASKED_ANEW, _REOPENED + _JUDGED)),
    Source("notices", "actions_notice", (_NOTICES,)),
)

_OPEN = "m.state = 'open' AND m.level = "
_ON_PAPER = "actions_actionevent e WHERE e.result = 'answered' AND e.happened_at IS NOT NULL"
QUICK: tuple[str, ...] = (
    f"""WITH answered AS (
    SELECT m.id, (SELECT min(x.at) FROM intake_message x
        WHERE x.tip_id = m.tip_id AND x.sender = 'desk' AND x.at > m.started_at) AS at
    FROM actions_measure m WHERE {_OPEN} 'first_answer')
UPDATE actions_measure m SET ended_at = a.at, state = 'done' FROM answered a WHERE a.id = m.id AND a.at IS NOT NULL""",  # noqa: S608
    # a person read the word and decided that it waits for no answer
    f"""DELETE FROM actions_measure m WHERE {_OPEN} 'first_answer' AND m.subject <> m.tip_id AND (
    EXISTS (SELECT 1 FROM intake_message x WHERE x.tip_id = m.tip_id AND x.sender = 'note' AND x.at > m.started_at)
    OR EXISTS (SELECT 1 FROM intake_tip t WHERE t.id = m.tip_id AND t.closed_at IS NOT NULL))""",  # noqa: S608
    f"""UPDATE actions_measure m SET ended_at = a.done_at, state = 'done', entered = EXISTS (
    SELECT 1 FROM {_ON_PAPER} AND e.action_id = a.id AND e.happened_at = a.done_at)
FROM actions_requiredaction a
WHERE {_OPEN} 'psap_call' AND a.id = m.subject AND a.result = 'answered' AND a.done_at IS NOT NULL""",  # noqa: S608
    f"""DELETE FROM actions_measure m USING actions_requiredaction a
WHERE {_OPEN} 'psap_call' AND a.id = m.subject AND a.ended_by_id IS NOT NULL AND a.done_at IS NULL""",  # noqa: S608
    # (who was called before they were asked has confirmed in the moment of the asking, see `recording.call`)
    f"""UPDATE actions_measure m SET ended_at = n.confirmed_at, state = 'done', entered = EXISTS (
    SELECT 1 FROM {_ON_PAPER} AND greatest(e.happened_at, n.asked_since) = n.confirmed_at AND e.action_id IN (
        SELECT c.id FROM actions_requiredaction c
        WHERE c.tip_id = m.tip_id AND c.target_kind = 'contact' AND c.target_ref = n.contact_id::text))
FROM actions_notice n
WHERE {_OPEN} 'confirmation' AND n.id = m.subject AND n.confirmed_at >= m.started_at""",  # noqa: S608
    f"""DELETE FROM actions_measure m USING actions_notice n
JOIN actions_referral r ON r.id = n.referral_id LEFT JOIN actions_requiredaction a ON a.id = n.action_id
WHERE {_OPEN} 'confirmation' AND n.id = m.subject
AND (r.stood_down_at IS NOT NULL OR r.state = 'withdrawn' OR a.ended_by_id IS NOT NULL)""",  # noqa: S608
    # closed without: a person in danger was never answered, a contact has never confirmed
    f"""UPDATE actions_measure m SET ended_at = greatest(t.closed_at, m.started_at), state = 'never' FROM intake_tip t
WHERE {_OPEN} ANY(ARRAY['first_answer', 'confirmation']) AND t.id = m.tip_id AND t.closed_at IS NOT NULL""",  # noqa: S608
)
SLOW: tuple[str, ...] = (
    f"""UPDATE actions_measure m SET ended_at = t.closed_at, state = 'done' FROM intake_tip t
WHERE {_OPEN} 'closing' AND t.id = m.subject AND t.closed_at IS NOT NULL""",  # noqa: S608
    """UPDATE actions_measure SET ended_at = %(now)s, state = 'never'
WHERE state = 'open' AND level <> 'closing' AND started_at < %(given_up)s""",
)


def quick() -> bool:
    """What the desk watches by the second: what began, and which dangers, calls and questions ended. True: more to read."""
    now = clock.now()
    more = read(SOURCES, now)
    settle(QUICK, now)
    return more


def slow() -> bool:
    """Closings, and what is waited for no more."""
    settle(SLOW, clock.now())
    return False


def read(sources: Iterable[Source], now: datetime) -> bool:
    """Begin what is new in these sources; True where there is more of one of them."""
    return any([_read(source, now) for source in sources])


@transaction.atomic
def settle(statements: Sequence[str], now: datetime) -> None:
    """Look up what goes on, and end what has ended."""
    given = {"now": now, "given_up": now - GIVE_UP}
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given)


@transaction.atomic
def _read(source: Source, now: datetime) -> bool:
    """A batch of one source; what another worker is just reading is left to it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"upstander.measures.{source.name}"]
        )
        if not cursor.fetchone()[0]:
            return False
        kept = MeasureMark.objects.filter(pk=source.name).first()
        mark = kept.upto if kept else first_id(now - HISTORY)
        end = _step(cursor, source.table, f"id >= %s ORDER BY id OFFSET {BATCH}", mark)
        back = _step(cursor, source.table, f"id < %s ORDER BY id DESC OFFSET {BATCH}", mark)
        given: dict[str, Any] = {
            "since": max(first_id(minted_at(mark) - OVERLAP), back or UUID(int=0)),
            "until": end or _LAST,
            "floor": now - HISTORY,
            "critical": [c.code for c in current().classes if c.critical],
        }
        for statement in source.statements:
            cursor.execute(statement, given)
    MeasureMark.objects.update_or_create(
        source=source.name, defaults={"upto": end or max(mark, first_id(now))}
    )
    return end is not None


def _step(cursor: Any, table: str, where: str, mark: UUID) -> UUID | None:
    """The id of one row of a table; None where there are not so many."""
    cursor.execute(f"SELECT id FROM {table} WHERE {where} LIMIT 1", [mark])  # noqa: S608 - constants only
    row = cursor.fetchone()
    return row[0] if row else None
