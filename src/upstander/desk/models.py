"""Who is working on what at the desk, and the papers that are written there."""

from django.db import models

from upstander.intake.models import Tip
from upstander.people.models import Account


class Claim(models.Model):
    """A call-taker holds a tip until `until`; nobody else can hold it meanwhile (the primary key is the tip)."""

    tip = models.OneToOneField(Tip, primary_key=True, on_delete=models.CASCADE, related_name="claim")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()
    until = models.DateTimeField()


class Paper(models.Model):
    """A version of a paper about a tip: a packet about a missing person, a letter. Never changed; the newest is the draft.

    What was written into it is sealed under the tip's key: `sealed_fields` is JSON.
    """

    class Kind(models.TextChoices):
        MISSING_PERSON = "missing_person", "Packet about a missing person"
        DCFS_LETTER = "dcfs_letter", "Written confirmation to DCFS"

    id = models.UUIDField(primary_key=True)
    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    n = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    sealed_fields = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tip", "kind", "n"], name="desk_paper_version")]


class PaperCopy(models.Model):
    """A PDF that was made of a version, by whom, when: its SHA-256 and nothing of it. Made in memory, kept nowhere."""

    id = models.UUIDField(primary_key=True)
    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="copies")
    at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)


class Call(models.Model):
    """A telephone call as a call-taker writes it down: a draft until it is over (docs/decisions/0096).

    What was typed is sealed to the desk's key, for this account and this call, and is removed when the call is over. Of the
    caller nothing stays here: no number, no word. `tab` marks the page that saved last; `saves` counts.
    """

    class Result(models.TextChoices):
        TIP = "tip", "A tip"
        HANG_UP = "hang_up", "Hung up"
        SILENT = "silent", "Silent"
        PRANK = "prank", "Prank, nothing reported"
        WRONG_NUMBER = "wrong_number", "Wrong number"

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saves = models.PositiveIntegerField()
    tab = models.CharField(max_length=32)
    key_version = models.IntegerField()
    sealed_fields = models.BinaryField(null=True)
    over_at = models.DateTimeField(null=True, db_index=True)
    result = models.CharField(max_length=12, choices=Result.choices, blank=True, default="")


class Telephone(models.Model):
    """The telephone on which somebody is rung when they call from the desk, sealed to the desk."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="+")
    key_version = models.IntegerField()
    sealed_number = models.BinaryField()
    changed_at = models.DateTimeField()
