"""Gatherings of the network, and whoever comes (S-products, S-sio). All of it lies behind the walls, but the ids and times of
mails."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from upstander.circulation.feedback_models import Use, Worth
from upstander.gatherings.visit_models import Step as Step
from upstander.gatherings.visit_models import Visit as Visit
from upstander.markings import Level
from upstander.network.models import Member


class Kind(models.TextChoices):
    WEBINAR = "webinar", _("Webinar")
    TRAINING = "training", _("Training")
    VISIT = "visit", _("Site visit")
    FORUM = "forum", _("Forum with other states")


class Gathering(models.Model):
    """Something to which members come, in a room or by a line. Nobody but staff sees it before it is published."""

    id = models.UUIDField(primary_key=True)  # also the name under which calendars know it, for ever
    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=150)
    text = models.TextField(max_length=5000, blank=True, default="")
    level = models.SmallIntegerField(choices=[(level.value, level.name) for level in Level])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40)  # in which its times are said
    place = models.CharField(max_length=300, blank=True, default="")
    join_address = models.CharField(
        max_length=500, blank=True, default=""
    )  # shown to whoever has a seat, and nobody else
    capacity = models.PositiveIntegerField(null=True)  # None: as many as come
    regions = ArrayField(models.BigIntegerField(), default=list)  # who is invited; empty: the whole state
    disciplines = ArrayField(models.CharField(max_length=32), default=list)  # empty: all
    sequence = models.PositiveIntegerField(
        default=0
    )  # of what calendars show; grows with each change of that
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    invite_from = models.DateTimeField(null=True)  # the worker mails the audience from then on
    cancelled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, default="")  # why it was cancelled

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="gatherings_ends_after_it_starts"
            )
        ]
        indexes = [models.Index(fields=["starts_at"], name="gatherings_by_start")]


class Registration(models.Model):
    """That a member comes, waits for a seat, or came after all. One for each member; what changes is its state."""

    class State(models.TextChoices):
        SEAT = "seat", _("Registered")
        WAITING = "waiting", _("On the waiting list")
        GIVEN_UP = "given_up", _("Gave the seat back")
        RELEASED = "released", _("May not come any more")  # the entitlement ended
        WALKED_IN = "walked_in", _("Came without registering")

    id = models.UUIDField(primary_key=True)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="registrations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    since = models.DateTimeField()  # of this state: by it the waiting list is ordered
    revision = models.PositiveIntegerField(
        default=0
    )  # how often the state changed: calendars see each as a newer entry
    attended_at = models.DateTimeField(null=True)  # when somebody marked it
    attended_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="gatherings_one_registration")
        ]
        indexes = [models.Index(fields=["member"], name="gatherings_by_member")]


class Letter(models.Model):
    """A mail about a gathering: to whom and why, never what it says. It is written when it leaves, if it may still leave."""

    class Kind(models.TextChoices):
        INVITED = "invited", _("Invitation")
        SEATED = "seated", _("Seat confirmed")
        WAITS = "waits", _("On the waiting list")
        MOVED_UP = "moved_up", _("Moved up from the waiting list")
        CHANGED = "changed", _("Changed")
        GONE = "gone", _("Seat given back")
        CANCELLED = "cancelled", _("Cancelled")
        REMINDER = "reminder", _("Reminder")

    id = models.UUIDField(primary_key=True)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    about = models.DateTimeField(null=True)  # of a reminder: the start of which it reminds

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "member"],
                condition=models.Q(kind="invited"),
                name="gatherings_invited_once",
            ),
            models.UniqueConstraint(
                fields=["gathering", "member", "about"],
                condition=models.Q(kind="reminder"),
                name="gatherings_reminded_once",
            ),
        ]


class CalendarAnswer(models.Model):
    """What a calendar answered by mail: the arrival's id, of whom as a digest, and what became of it. Holds no word."""

    class Became(models.TextChoices):
        FREED = "freed", _("The seat was given back")
        NOTED = "noted", _("Nothing was to be done")
        UNPROVEN = "unproven", _("Not proven to be from them")
        NOBODYS = "nobodys", _("From nobody who was invited")

    id = models.UUIDField(primary_key=True)
    gathering_id = models.UUIDField()  # as the calendar says it: there need be none
    sender = models.BinaryField(max_length=32)  # SHA-256 of the address
    says = models.CharField(max_length=12)
    proven = models.BooleanField()
    at = models.DateTimeField()
    became = models.CharField(max_length=10, choices=Became.choices, blank=True, default="", db_default="")
    seen_at = models.DateTimeField(null=True)  # by one of the staff, of what fitted no invitation
    seen_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(became=""), name="gatherings_answer_waits")]


class Material(models.Model):
    """What is there before or afterwards: slides, a recording. Of a level of its own, never below the gathering's."""

    id = models.UUIDField(primary_key=True)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=150)
    level = models.SmallIntegerField(choices=[(level.value, level.name) for level in Level])
    address = models.CharField(max_length=500, blank=True, default="")  # a link, or ...
    file_name = models.CharField(max_length=120, blank=True, default="")  # ... a small file
    file = models.BinaryField(null=True)
    added_by = models.BigIntegerField()
    added_at = models.DateTimeField()


class Feedback(models.Model):
    """Three presses, and words for who wants (S-measure)."""

    Worth, Use = Worth, Use

    id = models.UUIDField(primary_key=True)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="feedback")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    relevant = models.CharField(max_length=8, choices=Worth.choices, blank=True, default="")
    timely = models.CharField(max_length=8, choices=Worth.choices, blank=True, default="")
    use = models.CharField(max_length=8, choices=Use.choices, blank=True, default="")
    words = models.TextField(max_length=2000, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="gatherings_one_feedback")
        ]


class Certificate(models.Model):
    """A certificate of attendance as it was issued: its number is its key, the file is the one that its hash is of."""

    number = models.BigAutoField(primary_key=True)
    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="certificate")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField()


class Feed(models.Model):
    """The address under which a member's own calendar reads: its token as a digest. A new one ends the old one."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # the newest of what is marked that it handed out: on record up to here
