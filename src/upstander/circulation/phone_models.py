"""A member's telephones: what keeps items on one, the number that is texted; and that the officer was told who is silent."""

from django.db import models

from upstander.network.models import Member


class Phone(models.Model):
    """A browser of a member that keeps items to be read without a line. Which ones is the phone's own business: it asks about
    them by a mark, of which the digest stands here. Ended: at its next contact it removes them all."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="phones")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Number(models.Model):
    """A mobile number as a member entered it once, with the code that shows that it is theirs: number and code are sealed to the
    relay, which texts. Confirmed, it is the one that is texted when something is urgent."""

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="numbers")
    ends_in = models.CharField(max_length=2)  # its last two digits, by which the member knows it
    key_version = models.IntegerField()
    sealed_relay = models.BinaryField()
    code = models.BinaryField(max_length=32)  # keyed digest
    tries = models.SmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # whoever has it answered STOP

    class Meta:
        indexes = [models.Index(fields=["member", "-asked_at"], name="circulation_number_member")]


class Alarm(models.Model):
    """That somebody of the staff was told that an urgent notice waits for confirmations: once for each issue."""

    id = models.UUIDField(primary_key=True)
    issue = models.ForeignKey("circulation.Issue", on_delete=models.CASCADE, related_name="alarms")
    account_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "account_id"], name="circulation_alarm_once")]
