"""What the programme measures itself by: spans of time, kept when the tips that they came from are gone (0075)."""

from django.db import models
from django.db.models import Q


class Measure(models.Model):
    """One span of a service level: what it is of, when it began, and how it ended. No word of a tip, and no foreign key: a
    figure outlives what it was taken from.

    `subject` is what it was taken from (a tip, a word, a call, a notice, a referral): one that is asked anew begins another span.
    `entered`: its end was written down afterwards, with the time that a person read from paper; no clock of ours took it.
    """

    class State(models.TextChoices):
        OPEN = "open", "Goes on"
        DONE = "done", "Ended with what it waited for"
        NEVER = "never", "Ended without"

    level = models.CharField(max_length=16)
    subject = models.UUIDField()
    tip_id = models.UUIDField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    entered = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "subject", "started_at"], name="actions_measure_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="actions_measure_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["level", "started_at"], include=["ended_at", "state", "entered"], name="actions_measure_count"
            ),
            models.Index(
                fields=["level", "started_at"], condition=Q(state="open"), name="actions_measure_open"
            ),
        ]


class MeasureMark(models.Model):
    """How far a source has been read: up to which id (they are ordered by time)."""

    source = models.CharField(max_length=24, primary_key=True)
    upto = models.UUIDField()

    class Meta:
        db_table = "actions_measure_mark"
