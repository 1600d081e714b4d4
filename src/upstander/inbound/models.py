"""What comes in by a carrier: kept before anything is decided about it, sealed to the relay's key (docs/decisions/0095)."""

from django.db import models


class Arrival(models.Model):
    """One thing that came in. Its payload is gone when it is routed: what it said is the tip's then."""

    class State(models.TextChoices):
        NEW = "new", "Waits for the router"
        ROUTED = "routed", "Routed"
        REFUSED = "refused", "Could not be routed"

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=10)  # which handler decides: sms, report, email, ...
    carrier = models.CharField(max_length=16)
    at = models.DateTimeField()
    mark = models.BinaryField(
        max_length=16, unique=True
    )  # keyed, of the carrier's own id: what comes twice is one
    size = models.IntegerField()  # bytes
    key_version = models.IntegerField()
    wrapped = models.BinaryField(null=True)
    sealed_payload = models.BinaryField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    code = models.CharField(max_length=48, blank=True, default="")  # what became of it, or why it was refused
    tip_id = models.UUIDField(null=True)  # no foreign key: a tip may go, what came in stays counted
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()  # not before then
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tries", "id"], condition=models.Q(state="new"), name="inbound_new"),
            models.Index(fields=["id"], condition=models.Q(state="refused"), name="inbound_refused"),
        ]


class Thread(models.Model):
    """One conversation with one peer about one tip, on one channel. Who the peer is, nobody can read here: the mark is keyed,
    and the tip's receipt is sealed to the relay's key.
    """

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=10)
    peer_mac = models.BinaryField(max_length=32)
    tip_id = models.UUIDField(unique=True)
    key_version = models.IntegerField()
    sealed_receipt = models.BinaryField()
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()  # of the peer's last word
    stopped_at = models.DateTimeField(null=True)  # the peer wants no more messages

    class Meta:
        indexes = [models.Index(fields=["channel", "peer_mac", "-last_at"], name="inbound_thread_peer")]


class Stop(models.Model):
    """A peer who wants no messages by a channel. It outlives every conversation."""

    id = models.BigAutoField(primary_key=True)
    channel = models.CharField(max_length=10)
    peer_mac = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "peer_mac"], name="inbound_stop_once")]


class Prompt(models.Model):
    """An automatic answer on its way: which sentence, to whom (sealed to the relay's key). It goes a day after it was made."""

    id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=10)
    peer_mac = models.BinaryField(max_length=32)
    text = models.CharField(max_length=16)  # which sentence of the pack
    language = models.CharField(max_length=8)
    at = models.DateTimeField()
    key_version = models.IntegerField()
    sealed_peer = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["channel", "peer_mac", "at"], name="inbound_prompt_peer")]
