"""Who is left out of a tip because it is about them is told nothing of it, whatever the code does: the database refuses them a
notice, a call or mail in the ledger, and a delivery (docs/decisions/0072).

Whoever is reached at the same e-mail address, or at a telephone number that was not said to be somebody else's too, is them.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
CREATE FUNCTION actions_left_out(tip uuid, contact bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM actions_exclusion e WHERE e.tip_id = tip AND e.ended_at IS NULL AND (e.contact_id = contact
        OR e.addresses::text[] && (SELECT coalesce(array_agg(p.kind || ':' || lower(p.value)), '{}')
            FROM directory_contactpoint p WHERE p.contact_id = contact)))
$$;

CREATE FUNCTION actions_tells_nobody_left_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    tip uuid;
    contact bigint;
BEGIN
    IF TG_TABLE_NAME = 'actions_notice' THEN
        contact := NEW.contact_id;
        SELECT r.tip_id INTO tip FROM actions_referral r WHERE r.id = NEW.referral_id;
    ELSIF TG_TABLE_NAME = 'actions_requiredaction' THEN
        contact := substring(NEW.target_ref from '^[0-9]{1,18}$')::bigint;
        tip := NEW.tip_id;
    ELSE
        contact := substring(NEW.address_key from '^contact:([0-9]{1,18})$')::bigint;
        SELECT coalesce(
            (SELECT a.tip_id FROM actions_requiredaction a WHERE a.id = NEW.subject_id),
            (SELECT r.tip_id FROM actions_notice n JOIN actions_referral r ON r.id = n.referral_id WHERE n.id = NEW.subject_id),
            (SELECT r.tip_id FROM actions_release l JOIN actions_notice n ON n.id = l.notice_id
                JOIN actions_referral r ON r.id = n.referral_id WHERE l.id = NEW.subject_id)) INTO tip;
    END IF;
    IF actions_left_out(tip, contact) THEN
        RAISE check_violation USING MESSAGE = 'a contact who is left out of a tip is told nothing of it';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER actions_notice_left_out BEFORE INSERT OR UPDATE ON actions_notice
    FOR EACH ROW EXECUTE FUNCTION actions_tells_nobody_left_out();
CREATE TRIGGER actions_row_left_out BEFORE INSERT OR UPDATE OF ended_by_id, target_ref, target_kind ON actions_requiredaction
    FOR EACH ROW WHEN (NEW.target_kind = 'contact' AND NEW.ended_by_id IS NULL)
    EXECUTE FUNCTION actions_tells_nobody_left_out();
CREATE TRIGGER actions_delivery_left_out BEFORE INSERT OR UPDATE OF state, subject_id, address_key ON delivery_delivery
    FOR EACH ROW WHEN (NEW.state = 'pending' AND NEW.address_key LIKE 'contact:%')
    EXECUTE FUNCTION actions_tells_nobody_left_out();

CREATE FUNCTION actions_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'a decision who is left out is never changed: a later one follows it';
END $$;
CREATE TRIGGER actions_decision_stays BEFORE UPDATE ON actions_conflictdecision
    FOR EACH ROW EXECUTE FUNCTION actions_decision_stays();
"""
_BACKWARD = """
DROP TRIGGER actions_decision_stays ON actions_conflictdecision;
DROP TRIGGER actions_delivery_left_out ON delivery_delivery;
DROP TRIGGER actions_row_left_out ON actions_requiredaction;
DROP TRIGGER actions_notice_left_out ON actions_notice;
DROP FUNCTION actions_decision_stays, actions_tells_nobody_left_out, actions_left_out;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0012_measures"),
        ("delivery", "0003_the_school_invites_only"),
        ("directory", "0003_requests_queue"),
        ("intake", "0004_a_word_waits"),
    ]

    operations = [
        migrations.CreateModel(
            name="ConflictDecision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("account_id", models.BigIntegerField()),
                (
                    "excluded",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "apart",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "seen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("sealed_reason", models.BinaryField(null=True)),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="actions.judgement"
                    ),
                ),
                (
                    "tip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conflict_decisions",
                        to="intake.tip",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=264), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.contact"
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exclusions",
                        to="actions.conflictdecision",
                    ),
                ),
                (
                    "tip",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exclusions",
                        to="intake.tip",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("tip", "contact"),
                        name="actions_exclusion_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
