"""Who is working on what at the desk."""

from django.db import models

from upstander.intake.models import Tip
from upstander.people.models import Account


class Claim(models.Model):
    """A call-taker holds a tip until `until`; nobody else can hold it meanwhile (the primary key is the tip)."""

    tip = models.OneToOneField(Tip, primary_key=True, on_delete=models.CASCADE, related_name="claim")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()
    until = models.DateTimeField()
