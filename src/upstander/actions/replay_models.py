"""Another version of the directive, asked about past tips before it is adopted: what it would demand otherwise (0071)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Replay(models.Model):
    """One question: of which versions, over which days, how far the worker has come, and what it has found so far.

    Codes, numbers and counts: no word of a tip.
    """

    id = models.UUIDField(primary_key=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField()
    old_version = models.CharField(max_length=20)
    old_digest = models.CharField(max_length=64)
    new_version = models.CharField(max_length=20)
    new_digest = models.CharField(max_length=64)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    total = models.IntegerField()
    seen = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    upto = models.UUIDField(null=True)  # the last judgement that was asked about
    changes = models.JSONField(default=list)  # what differs, each with how often ("times")
    refused = models.JSONField(default=dict)  # what the new version cannot judge: why, and how often
    finished_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=16, blank=True, default="")  # a code: which version is gone

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="actions_replay_asked")]


class ReplayTip(models.Model):
    """A tip that would be handled otherwise, by its public number, and how: places in the replay's `changes`."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="tips", db_index=False)
    number = models.CharField(max_length=16)
    changes = ArrayField(models.IntegerField())

    class Meta:
        db_table = "actions_replay_tip"
        indexes = [models.Index(fields=["replay", "id"], name="actions_replay_tips")]
