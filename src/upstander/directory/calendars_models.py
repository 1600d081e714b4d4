"""When a school is in session, when a contact is away or is not to be disturbed, and who is on call when.

Days and hours are those on the wall where the programme is: a change of clocks moves none of them.
"""

from django.db import models
from django.db.models import F, Q


class CalendarSpan(models.Model):
    """Days of an organisation's calendar, both ends included. A district's are those of its schools, where a school says nothing
    else.
    """

    class Kind(models.TextChoices):
        TERM = "term", "School term"
        CLOSED = "closed", "Break or holiday"
        OPEN = "open", "School day all the same"

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="calendar")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True, default="")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="directory_span_forward"),
            models.UniqueConstraint(
                fields=["organisation", "kind", "first_day", "last_day"], name="directory_span_once"
            ),
        ]


class SchoolHours(models.Model):
    """From when to when there is school on a day of the week (Monday is 0)."""

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="directory_hours_forward"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="directory_hours_weekday"),
            models.UniqueConstraint(fields=["organisation", "weekday"], name="directory_hours_once"),
        ]


class Absence(models.Model):
    """Days on which a contact is away, both included, and who of the same list stands in. Nothing that is owed to them ends by
    it.
    """

    contact = models.ForeignKey("directory.Contact", on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    deputy = models.ForeignKey(
        "directory.Contact", null=True, on_delete=models.SET_NULL, related_name="stands_in_for"
    )
    noted_by = models.CharField(max_length=64)  # actor, as in the audit record

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="directory_absence_forward"),
            models.CheckConstraint(condition=~Q(deputy=F("contact")), name="directory_absence_somebody_else"),
        ]
        indexes = [models.Index(fields=["contact", "last_day"], name="directory_absence_of")]


class QuietHours(models.Model):
    """When a contact is not to be reached by a channel, for anything less than a Critical. Twice the same: at any hour."""

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"
        SMS = "sms", "Text messages"
        CALL = "call", "Telephone calls"
        PUSH = "push", "News on their phone"

    contact = models.ForeignKey("directory.Contact", on_delete=models.CASCADE, related_name="quiet_hours")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "channel"], name="directory_quiet_once")]


class OnCall(models.Model):
    """Who of a district, system or region is on call from one moment to another; without an organisation, which account of the
    programme's supervisors.
    """

    organisation = models.ForeignKey(
        "directory.Organisation", null=True, on_delete=models.CASCADE, related_name="on_call"
    )
    contact = models.ForeignKey("directory.Contact", null=True, on_delete=models.CASCADE, related_name="on_call")
    account_id = models.BigIntegerField(null=True)  # accounts stand on a floor above
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    noted_by = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="directory_oncall_forward"),
            models.CheckConstraint(
                condition=Q(organisation=None, contact=None, account_id__isnull=False)
                | Q(organisation__isnull=False, contact__isnull=False, account_id=None),
                name="directory_oncall_one_of_both",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "ends_at"], name="directory_oncall_of")]
