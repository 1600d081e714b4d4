"""The one door out: a durable ledger of everything that leaves (decisions 11). It holds references, never
text.
"""

from django.db import models

from upstander.delivery.bridge_models import Bridge as Bridge
from upstander.delivery.call_models import CallEvent as CallEvent
from upstander.delivery.channels import OF_CALLS


class Delivery(models.Model):
    """One message to one person by one carrier. The row is done when the carrier says so, not before."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENT = "sent", "Accepted by the carrier"
        FAILED = "failed", "Refused for good"
        CANCELLED = "cancelled", "Not owed any more"

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=8, default="email")
    purpose = models.CharField(max_length=32)  # which renderer: notice, narrative, stand_down, ...
    subject_id = models.UUIDField()  # what the renderer renders (a notice)
    address_key = models.CharField(
        max_length=32
    )  # whom the throttle counts by, as contact:17; never the address
    priority = models.SmallIntegerField()  # 0 Critical ... 9 newsletter
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=40, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=120, unique=True)
    carrier = models.CharField(max_length=16, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=48, blank=True, default="")  # a code: smtp-451, timeout, refused

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "subject_id"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["priority", "not_before"],
                condition=models.Q(state="pending"),
                name="delivery_pending",
            ),
            models.Index(fields=["address_key", "-sent_at"], name="delivery_address"),
            # how much a carrier took in the last minute is asked before each lease
            models.Index(fields=["sent_at"], condition=models.Q(state="sent"), name="delivery_by_sent_at"),
        ]


class Attempt(models.Model):
    """One try at a delivery and what the carrier answered, as a code."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    carrier = models.CharField(max_length=16)
    result = models.CharField(max_length=48)  # accepted, or an error code
    permanent = models.BooleanField(default=False)
    millis = models.IntegerField(default=0)

    class Meta:
        indexes = [
            # how many calls an account has rung within a day is asked for its budget
            models.Index(fields=["carrier", "at"], condition=models.Q(carrier__in=OF_CALLS), name="delivery_calls_by_carrier"),
        ]


class Carrier(models.Model):
    """How a carrier fares, from real sends."""

    name = models.CharField(max_length=40, primary_key=True)  # of one, or of two that are tried one after the other
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=48, blank=True, default="")


class SandboxMessage(models.Model):
    """What would have left the machine, sealed to the desk; shown on the sandbox page, which is all that
    happens to it.
    """

    id = models.UUIDField(primary_key=True)
    delivery_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()
    key_version = models.IntegerField()
    wrapped = models.BinaryField()
    sealed_message = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="delivery_sandbox_at")]
