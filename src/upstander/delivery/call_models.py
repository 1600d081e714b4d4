"""What a provider that reports by webhooks says of our calls: kept by the end-point, taken by the caller. No number, no name."""

from django.db import models


class CallEvent(models.Model):
    """One thing that happened to a call, in the order in which it was kept; gone when its call is over and written down."""

    class Kind(models.TextChoices):
        ASKED = "asked", "The provider is about to be asked for the call"
        PLACED = "placed", "The provider has taken the call"
        STATUS = "status", "How it stands, in the provider's word"
        KEY = "key", "A key was pressed"

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    delivery_id = models.UUIDField(db_index=True)  # no foreign key: a stranger's reference is kept, and forgotten
    sid = models.CharField(max_length=40)  # the provider's name of the call
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=16)  # with asked: the carrier by its name
    code = models.CharField(max_length=8, blank=True, default="")  # SIP's answer, where the provider says it
    seconds = models.PositiveIntegerField(default=0)  # of talk

    class Meta:
        db_table = "delivery_call_event"
