"""What outreach did to win a school, and what an analyst released to it. Words are sealed, each under a key of its own holder."""

from django.db import models

from upstander.directory.models import Organisation


class Case(models.Model):
    """An organisation that is to be won. How far it is follows from its steps and from the directory, and is not stored."""

    id = models.UUIDField(primary_key=True)  # the holder of the key under which its notes are sealed
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()


class Step(models.Model):
    """Something that outreach did. Never changed, never removed."""

    class Kind(models.TextChoices):
        CONTACTED = "contacted", "Contacted"
        MEETING = "meeting", "Meeting"
        NOTE = "note", "Note"

    id = models.UUIDField(primary_key=True)  # of the form that was shown: however often it is pressed, it is one step
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sealed_note = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="outreach_step_case")]


class Words(models.Model):
    """What an analyst let outreach read of one tip, in words that the analyst wrote for it."""

    id = models.UUIDField(primary_key=True)  # the holder of its own key: the tip's opens nothing here
    tip_number = models.CharField(max_length=16, db_index=True)  # no tip is named otherwise in this room
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    sealed_text = models.BinaryField()
