"""The heartbeat of each process: a screen turns red when one is missing (decisions 14)."""

from django.db import models


class Heartbeat(models.Model):
    """When each process last said that it lives, and what it has to say about itself (numbers only)."""

    process = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField()
    started_at = models.DateTimeField()
    state = models.JSONField(default=dict)
