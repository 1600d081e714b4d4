"""What the network may know of tips: how many of a sub-type were judged in a month and a region, where they are five or more.

Its login has no right on any tip; the view runs with its owner's. No school, no day, no number that a child could be found by: a cell with
fewer than five is not there at all, and neither is a sum that would give it away.
"""

from django.db import migrations

_FORWARD = """
CREATE VIEW published_tip_pattern AS
    SELECT date_trunc('month', t.received_at AT TIME ZONE 'UTC')::date AS month,
        coalesce(o.region_id, p.region_id, CASE o.kind WHEN 'region' THEN o.id END) AS region_id,
        s.subtype, j.klass, count(*) AS tips
    FROM actions_judgement j
    JOIN intake_tip t ON t.id = j.tip_id
    CROSS JOIN LATERAL unnest(j.subtypes) AS s(subtype)
    LEFT JOIN directory_organisation o ON o.id = t.place_id
    LEFT JOIN directory_organisation p ON p.id = o.parent_id
    WHERE j.state = 'in_force'
    GROUP BY 1, 2, 3, 4 HAVING count(*) >= 5;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0023_who_owes_pushes"),
        ("directory", "0001_initial"),
        ("intake", "0001_initial"),
    ]
    operations = [migrations.RunSQL(_FORWARD, "DROP VIEW published_tip_pattern;")]
