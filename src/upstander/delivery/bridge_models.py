"""A call that a person begins by a press at the desk: their telephone is rung, then the other side, and the two are bridged."""

from django.db import models


class Bridge(models.Model):
    """One such call. The two numbers stand here sealed to the caller, and only until it is over; the rest says how it went.

    `state`: asked, near (our own telephone rings), key (1 is waited for), far (the other rings), talking, over. With over,
    `result` as `telephone.bridge.Stands` has it, or expired (nobody took it up in time). What a person recorded of the call is
    not here.
    """

    id = models.UUIDField(primary_key=True)
    subject_id = models.UUIDField(db_index=True)  # whose call it is: an action
    account_id = models.BigIntegerField()  # who pressed
    asked_at = models.DateTimeField()
    needs_key = models.BooleanField()
    sealed_numbers = models.BinaryField(null=True)
    state = models.CharField(max_length=8, default="asked")
    result = models.CharField(max_length=16, blank=True, default="")
    seconds = models.PositiveIntegerField(null=True)  # of talk
    over_at = models.DateTimeField(null=True)
    hang_up_at = models.DateTimeField(null=True)  # when a person asked for its end
    leased_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=~models.Q(state="over"), name="delivery_bridge_open")
        ]
