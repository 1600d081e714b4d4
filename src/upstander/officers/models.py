"""What officers in schools do and learn, and what a school and the police agreed. No row names a student (R-climate).

Words that somebody typed, and files, are sealed under the key of a folder: an account's (its notes and certificates), or a
place's (its agreements), for the school's process alone. Codes, days, minutes are clear: the yearly picture is made of them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation
from upstander.people.models import Account


class Folder(models.Model):
    """Whose key it is that words are sealed under: `id` is the holder that the vault knows."""

    id = models.UUIDField(primary_key=True)
    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.OneToOneField(Organisation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account=None, place__isnull=False)
                | models.Q(account__isnull=False, place=None),
                name="officers_folder_of_one",
            )
        ]


class Activity(models.Model):
    """What somebody did at a place, on a day, in one of the pack's kinds. `agency`: for whom, if police."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    role = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    minutes = models.PositiveSmallIntegerField()
    outcomes = ArrayField(models.CharField(max_length=40), default=list)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__gte=1, minutes__lte=720), name="officers_minutes"
            )
        ]
        indexes = [
            models.Index(fields=["place", "day"], name="officers_activity_at"),
            models.Index(fields=["account", "-made_at"], name="officers_activity_of"),
            models.Index(fields=["agency", "day"], name="officers_activity_for"),
        ]


class Note(models.Model):
    """A line beside an activity, for whoever wrote it alone."""

    activity = models.OneToOneField(Activity, primary_key=True, on_delete=models.CASCADE, related_name="note")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    sealed_text = models.BinaryField()


class Certificate(models.Model):
    """A training that somebody has done, and until when it counts (None: for good)."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    training = models.CharField(max_length=40)
    done_on = models.DateField()
    expires_on = models.DateField(null=True)
    sealed_words = models.BinaryField(null=True)  # who held it, its number
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "training"], name="officers_certificate_of"),
            models.Index(fields=["expires_on"], name="officers_certificate_ends"),
        ]


class Reminder(models.Model):
    """Somebody was written to that a certificate of theirs ends, so many days before."""

    id = models.UUIDField(primary_key=True)
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "days"], name="officers_reminded_once")]


class Agreement(models.Model):
    """A version of what a place and an agency agreed; the latest of the two that is not ended counts."""

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    signed_on = models.DateField()
    review_on = models.DateField()
    holds = ArrayField(
        models.CharField(max_length=40), default=list
    )  # the pack's points that it says something about
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "agency", "version"], name="officers_agreement_once")
        ]


class ReviewReminder(models.Model):
    """An administrator of the place was written to that an agreement's review comes, or has come, so many days before."""

    id = models.UUIDField(primary_key=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "account", "days"], name="officers_review_reminded_once"
            )
        ]


class Paper(models.Model):
    """The file of a certificate or of an agreement, sealed."""

    id = models.UUIDField(primary_key=True)
    certificate = models.OneToOneField(Certificate, null=True, on_delete=models.CASCADE, related_name="paper")
    agreement = models.OneToOneField(Agreement, null=True, on_delete=models.CASCADE, related_name="paper")
    media = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(certificate=None, agreement__isnull=False)
                | models.Q(certificate__isnull=False, agreement=None),
                name="officers_paper_of_one",
            )
        ]
