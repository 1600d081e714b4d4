"""Pushes to the phones of people of the school: what each is about. None carries a word."""

from django.db import models

# By what the outbox knows a push about a notice, and one that somebody asks for in order to try their phone.
PURPOSE, TRIED = "contact_push", "device_push"


class ContactPush(models.Model):
    """One push to one phone: the subject of the delivery that carries it. A later one takes the place of one that waits."""

    class Says(models.TextChoices):
        NOTICE = "notice", "There is a tip"
        REMINDER = "reminder", "It is not confirmed yet"
        OVER = "over", "It is corrected"
        TEST = "test", "It works"

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey(
        "actions.Notice", null=True, on_delete=models.CASCADE, related_name="pushes"
    )  # of a test none
    device_id = models.UUIDField()  # no foreign key: who ends a phone need not know of this table
    says = models.CharField(max_length=8, choices=Says.choices)
    asked_since = models.DateTimeField(null=True)  # of which asking
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["notice", "device_id"], name="actions_push_of_notice"),
            models.Index(fields=["device_id", "-at"], name="actions_push_of_device"),
            models.Index(fields=["at"], name="actions_push_at"),
        ]
