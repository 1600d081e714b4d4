"""What is asked of an applicant, and what was looked at before they became a member (S-membership)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation


class Linked(models.Model):
    """A row that a mailed link opens: of the token stands here a digest, and the token itself sealed to the relay."""

    id = models.UUIDField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    sealed_token = models.BinaryField()
    key_version = models.IntegerField()
    link_until = models.DateTimeField()

    class Meta:
        abstract = True


class Application(Linked):
    """Somebody asks to be a member. The id is that of the form: pressed twice it is one application."""

    class State(models.TextChoices):
        NEW = "new", "Address not confirmed"
        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    made_at = models.DateTimeField()
    counted_with = models.CharField(max_length=254, default="", db_default="")  # see `applying.crowded`
    language = models.CharField(max_length=8, default="en")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    telephone = models.CharField(max_length=40)
    position = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    organisation_name = models.CharField(max_length=200)  # as it was typed
    sector = models.CharField(max_length=8)
    discipline = models.CharField(max_length=32)
    agency = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")  # of the sworn
    agency_name = models.CharField(max_length=200, blank=True, default="")
    regions = ArrayField(models.BigIntegerField(), default=list)
    wishes = ArrayField(models.CharField(max_length=16), default=list)
    topics = ArrayField(models.CharField(max_length=40), default=list)
    sponsor_name = models.CharField(max_length=120)
    sponsor_email = models.EmailField()
    purpose = models.TextField()
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")  # of a refusal, as the applicant was told it
    appealed_at = models.DateTimeField(null=True)
    appeal = models.TextField(blank=True, default="")
    member = models.ForeignKey("network.Member", null=True, on_delete=models.PROTECT, related_name="applications")

    class Meta:
        indexes = [
            models.Index(fields=["state", "confirmed_at"], name="network_application_queue"),
            models.Index(fields=["email", "made_at"], name="network_application_email"),
            models.Index(
                fields=["counted_with", "made_at"], condition=models.Q(state="new"), name="network_application_new"
            ),
        ]

    @property
    def works_at(self) -> str:
        """The organisation's name, of the directory or as it was typed."""
        return self.organisation.name if self.organisation else self.organisation_name


class Inquiry(Linked):
    """Somebody is asked by mail whether they know an applicant, and answers with their name."""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor", "The sponsor"
        EMPLOYER = "employer", "The employer"
        AGENCY = "agency", "The agency of a sworn officer"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="inquiries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    found_in = models.CharField(max_length=200, blank=True, default="")  # where the address is from, if not from the applicant
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    reminded_at = models.DateTimeField(null=True)  # once, where no answer came
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True, default="")
    knows = models.BooleanField(null=True)
    holds = models.BooleanField(null=True)
    address = models.BooleanField(null=True)
    note = models.TextField(blank=True, default="")

    @property
    def vouched(self) -> bool:
        """Whether every question was answered with yes."""
        return bool(self.knows and self.holds and self.address)


class Tick(models.Model):
    """An item of the pack's checklist that somebody looked at and found in order."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="ticks")
    code = models.CharField(max_length=40)
    account_id = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="network_tick_once")]


class AgencyCheck(models.Model):
    """That an agency said its officer is sworn; without it, and a second person who saw it, there is no LES (S-levels)."""

    id = models.UUIDField(primary_key=True)
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="agency_checks")
    member = models.ForeignKey("network.Member", null=True, on_delete=models.PROTECT, related_name="agency_checks")
    discipline = models.CharField(max_length=32)
    agency = models.CharField(max_length=200)
    said_by = models.CharField(max_length=120)  # who answered at the agency
    how = models.CharField(max_length=200)  # and where they were reached
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    second_account_id = models.BigIntegerField(null=True)
    second_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(application__isnull=False) | models.Q(member__isnull=False), name="network_agency_of_whom"
            ),
            models.CheckConstraint(
                condition=models.Q(second_account_id=None) | ~models.Q(second_account_id=models.F("account_id")),
                name="network_agency_two_persons",
            ),
            models.CheckConstraint(
                condition=models.Q(second_account_id=None, second_at=None)
                | models.Q(second_account_id__isnull=False, second_at__isnull=False),
                name="network_agency_second_whole",
            ),
        ]
