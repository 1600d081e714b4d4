"""The service level that this room alone can measure: from a referral to the first word on what came of it (0075)."""

from upstander import clock
from upstander.actions.measuring import Source, minted, read, settle

_BEGIN = f"""INSERT INTO actions_measure (level, subject, tip_id, started_at, ended_at, state)
SELECT 'outcome', id, tip_id, created_at, NULL, 'open' FROM actions_referral
WHERE {minted("id")} AND created_at >= %(floor)s ON CONFLICT DO NOTHING"""  # noqa: S608 - constants only
SOURCES = (Source("referrals", "actions_referral", (_BEGIN,)),)
SETTLE = (
    """UPDATE actions_measure m SET ended_at = greatest(o.at, m.started_at), state = 'done' FROM response_outcome o
WHERE m.state = 'open' AND m.level = 'outcome' AND o.referral_id = m.subject""",
    # what an organization was corrected about, or never heard of, it need not report on
    """DELETE FROM actions_measure m USING actions_referral r
WHERE m.state = 'open' AND m.level = 'outcome' AND r.id = m.subject AND (r.stood_down_at IS NOT NULL OR r.state = 'withdrawn')""",
)


def outcomes() -> bool:
    """Begin and end what is measured here; True where there is more to read."""
    now = clock.now()
    more = read(SOURCES, now)
    settle(SETTLE, now)
    return more
