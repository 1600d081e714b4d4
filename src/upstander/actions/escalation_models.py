"""Steps that were taken because somebody who was asked had not confirmed. A row is a step: it says itself what was done."""

from django.db import models

# By what the outbox knows what a step says by e-mail, and that it is over.
PURPOSE, OVER = "escalation", "escalation_over"


class EscalationStep(models.Model):
    """One step of one person's ladder toward one target: written once, in the transaction that owes its message."""

    class Target(models.TextChoices):
        SELF = "self", "The person who was asked"
        CONTACT = "contact", "Another contact"
        ACCOUNT = "account", "Somebody of the programme"

    id = models.UUIDField(primary_key=True)
    notice = models.ForeignKey("actions.Notice", on_delete=models.CASCADE, related_name="steps")
    asked_since = models.DateTimeField()  # of which asking; raised, the ladder begins anew
    step = models.CharField(max_length=32)  # the pack's code
    round = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    act = models.CharField(max_length=12)
    channel = models.CharField(max_length=8)  # by which the message leaves
    target_kind = models.CharField(max_length=8, choices=Target.choices)
    target_id = models.BigIntegerField()
    # What was owed: (purpose, subject) of the outbox. Whom another silent contact's step has told already: that one's.
    purpose = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    # Since when somebody at the target's number has heard it, by a key or by the code in a text; of who is on call.
    heard_at = models.DateTimeField(null=True)
    heard_how = models.CharField(max_length=4, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "asked_since", "step", "round", "target_kind", "target_id"],
                name="actions_escalation_once",
            )
        ]
        indexes = [models.Index(fields=["notice", "at"], name="actions_escalation_of")]
