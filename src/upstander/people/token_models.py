"""What the machine of an agency shows to say who it is (docs/decisions/0110)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation


class AgencyToken(models.Model):
    """A bearer token of one organisation, kept as its SHA-256: it was shown once, and is known to nobody here.

    `ends` are its last characters, by which people tell tokens apart. `minute` and `in_minute`: how often it was used in the
    minute that began then. `refused_at`: when it was last shown after its end, to the hour.
    """

    class As(models.TextChoices):
        """As what it passes reports on (`Submitted.kind`)."""

        AGENCY = "agency", "An agency"
        PARTNER = "partner", "A partner line"

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=As.choices)
    digest = models.BinaryField(max_length=32, unique=True)
    ends = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=24))
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True, default="")
    last_used_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    in_minute = models.IntegerField(default=0)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_agency_token"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="people_agency_token_ends_after"
            )
        ]
