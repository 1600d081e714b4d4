"""Rehearsed conversations with how they were graded, and certificates. Words are sealed, each run's under a key of its own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


def _codes() -> ArrayField:
    return ArrayField(models.CharField(max_length=64), default=list)


class Run(models.Model):
    """One rehearsal of one scenario by one account. Finished, it is never changed: a trigger refuses."""

    id = models.UUIDField(primary_key=True)  # the holder of the key under which its words are sealed
    account_id = models.BigIntegerField()
    scenario = models.CharField(max_length=64)
    version = models.CharField(max_length=32)  # of the pack's trainer
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    subtypes = _codes()
    flags = _codes()
    in_progress = models.BooleanField(default=False)
    actions = _codes()
    points = models.JSONField(default=list)  # codes and numbers, no words
    percent = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "finished_at"], name="training_run_whose")]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "scenario"],
                condition=models.Q(finished_at=None),
                name="training_run_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, percent=None, passed=None)
                | models.Q(finished_at__isnull=False, percent__isnull=False, passed__isnull=False),
                name="training_run_graded_whole",
            ),
        ]


class Line(models.Model):
    """A trainee's message: what it was heard to do, and by the script's marks what the simulated reporter wrote to it."""

    id = models.UUIDField(
        primary_key=True
    )  # of the form that was shown: however often it is pressed, it is one message
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    n = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    sealed_text = models.BinaryField()
    heard = _codes()
    answers = _codes()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "n"], name="training_line_once")]


class Certificate(models.Model):
    """That somebody may take reports, to a day. A supervisor issues it, never for themselves; it is withdrawn, never removed."""

    class Why(models.TextChoices):
        PRACTICE = "practice", "Practice was missed"
        CONDUCT = "conduct", "How reports were taken"
        MISTAKE = "mistake", "Issued by mistake"
        LEFT = "left", "Takes no more reports"

    id = models.UUIDField(primary_key=True)
    account_id = models.BigIntegerField(db_index=True)
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField()
    expires_on = models.DateField()  # valid through this day
    version = models.CharField(max_length=32)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_why = models.CharField(max_length=16, choices=Why.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(issued_by=models.F("account_id")), name="training_certificate_by_another"
            )
        ]

    @property
    def number(self) -> str:
        """By what it is named on paper."""
        return self.id.hex[-8:].upper()
