"""Tips and what was said about them. What a person typed is sealed; codes, times and places are clear."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import RawSQL

from upstander.directory.models import Organisation

UNJUDGED = 10  # the rank of what nobody has judged: behind dangers and Criticals, before the rest


class Channel(models.TextChoices):
    WEB = "web", "Website"
    API = "api", "App"
    SMS = "sms", "Text message"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    REFERRAL = "referral", "Referral"
    VOICEMAIL = "voicemail", "Voicemail"


class Submitter(models.TextChoices):
    """Who submitted a tip (D-IV.B.3); the codes are the pack's (`packs.vocabulary.SUBMITTERS`)."""

    REPORTER = "reporter", "The reporter"
    AGENCY = "agency", "An agency that has the duty to report to DCFS itself"
    PARTNER = "partner", "A partner line, or an agency without that duty"


class Status(models.TextChoices):
    """What the reporter is told, as a code; the sentence is the pack's."""

    RECEIVED = "received", "Received"
    READ = "read", "Read by a trained person"
    PASSED_ON = "passed_on", "Passed on"
    WORKING = "working", "Being worked on"
    CLOSED = "closed", "Closed"


class Tip(models.Model):
    """One report (D-II.E). `klass` is the class of the judgement in force; None until a human has judged."""

    id = models.UUIDField(primary_key=True)
    running = models.BigIntegerField(  # internal only, from a sequence: two reporters at once never collide
        unique=True, editable=False, db_default=RawSQL("nextval('intake_tip_running_seq')", ())
    )
    number = models.CharField(max_length=16, unique=True)  # public, random
    receipt_lookup = models.BinaryField(max_length=32, unique=True)
    submission_tag = models.BinaryField(max_length=16, db_index=True)
    same_key_as = models.UUIDField(
        null=True
    )  # another body came under the same idempotency key: perhaps a duplicate
    channel = models.CharField(max_length=10, choices=Channel.choices)
    submitter = models.CharField(
        max_length=10, choices=Submitter.choices, default=Submitter.REPORTER, db_default=Submitter.REPORTER.value
    )
    sealed_submitter = models.BinaryField(null=True)  # of an agency or partner: name, person, call-back, reference
    received_at = models.DateTimeField()
    place = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )  # school, district, region
    danger_now = models.BooleanField(default=False)
    about_self = models.BooleanField(default=False)
    reported_subtype = models.CharField(max_length=40, blank=True, default="")
    weapon = models.CharField(max_length=8, blank=True, default="")  # yes, no, unknown
    language = models.CharField(max_length=8, default="en")
    proof_of_work = models.BooleanField(default=False)
    wants_answer = models.BooleanField(default=False)  # the reporter left an address
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RECEIVED)
    klass = models.CharField(max_length=24, blank=True, default="")
    rank = models.SmallIntegerField(
        default=50
    )  # order in the queue: 0 gravest; 5 danger now, unjudged; 10 unjudged; ...
    judged_at = models.DateTimeField(null=True)
    # A word that the reporter adds is counted and dated, and opens a closed tip again, by a trigger of the messages (migration
    # 0006): a reporter's login decides nothing itself. They wait since the first word that nobody has taken up.
    last_from_reporter_at = models.DateTimeField(null=True)
    unread_since = models.DateTimeField(null=True)
    words_added = models.PositiveIntegerField(default=0, db_default=0)
    words_read = models.PositiveIntegerField(
        default=0, db_default=0
    )  # of those, by whoever acted at the desk
    answered_at = models.DateTimeField(null=True)  # last word from the desk
    # when somebody wrote down why no answer is owed to what the reporter had said by then
    answer_waived_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Where it stands in the queue: by its rank; with a word of the reporter that nobody has taken up (`QueueRow.unread`) never
    # behind the unjudged. The database computes it, so nobody can set it and nothing can forget to.
    standing = models.GeneratedField(
        expression=Case(
            When(
                Q(rank__gt=UNJUDGED, words_added__gt=F("words_read")),
                then=Value(UNJUDGED),
            ),
            default=F("rank"),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["standing", "received_at"],
                condition=models.Q(closed_at=None),
                name="intake_tip_queue",
            ),
            models.Index(fields=["place", "-received_at"], name="intake_tip_place"),
        ]


class Message(models.Model):
    """One utterance of the dialogue, a note of the desk, or the tip's own words; sealed under the tip's key."""

    class From(models.TextChoices):
        REPORTER = "reporter", "Reporter"
        DESK = "desk", "Desk"
        NOTE = "note", "Note (never shown to the reporter)"
        SYSTEM = "system", "Automatic answer"

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="messages", db_index=False)
    at = models.DateTimeField()
    sender = models.CharField(max_length=8, choices=From.choices)
    account_id = models.BigIntegerField(null=True)
    field = models.CharField(
        max_length=16, blank=True, default=""
    )  # of the form: text, who, when, weapon, place
    body = models.BinaryField()
    tokenised = models.BooleanField(default=False)
    dedup = models.BinaryField(max_length=16, null=True, unique=True)  # a repeated press sends one message

    class Meta:
        indexes = [
            models.Index(fields=["tip", "at"], name="intake_message_tip"),
            models.Index(
                fields=["id"], condition=models.Q(tokenised=False), name="intake_message_untokenised"
            ),
        ]


class PushAddress(models.Model):
    """The phone on which a reporter wants to be told that there is news: what its browser named, sealed to the relay alone.

    One a tip: the last that asked. It goes when the tip closes, when the browser has ended it, and when the reporter says so.
    """

    id = models.UUIDField(primary_key=True)  # random: it says nothing of when, or of whose
    tip = models.OneToOneField(Tip, on_delete=models.CASCADE, related_name="+")
    key_version = models.IntegerField()
    sealed_relay = models.BinaryField()
