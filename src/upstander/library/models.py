"""What the library knows beside the pack: whether an address still answers, and what people suggest."""

from django.db import models


class Link(models.Model):
    """What a machine last found at an address of the library. The entry says what a person found; this never changes it."""

    address = models.CharField(max_length=1000, primary_key=True)
    at = models.DateTimeField()  # of the last look
    found = models.CharField(max_length=12)  # a code of links.FOUND
    status = models.PositiveSmallIntegerField(default=0)  # of HTTP; 0: nothing answered
    failures = models.PositiveSmallIntegerField(default=0)  # looks in a row that found nothing there
    answered_at = models.DateTimeField(null=True)  # when it last answered


class Suggestion(models.Model):
    """A resource that somebody thinks should stand here. The words are sealed: the desk alone opens them (decision 132)."""

    class State(models.TextChoices):
        NEW = "new", "New"
        TAKEN = "taken", "Taken up"
        REFUSED = "refused", "Not taken up"

    class Origin(models.TextChoices):
        PUBLIC = "public", "A reader"
        SCHOOL = "school", "Somebody at a school or agency"
        NETWORK = "network", "A member of the network"

    id = models.UUIDField(primary_key=True)  # of the form that was shown: pressed twice it is one suggestion
    day = models.DateField()  # a reader's is known by its day alone
    origin = models.CharField(max_length=8, choices=Origin.choices)
    account_id = models.BigIntegerField(null=True)  # of whoever was signed in; None for a reader
    key_version = models.IntegerField()
    wrapped = models.BinaryField()
    sealed_words = models.BinaryField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=16, blank=True)  # why it is not taken up, a code
    sealed_entry = models.BinaryField(null=True)  # as the staff wrote it for the pack
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "day"], name="library_suggestion_queue")]
