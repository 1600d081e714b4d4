"""What a membership rests on from year to year: agreement, attestation, an address that works, and what people decided."""

from django.db import models


class Agreement(models.Model):
    """A version of the non-disclosure agreement, kept as it was when it was first asked for."""

    digest = models.CharField(max_length=64, primary_key=True)
    version = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    text = models.TextField()
    first_at = models.DateTimeField()
    sign_by = models.DateTimeField()  # from then on nothing reaches whoever has not signed it, or a later one


class Signature(models.Model):
    """That somebody signed a version: their typed name, and when. Never changed, never removed."""

    id = models.UUIDField(primary_key=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    application = models.ForeignKey("network.Application", null=True, on_delete=models.PROTECT, related_name="signatures")
    member = models.ForeignKey("network.Member", null=True, on_delete=models.PROTECT, related_name="signatures")
    typed_name = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False) | models.Q(member__isnull=False), name="network_signature_of_whom"
            )
        ]


class Attestation(models.Model):
    """A member says again: I hold this position, this is my agency, I keep the agreement."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey("network.Member", on_delete=models.PROTECT, related_name="attestations")
    position = models.CharField(max_length=120)
    works_at = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "at"], name="network_attestation_member")]


class Change(models.Model):
    """A member says that their position or their employer is another now. It changes nothing until the SIO has looked at it."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey("network.Member", on_delete=models.PROTECT, related_name="changes")
    position = models.CharField(max_length=120)
    works_at = models.CharField(max_length=200)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    taken = models.BooleanField(null=True)  # whether it was taken over

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=models.Q(decided_at=None), name="network_change_one_open")
        ]


class Asking(models.Model):
    """A mail to a member about what is due; each is owed once (`stage`: how often before, or that it has lapsed)."""

    class Kind(models.TextChoices):
        ATTEST = "attest", "To attest"
        SIGN = "sign", "To sign the agreement"
        WELCOME = "welcome", "To sign in with the account that they have"

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey("network.Member", on_delete=models.CASCADE, related_name="askings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    UNSET = "unset"  # of a welcome: to somebody whose account was made elsewhere, and never set up
    stage = models.CharField(max_length=8)  # asked, reminded, last, lapsed
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "due_at", "stage"], name="network_asking_once"),
        ]


class Bounce(models.Model):
    """A mail to a member that will never be delivered, for the address's sake."""

    delivery_id = models.UUIDField(primary_key=True)
    member = models.ForeignKey("network.Member", on_delete=models.CASCADE, related_name="bounces")
    at = models.DateTimeField()
    code = models.CharField(max_length=48)
    cleared_at = models.DateTimeField(null=True)  # somebody made sure that the address works

    class Meta:
        indexes = [models.Index(fields=["member"], condition=models.Q(cleared_at=None), name="network_bounce_open")]


class Decision(models.Model):
    """What a person of the staff decided about an application or a member. The id is that of the form."""

    id = models.UUIDField(primary_key=True)
    application = models.ForeignKey("network.Application", null=True, on_delete=models.PROTECT, related_name="decisions")
    member = models.ForeignKey("network.Member", null=True, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=16)
    account_id = models.BigIntegerField()
    at = models.DateTimeField()
    reason = models.TextField(blank=True, default="")


class Roll(models.Model):
    """A list that was sent in by an organisation: read, shown, and brought in by one press."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    file_name = models.CharField(max_length=200)
    rows = models.JSONField()  # as they were read: what is brought in is what was shown
    brought_in_at = models.DateTimeField(null=True)
    brought_in_by = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)
