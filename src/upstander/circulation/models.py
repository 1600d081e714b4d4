"""Who is sent what of what was released, how, and what they did with it. No word of a product stands here: it is fetched, behind
its reader's wall, at the moment of sending (docs/decisions/0125-circulation.md).
"""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from upstander.circulation.phone_models import Alarm as Alarm
from upstander.circulation.phone_models import Number as Number
from upstander.circulation.phone_models import Phone as Phone
from upstander.ids import crockford, grouped
from upstander.network.models import Member
from upstander.products.models import CODE, LEVELS, Product, Recall, Release

NO_DEVICE = UUID(int=0)


def number_of(id: UUID) -> str:
    """By what a copy is known again when it is found where it should not be: it stands on mail and paper."""
    return grouped(crockford(id.bytes[10:15], 8))


class Issue(models.Model):
    """That a release, a correction or a recall goes to its members: one each. The worker goes through the members a page at a
    time; `cursor` is the last one that it came to."""

    class What(models.TextChoices):
        RELEASE = "release", "Released"
        CORRECTION = "correction", "Corrected"
        RECALL = "recall", "Recalled"

    id = models.UUIDField(primary_key=True)
    what = models.CharField(max_length=10, choices=What.choices)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="issues")
    release = models.OneToOneField(Release, null=True, on_delete=models.PROTECT, related_name="issue")
    recall = models.OneToOneField(Recall, null=True, on_delete=models.PROTECT, related_name="issue")
    kind = models.CharField(max_length=CODE)
    newsletter = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    asks = models.BooleanField(default=False)  # readers are asked to say that they have read it
    priority = models.SmallIntegerField()  # of its mails in the outbox: 2 urgent, 6, 9 newsletters
    levels = ArrayField(models.SmallIntegerField(), default=list)  # that get something new of it
    left_out = ArrayField(models.SmallIntegerField(), default=list)  # that had something, and to which nothing is left
    regions = ArrayField(models.BigIntegerField(), default=list)
    disciplines = ArrayField(models.CharField(max_length=CODE), default=list)
    topics = ArrayField(models.CharField(max_length=CODE), default=list)  # for every reader, with those that they are part of
    goes_at = models.DateTimeField()  # when it was, or was to be, out
    made_at = models.DateTimeField()
    cursor = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(release__isnull=False, recall=None) | Q(release=None, recall__isnull=False),
                name="circulation_issue_of",
            )
        ]
        indexes = [
            models.Index(fields=["priority", "made_at"], condition=Q(done_at=None), name="circulation_issue_open"),
            models.Index(fields=["product", "made_at"], name="circulation_issue_product"),
        ]


class Digest(models.Model):
    """One mail with what came together for a member since the last one; the subject of its delivery."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="digests")
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "due_at"], name="circulation_digest_once")]


class Copy(models.Model):
    """One member's copy of an issue: the subject of the delivery that brings it."""

    class How(models.TextChoices):
        MAIL = "mail", "By mail, at once"
        DIGEST = "digest", "In a digest"
        TAKEN = "taken", "Taken from the site"

    id = models.UUIDField(primary_key=True)
    issue = models.ForeignKey(Issue, on_delete=models.PROTECT, related_name="copies")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="copies")
    how = models.CharField(max_length=6, choices=How.choices)
    level = models.SmallIntegerField(choices=LEVELS)  # of the member when it was made; what is sent follows from the level then
    again = models.BooleanField(default=False)  # they had an earlier version
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the digest that is to bring it
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="copies")
    read_at = models.DateTimeField(null=True)  # they said that they have read it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "member"], name="circulation_copy_once")]
        indexes = [
            models.Index(fields=["member", "-made_at"], name="circulation_copy_member"),
            models.Index(fields=["due_at", "member"], condition=Q(how="digest", digest=None), name="circulation_copy_due"),
            models.Index(fields=["issue"], condition=Q(read_at=None), name="circulation_copy_unread"),
            models.Index(fields=["read_at", "member"], condition=Q(read_at__isnull=False), name="circulation_copy_read"),
        ]

    @property
    def number(self) -> str:
        """See `number_of`."""
        return number_of(self.id)


class Ping(models.Model):
    """One more message about a copy, beside its mail: a text, a push to one device, a reminder. None carries a word of it."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text message"
        PUSH = "push", "Push"
        REMINDER = "reminder", "Reminder by mail"

    id = models.UUIDField(primary_key=True)
    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="pings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    stage = models.SmallIntegerField(default=0)  # 0: with the first mail; then how often they were asked again
    device_id = models.UUIDField(default=NO_DEVICE)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["copy", "kind", "stage", "device_id"], name="circulation_ping_once")]


class Choice(models.Model):
    """What a member chose of the ways: newsletters, a feed. The link in newsletters opens it without
    sign-in: its token is sealed to the relay, which mails it; of the feed's only the digest is kept."""

    id = models.UUIDField(primary_key=True)
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="choice")
    newsletters_off_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=32, unique=True)
    sealed_token = models.BinaryField()
    key_version = models.IntegerField()
    feed_digest = models.BinaryField(max_length=32, unique=True, null=True)
    feed_made_at = models.DateTimeField(null=True)
    feed_told_at = models.DateTimeField(null=True)  # the newest of what is marked that it handed out: on record up to here


class Device(models.Model):
    """A browser of a member that is told of what is urgent. Where its pushes go is sealed to the relay."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="devices")
    host = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    key_version = models.IntegerField()
    sealed_relay = models.BinaryField()


class Sent(models.Model):
    """A view: how the outbox stands with what this room owes. Read by the staff and the worker, who may not read the outbox."""

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    state = models.CharField(max_length=10)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=48)

    class Meta:
        managed = False
        db_table = "circulation_sent"


from upstander.circulation.feedback_models import Feedback as Feedback  # noqa: E402
