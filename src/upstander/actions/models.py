"""Judgements, what must happen because of them, the proof that it did, and what was released to whom."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, When

from upstander.actions.callsheet_models import CallSheet as CallSheet
from upstander.actions.clock_models import Clock as Clock
from upstander.actions.clock_models import SchoolClock as SchoolClock
from upstander.actions.escalation_models import EscalationStep as EscalationStep
from upstander.actions.level_models import Measure as Measure
from upstander.actions.level_models import MeasureMark as MeasureMark
from upstander.actions.push_models import ContactPush as ContactPush
from upstander.actions.replay_models import Replay as Replay
from upstander.actions.replay_models import ReplayTip as ReplayTip
from upstander.actions.webhook_models import Webhook as Webhook
from upstander.actions.webhook_models import WebhookPost as WebhookPost
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, Organisation
from upstander.intake.models import Tip


class Judgement(models.Model):
    """One classification, immutable (decisions 7): facts, sub-types, pack version, plan. Lowering waits (decisions 9)."""

    class State(models.TextChoices):
        IN_FORCE = "in_force", "In force"
        PENDING = "pending", "A lowering, waiting for a supervisor"
        SUPERSEDED = "superseded", "Superseded"
        REFUSED = "refused", "Lowering refused"

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="judgements")
    n = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    at = models.DateTimeField()
    raised_at = (
        models.DateTimeField()
    )  # since when it has been this grave: only what was confirmed after counts
    account_id = models.BigIntegerField()
    klass = models.CharField(max_length=24)
    subtypes = ArrayField(models.CharField(max_length=40))
    in_progress = models.BooleanField()
    flags = ArrayField(models.CharField(max_length=40), default=list)
    network = models.CharField(max_length=3)  # in, out: as computed at this moment
    facts = models.JSONField()
    pack = models.CharField(max_length=40)
    pack_version = models.CharField(max_length=20)
    pack_digest = models.CharField(max_length=64)
    plan = models.JSONField()
    sealed_reason = models.BinaryField(null=True)
    sealed_age = models.BinaryField(null=True)  # the exact years; `facts` know the rules' band of it only
    sealed_narrative = models.BinaryField(null=True)  # of a pending lowering: released when it is accepted
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    sealed_decision = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tip", "n"], name="actions_judgement_n"),
            models.UniqueConstraint(
                fields=["tip"], condition=models.Q(state="in_force"), name="actions_judgement_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["tip"], condition=models.Q(state="pending"), name="actions_one_pending"
            ),
        ]


class RequiredAction(models.Model):
    """A row of the ledger: what is owed because of a rule, to one target. Identity: (tip, rule, target).

    What is offered has a row from the moment when somebody takes it up; it has no time and is never late. A row says itself
    why it is owed, with which script and proof: what follows from a result is in no judgement's plan.
    """

    class Standing(models.TextChoices):
        OWED = "owed", "Owed"
        OFFERED = "offered", "Offered, and taken up"

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="actions")
    rule = models.CharField(
        max_length=80
    )  # with "#n" where judgement n raised the tip and it is owed once more
    kind = models.CharField(max_length=32)
    target_kind = models.CharField(max_length=16)
    target_ref = models.CharField(max_length=40)
    owed_by = models.CharField(max_length=24)
    cites = ArrayField(models.CharField(max_length=48))
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OWED)
    because = models.TextField(blank=True, default="")
    script = models.CharField(max_length=60, blank=True, default="")
    proof = models.CharField(max_length=32, blank=True, default="")
    about = ArrayField(models.CharField(max_length=40), default=list)
    label = models.CharField(max_length=200, blank=True, default="")  # the target's, as the plan named it
    position = models.SmallIntegerField(default=0)
    owed_since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    first_judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="+")
    ended_by = models.ForeignKey(
        Judgement, null=True, on_delete=models.CASCADE, related_name="+"
    )  # no longer owed since
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=64, blank=True, default="")
    result = models.CharField(max_length=24, blank=True, default="")
    assigned_to = models.BigIntegerField(null=True)  # the account to whom it was given; None: whoever owes it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tip", "rule", "target_kind", "target_ref"], name="actions_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(done_at=None, ended_by=None), name="actions_open_by_due"
            ),
            models.Index(  # what outreach was told of, however long the past is
                fields=["done_at"],
                condition=models.Q(kind="notify_outreach", done_at__isnull=False),
                name="actions_outreach_told",
            ),
        ]

    @property
    def rule_id(self) -> str:
        """The pack's rule, without the mark of a row that is owed once more."""
        return self.rule.partition("#")[0]


