"""Asking a contact whether what is listed of them is right, by a mail with a link of their own."""

from django.db import models


class Reverification(models.Model):
    """One asking: answered by one press, or not at all. It opens nothing but the contact's own entry."""

    class Answer(models.TextChoices):
        RIGHT = "right", "All of it is right"
        WRONG = "wrong", "Something is not right"

    id = models.UUIDField(primary_key=True)
    contact = models.ForeignKey("directory.Contact", on_delete=models.CASCADE, related_name="askings")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["contact", "-asked_at"], name="directory_asked")]
