"""The trainer's tables. What is finished or withdrawn stays as it is, whatever the code does."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_FORWARD = """
CREATE FUNCTION training_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'training_run' THEN
        IF OLD.finished_at IS NOT NULL THEN
            RAISE check_violation USING MESSAGE = 'a finished rehearsal is never changed';
        END IF;
    ELSIF OLD.withdrawn_at IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = 'a withdrawn certificate stays withdrawn';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_run_stays BEFORE UPDATE ON training_run FOR EACH ROW EXECUTE FUNCTION training_stays();
CREATE TRIGGER training_certificate_stays BEFORE UPDATE ON training_certificate FOR EACH ROW EXECUTE FUNCTION training_stays();
"""
_BACK = """
DROP TRIGGER training_run_stays ON training_run;
DROP TRIGGER training_certificate_stays ON training_certificate;
DROP FUNCTION training_stays();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField(db_index=True)),
                ("issued_at", models.DateTimeField()),
                ("issued_by", models.BigIntegerField()),
                ("expires_on", models.DateField()),
                ("version", models.CharField(max_length=32)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.BigIntegerField(null=True)),
                (
                    "withdrawn_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("practice", "Practice was missed"),
                            ("conduct", "How reports were taken"),
                            ("mistake", "Issued by mistake"),
                            ("left", "Takes no more reports"),
                        ],
                        max_length=16,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("issued_by", models.F("account_id")), _negated=True),
                        name="training_certificate_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("account_id", models.BigIntegerField()),
                ("scenario", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=32)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "subtypes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("in_progress", models.BooleanField(default=False)),
                (
                    "actions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("points", models.JSONField(default=list)),
                ("percent", models.PositiveSmallIntegerField(null=True)),
                ("passed", models.BooleanField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["account_id", "finished_at"], name="training_run_whose")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("account_id", "scenario"),
                        name="training_run_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("passed", None), ("percent", None)),
                            models.Q(
                                ("finished_at__isnull", False),
                                ("passed__isnull", False),
                                ("percent__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="training_run_graded_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("n", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("sealed_text", models.BinaryField()),
                (
                    "heard",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                (
                    "answers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="training.run"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("run", "n"), name="training_line_once")],
            },
        ),
        migrations.RunSQL(_FORWARD, _BACK),
    ]
