"""What the School Intelligence Officer writes down: contacts with partners, the year's plan, what the programme is governed by.
Of the rooms below this one stores nothing: it counts them where they stand (S-sio).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Contact(models.Model):
    """A contact with a partner. Who, from where, what was said and what comes next are sealed; kind and times are clear."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        MEETING = "meeting", "Meeting"
        MAIL = "mail", "Mail"
        OTHER = "other", "Other"

    id = models.UUIDField(primary_key=True)  # of the form that was shown: however often it is pressed, it is one contact
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    partner = models.CharField(max_length=40, blank=True, default="")  # a programme of the pack, if it was one
    sealed_words = models.BinaryField()
    next_due = models.DateField(null=True)
    next_done_at = models.DateTimeField(null=True)
    next_done_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="insight_contact_at"),
            models.Index(
                fields=["next_due"], name="insight_contact_due", condition=models.Q(next_done_at=None, next_due__isnull=False)
            ),
        ]


class PlanItem(models.Model):
    """Something that the year's plan has: who does it in which month, how far it is, and from which month it was carried over."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        BEGUN = "begun", "Begun"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    id = models.UUIDField(primary_key=True)  # of the form
    title = models.CharField(max_length=200)
    owner = models.CharField(max_length=120)
    month = models.DateField()  # its first day
    first_month = models.DateField()  # for which it was planned at first
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["month"], name="insight_plan_month")]


class Record(models.Model):
    """What the programme is governed by: of one of five kinds, each with its own words for these columns (`governing`)."""

    class Kind(models.TextChoices):
        BOARD = "board", "Advisory board: members"
        MEETING = "meeting", "Advisory board: meetings"
        PROCESS = "process", "Processes"
        CONFERENCE = "conference", "Conferences attended"
        AGREEMENT = "agreement", "Agreements"

    id = models.UUIDField(primary_key=True)  # of the form
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=200)
    who = models.CharField(max_length=200, blank=True, default="")
    version = models.CharField(max_length=40, blank=True, default="")
    day = models.DateField()
    until = models.DateField(null=True)
    notes = models.TextField(max_length=5000, blank=True, default="")
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # it holds no more; it stays to be read

    class Meta:
        indexes = [models.Index(fields=["kind", "-day"], name="insight_record_kind")]


class Making(models.Model):
    """A review of the programme that takes longer than a page may: how far it is, and what stands in it so far. It is counted a
    part at a time by the staff's own process, for no other may read what it names; kept for a day (`making`)."""

    id = models.UUIDField(primary_key=True)
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField()
    first = models.DateField()
    last = models.DateField()
    level = models.SmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)  # parts
    blocks = models.JSONField(default=list)
    used = ArrayField(models.CharField(max_length=40), default=list)  # codes of markings
    finished_at = models.DateTimeField(null=True)
