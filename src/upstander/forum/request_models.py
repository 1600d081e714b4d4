"""Requests for information and for analytical support: asked, put to somebody, answered with sources, judged, closed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.forum.written import TITLE, Written, by_one
from upstander.network.models import Member


class Request(Written):
    """A question with all that a fusion center must know of it before it may answer. How far it is follows from its steps."""

    class Kind(models.TextChoices):
        INFORMATION = "information", "Request for information"
        SUPPORT = "support", "Analytical support"

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        PRIORITY = "priority", "Priority"
        IMMEDIATE = "immediate", "Immediate"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=TITLE)
    text = models.TextField()
    purpose = models.CharField(max_length=TITLE)
    legal_basis = models.CharField(max_length=TITLE)
    names_somebody = models.BooleanField(default=False)
    why_named = models.CharField(max_length=TITLE, blank=True, default="")  # subject minimization: a name only with a reason
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    due_at = models.DateTimeField()
    action_agency = models.CharField(max_length=TITLE, blank=True, default="")  # who will act on the answer
    regions = ArrayField(models.BigIntegerField(), default=list)  # of who asks, at that moment: for the figures
    found = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="forum_request_at"),
            models.Index(fields=["member", "at"], name="forum_request_mine"),
        ]
        constraints = [
            by_one("forum_request_by_one"),
            models.CheckConstraint(
                condition=models.Q(names_somebody=False) | ~models.Q(why_named=""), name="forum_request_name_with_reason"
            ),
        ]


class Party(models.Model):
    """Whom a request was put to: one member, or (`member` empty) everybody who may read its level. Ended, never removed."""

    id = models.UUIDField(primary_key=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="parties")
    level = models.SmallIntegerField()  # the request's
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    staff_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["request"], name="forum_party_request"),
            models.Index(fields=["member"], name="forum_party_member"),
        ]


class Answer(Written):
    """An answer, with where it comes from. Third-agency material waits until its originator's release is on record."""

    class Source(models.TextChoices):
        OWN = "own", "What I saw or know myself"
        RECORD = "record", "A record of my organization"
        OPEN = "open", "Open source"
        THIRD = "third", "Another agency's material"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    source_kind = models.CharField(max_length=8, choices=Source.choices)
    source = models.CharField(max_length=TITLE)  # which record, which page, who said it
    originator = models.CharField(max_length=TITLE, blank=True, default="")
    released = models.BooleanField()  # whoever asked may read it
    release = models.CharField(max_length=TITLE, blank=True, default="")  # of the originator: who allowed it, when, how
    found = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="forum_answer_request")]
        constraints = [
            by_one("forum_answer_by_one"),
            models.CheckConstraint(
                condition=~models.Q(source_kind="third")
                | (~models.Q(originator="") & (models.Q(released=False) | ~models.Q(release=""))),
                name="forum_answer_third_agency",
            ),
        ]


class RequestStep(Written):
    """What was said or decided of a request. `level` is that of what it tells of: who may not read an answer learns of none."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Taken up"
        ASKED = "asked", "Asked back"
        CLARIFIED = "clarified", "Explained"
        PUT = "put", "Put to somebody"
        ANSWERED = "answered", "Answered"
        FEEDBACK = "feedback", "Feedback"
        CLOSED = "closed", "Closed"
        REFUSED = "refused", "Refused"
        REOPENED = "reopened", "Opened again"

    class Useful(models.TextChoices):
        YES = "yes", "It answered my question"
        PARTLY = "partly", "In part"
        NO = "no", "It did not"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(blank=True, default="")
    useful = models.CharField(max_length=6, choices=Useful.choices, blank=True, default="")
    due_at = models.DateTimeField(null=True)  # a new one, where it was moved

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="forum_request_steps")]
        constraints = [by_one("forum_request_step_by_one")]
