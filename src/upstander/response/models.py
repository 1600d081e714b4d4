"""The designated end-users' work on a referral. Words are sealed under the referral's key; the desk can read them too."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.actions.models import Referral


class Entry(models.Model):
    """A follow-up note, a question to the desk, or the desk's answer."""

    class Kind(models.TextChoices):
        FOLLOW_UP = "follow_up", "Follow-up"
        QUESTION = "question", "Question to the desk"
        ANSWER = "answer", "Answer of the desk"
        READ = "read", "Opened"

    id = models.UUIDField(primary_key=True)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    sealed_text = models.BinaryField(null=True)


class Outcome(models.Model):
    """What came of it: several a tip, from the pack's list, with the three questions of the outcome form."""

    id = models.UUIDField(primary_key=True)
    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, related_name="outcome")
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    outcomes = ArrayField(models.CharField(max_length=40))
    sufficient = models.BooleanField(null=True)
    aware_before = models.BooleanField(null=True)
    useful = models.BooleanField(null=True)
    sealed_words = models.BinaryField(null=True)
    closes = models.BooleanField(default=False)