class ActionEvent(models.Model):
    """What happened on a required action: an attempt, a result, a proof. Never changed, never removed."""

    id = models.UUIDField(primary_key=True)
    action = models.ForeignKey(RequiredAction, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    result = models.CharField(
        max_length=24
    )  # answered, voicemail, no_answer, busy, wrong_number, sent, confirmed, ...
    strength = models.CharField(max_length=8, blank=True, default="")  # voice, link, code, sign_in
    seconds = models.IntegerField(null=True)  # how long the call took
    sealed_detail = models.BinaryField(
        null=True
    )  # who answered, dispatch number, words: JSON under the tip's key
    tip = models.ForeignKey(  # of a refusal only
        Tip, null=True, on_delete=models.CASCADE, related_name="refusals", db_index=False
    )
    delivery = models.ForeignKey(  # of a refusal only: which mail was refused
        Delivery, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    press = models.BinaryField(max_length=16, null=True)  # a repeated press writes one event (see `presses`)
    happened_at = models.DateTimeField(null=True)  # where it was entered afterwards; `at` is when it was entered

    class Meta:
        indexes = [
            # every look at the queue asks for the refused mails of open tips: few, however many ever were
            models.Index(fields=["tip"], condition=models.Q(result="refused"), name="actions_refused_of_tip")
        ]

    @property
    def when(self) -> datetime:
        """When it happened, as far as anybody wrote down."""
        return self.happened_at or self.at


class Referral(models.Model):
    """What was released to one recipient organisation (decisions 6): the only thing that end-users ever read."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True)
    tip_id = models.UUIDField(db_index=True)  # no foreign key: the school login knows no tips
    tip_number = models.CharField(max_length=16)
    scope = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="referrals")
    place = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    klass = models.CharField(max_length=24)
    subtypes = ArrayField(models.CharField(max_length=40))
    in_progress = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    stood_down_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.BigIntegerField(null=True)
    sealed_summary = models.BinaryField(null=True)  # the released narrative, under the referral's own key
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tip_id", "scope"], name="actions_referral_once")]
        indexes = [models.Index(fields=["scope", "state", "-created_at"], name="actions_referral_scope")]


class Notices(models.QuerySet["Notice"]):
    """Notices, as they are looked up."""

    def standing_last(self) -> "Notices":
        """Those that are withdrawn first, then by age: of several to one person the last one counts, and anybody who has changed
        their organisation has several."""
        withdrawn = Q(referral__state=Referral.State.WITHDRAWN)
        return self.order_by(Case(When(withdrawn, then=0), default=1), "created_at", "pk")


class Notice(models.Model):
    """A referral's notice to one person: who is owed word, and how they confirmed it. One person's confirming stops nobody's."""

    id = models.UUIDField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="notices")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey(RequiredAction, null=True, on_delete=models.CASCADE, related_name="notices")
    created_at = models.DateTimeField()
    asked_since = models.DateTimeField()  # raised, it asks again: an older confirmation was of something less grave
    link_until = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    strength = models.CharField(max_length=8, blank=True, default="")
    confirmed_as = models.CharField(max_length=8, blank=True, default="")  # self, other, somebody (at the number)
    sealed_confirmer = models.BinaryField(null=True)  # the name somebody else gave, under the referral's key

    objects = Notices.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "contact"], name="actions_notice_once")]
        indexes = [
            # whom escalation looks at every few seconds: few, however many ever were
            models.Index(
                fields=["link_until"],
                condition=models.Q(confirmed_at=None) | models.Q(confirmed_at__lt=models.F("asked_since")),
                name="actions_notice_silent",
            )
        ]

    @property
    def confirmed(self) -> bool:
        """Whether the person has confirmed what they were last asked to."""
        return self.confirmed_at is not None and self.confirmed_at >= self.asked_since


class Release(models.Model):
    """The released words of a tip on their way to one person (decisions 8): the subject of the mail that carries them.

    Words released later are another row and another mail. What they say stands in the referral, and only there.
    """

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="releases")
    at = models.DateTimeField()


class ConflictDecision(models.Model):
    """Who is left out of a tip because it is about them: a person's choice, with a reason (D-II.A). Never changed; the
    newest holds. `excluded`: the contacts named, none for "nobody of those listed"; `apart`: who shares a telephone number
    with them and is somebody else; `seen`: all among whom the person chose.
    """

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="conflict_decisions")
    judgement = models.ForeignKey(Judgement, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    excluded = ArrayField(models.BigIntegerField(), default=list)
    apart = ArrayField(models.BigIntegerField(), default=list)
    seen = ArrayField(models.BigIntegerField(), default=list)
    sealed_reason = models.BinaryField(null=True)


class Exclusion(models.Model):
    """A contact who is told nothing of a tip, from one moment to another. The database refuses them every row by which they
    would be told (migration `exclusion`). `addresses`, as "email:a@b.example": whoever is reached there is left out too.
    """

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="exclusions", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(ConflictDecision, on_delete=models.CASCADE, related_name="exclusions")
    addresses = ArrayField(models.CharField(max_length=264), default=list)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "contact"], condition=models.Q(ended_at=None), name="actions_exclusion_once"
            )
        ]
