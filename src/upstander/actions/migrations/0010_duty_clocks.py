"""Duty clocks (docs/decisions/0074). What a clock came to is not rewritten afterwards, by no login."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
CREATE FUNCTION actions_clock_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied: a clock that has ended stays as it is';
END $$;
CREATE TRIGGER actions_clock_has_ended BEFORE UPDATE ON actions_clock FOR EACH ROW
    WHEN (OLD.met_at IS NOT NULL OR OLD.waived_at IS NOT NULL) EXECUTE FUNCTION actions_clock_has_ended();
CREATE TRIGGER actions_clock_has_ended BEFORE UPDATE ON actions_school_clock FOR EACH ROW
    WHEN (OLD.met_at IS NOT NULL OR OLD.waived_at IS NOT NULL) EXECUTE FUNCTION actions_clock_has_ended();
"""
_BACKWARD = """
DROP TRIGGER actions_clock_has_ended ON actions_school_clock;
DROP TRIGGER actions_clock_has_ended ON actions_clock;
DROP FUNCTION actions_clock_has_ended();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0009_judgement_sealed_age"),
        ("intake", "0004_a_word_waits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                (
                    "cites",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48), size=None
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=64)),
                ("due_at", models.DateTimeField()),
                ("sealed_reason", models.BinaryField(null=True)),
                ("met_at", models.DateTimeField(null=True)),
                ("met_recorded_at", models.DateTimeField(null=True)),
                ("met_by", models.CharField(blank=True, default="", max_length=64)),
                ("sealed_evidence", models.BinaryField(null=True)),
                ("waived_at", models.DateTimeField(null=True)),
                ("waived_by", models.CharField(blank=True, default="", max_length=64)),
                ("sealed_waiver", models.BinaryField(null=True)),
                ("pack_version", models.CharField(max_length=20)),
                ("pack_digest", models.CharField(max_length=64)),
                (
                    "tip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="intake.tip"
                    ),
                ),
                ("fact", models.CharField(blank=True, default="", max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="SchoolClock",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                (
                    "cites",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=48), size=None
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=64)),
                ("due_at", models.DateTimeField()),
                ("sealed_reason", models.BinaryField(null=True)),
                ("met_at", models.DateTimeField(null=True)),
                ("met_recorded_at", models.DateTimeField(null=True)),
                ("met_by", models.CharField(blank=True, default="", max_length=64)),
                ("sealed_evidence", models.BinaryField(null=True)),
                ("waived_at", models.DateTimeField(null=True)),
                ("waived_by", models.CharField(blank=True, default="", max_length=64)),
                ("sealed_waiver", models.BinaryField(null=True)),
                ("pack_version", models.CharField(max_length=20)),
                ("pack_digest", models.CharField(max_length=64)),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="actions.referral",
                    ),
                ),
            ],
            options={
                "db_table": "actions_school_clock",
            },
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("met_at", None), ("waived_at", None)),
                fields=["due_at"],
                name="actions_clock_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("met_at", None), ("waived_at", None)),
                fields=("tip", "code"),
                name="actions_clock_one_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("met_at", None),
                            ("met_by", ""),
                            ("met_recorded_at", None),
                            ("sealed_evidence", None),
                        ),
                        models.Q(
                            ("met_at__isnull", False),
                            ("met_recorded_at__isnull", False),
                            ("sealed_evidence__isnull", False),
                            models.Q(("met_by", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("sealed_waiver", None), ("waived_at", None), ("waived_by", "")),
                        models.Q(
                            ("sealed_waiver__isnull", False),
                            ("waived_at__isnull", False),
                            models.Q(("waived_by", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(("met_at", None), ("waived_at", None), _connector="OR"),
                ),
                name="actions_clock_ends_once",
            ),
        ),
        migrations.AddIndex(
            model_name="schoolclock",
            index=models.Index(
                condition=models.Q(("met_at", None), ("waived_at", None)),
                fields=["due_at"],
                name="actions_school_clock_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolclock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("met_at", None), ("waived_at", None)),
                fields=("referral", "code"),
                name="actions_school_clock_one_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="schoolclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(
                            ("met_at", None),
                            ("met_by", ""),
                            ("met_recorded_at", None),
                            ("sealed_evidence", None),
                        ),
                        models.Q(
                            ("met_at__isnull", False),
                            ("met_recorded_at__isnull", False),
                            ("sealed_evidence__isnull", False),
                            models.Q(("met_by", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(("sealed_waiver", None), ("waived_at", None), ("waived_by", "")),
                        models.Q(
                            ("sealed_waiver__isnull", False),
                            ("waived_at__isnull", False),
                            models.Q(("waived_by", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(("met_at", None), ("waived_at", None), _connector="OR"),
                ),
                name="actions_school_clock_ends_once",
            ),
        ),
        migrations.RunSQL(_FORWARD, _BACKWARD),
    ]
