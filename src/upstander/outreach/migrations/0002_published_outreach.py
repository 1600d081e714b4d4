"""What the network may know of outreach: how many organizations are how far on their way in, over the whole state.

Its login has no right on any tip and none on outreach's own rows; the function runs with its owner's. No name, no place, no number
of tips: that a certain school was named in a tip stands on outreach's own page alone. `today` is the caller's, for time is the clock's.
"""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION published_outreach(today date) RETURNS TABLE (stage text, organisations bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS (
        SELECT DISTINCT CASE WHEN o.kind IN ('school', 'campus') AND o.parent_id IS NOT NULL THEN o.parent_id ELSE o.id END AS id
        FROM actions_requiredaction a
        JOIN intake_tip t ON t.id = a.tip_id
        JOIN directory_organisation o ON o.id = t.place_id
        WHERE a.kind = 'notify_outreach' AND a.done_at IS NOT NULL AND a.result <> 'not_possible'
    ), far AS (
        SELECT told.id,
            (SELECT CASE WHEN e.refused_at IS NOT NULL OR e.withdrawn_on <= today THEN ''
                         WHEN e.active_from <= today THEN 'enrolled' ELSE 'requested' END
             FROM directory_enrolment e WHERE e.organisation_id = told.id
             ORDER BY e.verified_at IS NOT NULL AND e.refused_at IS NULL AND e.withdrawn_on IS NULL DESC,
                 e.requested_at DESC, e.id DESC LIMIT 1) AS joining,
            (SELECT max(CASE s.kind WHEN 'meeting' THEN 2 WHEN 'contacted' THEN 1 ELSE 0 END)
             FROM outreach_case c JOIN outreach_step s ON s.case_id = c.id WHERE c.organisation_id = told.id) AS done
        FROM told
    )
    SELECT CASE WHEN joining <> '' THEN joining WHEN done = 2 THEN 'meeting' WHEN done = 1 THEN 'contacted' ELSE 'told' END, count(*)
    FROM far GROUP BY 1
$$;
REVOKE ALL ON FUNCTION published_outreach(date) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0001_initial"),
        ("actions", "0024_published_pattern"),
        ("directory", "0001_initial"),
        ("intake", "0001_initial"),
    ]
    operations = [migrations.RunSQL(_FORWARD, "DROP FUNCTION published_outreach(date);")]
