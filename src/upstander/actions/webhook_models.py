"""An organisation's own system, and what it was told: never a word of a tip."""

from django.db import models

from upstander.directory.models import Organisation

PURPOSE = "webhook"


class Webhook(models.Model):
    """Where an organisation takes notices by machine. The address and the secret are sealed to the relay; the host is shown."""

    id = models.UUIDField(primary_key=True)
    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    host = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    key_version = models.IntegerField()
    sealed_relay = models.BinaryField()


class WebhookPost(models.Model):
    """One thing that a system is told of a referral: the subject of the post that carries it."""

    id = models.UUIDField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="posts")
    referral = models.ForeignKey("actions.Referral", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    said = models.CharField(max_length=32)  # the class it is, or `over`: what was so when it was owed

    class Meta:
        indexes = [models.Index(fields=["referral", "-at"], name="actions_webhook_said")]
