"""How somebody of the programme is reached when it cannot wait for them to look: numbers of their own."""

from django.db import models


class Reach(models.Model):
    """One person's own numbers, sealed together; beside them what a process that opens none has to know."""

    account = models.OneToOneField(
        "people.Account", primary_key=True, on_delete=models.CASCADE, related_name="reach"
    )
    sealed_numbers = models.BinaryField()  # JSON: text, phone, mail; under the secret `reach`
    texts = models.BooleanField()  # whether there is a number for text messages
    calls = models.BooleanField()  # whether there is a telephone to be rung
    mails = models.BooleanField()
    verified_at = models.DateTimeField()  # when somebody last said that they are right
    wrong_at = models.DateTimeField(null=True)  # since when the telephone is known to be nobody's
