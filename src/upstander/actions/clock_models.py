"""Duty clocks: what the law demands because of a person's determination or a fact, running until met or waived (0074).

The desk's and the schools' are two tables: the school login has no right on the first, for its rows would tell what a tip is.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

_RUNNING = Q(met_at=None, waived_at=None)


class Running(models.Model):
    """One clock. `opened_at` is the moment from which it runs, as a person said it; `recorded_at` when they said it.

    It ends once, met (with evidence) or waived (with a reason), and stays; the database refuses any later change.
    """

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=40)  # the pack's duty
    cites = ArrayField(models.CharField(max_length=48))
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    sealed_reason = models.BinaryField(null=True)
    met_at = models.DateTimeField(null=True)
    met_recorded_at = models.DateTimeField(null=True)
    met_by = models.CharField(max_length=64, blank=True, default="")
    sealed_evidence = models.BinaryField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_by = models.CharField(max_length=64, blank=True, default="")
    sealed_waiver = models.BinaryField(null=True)
    pack_version = models.CharField(max_length=20)
    pack_digest = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.met_at is None and self.waived_at is None


def _ends_once(name: str) -> models.CheckConstraint:
    met = Q(met_at=None, met_recorded_at=None, met_by="", sealed_evidence=None)
    met |= Q(met_at__isnull=False, met_recorded_at__isnull=False, sealed_evidence__isnull=False) & ~Q(
        met_by=""
    )
    waived = Q(waived_at=None, waived_by="", sealed_waiver=None)
    waived |= Q(waived_at__isnull=False, sealed_waiver__isnull=False) & ~Q(waived_by="")
    return models.CheckConstraint(condition=met & waived & (Q(met_at=None) | Q(waived_at=None)), name=name)


class Clock(Running):
    """A clock that binds the desk. `fact` is what opened it where it was no person's yes."""

    tip = models.ForeignKey("intake.Tip", on_delete=models.CASCADE, related_name="clocks")
    fact = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "code"], condition=_RUNNING, name="actions_clock_one_running"
            ),
            _ends_once("actions_clock_ends_once"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=_RUNNING, name="actions_clock_due")]


class SchoolClock(Running):
    """A clock that binds the school, by its own people's determination, beside the referral of which it came."""

    referral = models.ForeignKey("actions.Referral", on_delete=models.CASCADE, related_name="clocks")

    class Meta:
        db_table = "actions_school_clock"
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "code"], condition=_RUNNING, name="actions_school_clock_one_running"
            ),
            _ends_once("actions_school_clock_ends_once"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=_RUNNING, name="actions_school_clock_due")]
