"""Members of the network and what they may read (S-membership, S-levels)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation
from upstander.markings import Level
from upstander.people.models import Account


class Sector(models.TextChoices):
    K12 = "k12", "School (K-12)"
    COLLEGE = "college", "College or university"


class Member(models.Model):
    """A person who applied, signed the agreement, was vetted and approved. Name and address stand on the account.

    Whether anything reaches them now is not stored: it follows from what they signed and attested (`standing.levels`).
    """

    Sector = Sector

    class State(models.TextChoices):
        """What a person decided about a membership; what lapses by itself is no state."""

        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        REMOVED = "removed", "Removed"

    class Told(models.TextChoices):
        AT_ONCE = "at_once", "Each item at once"
        DAILY = "daily", "Once a day, together"
        WEEKLY = "weekly", "Once a week, together"

    id = models.UUIDField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="member")
    discipline = models.CharField(max_length=32)  # a code of the pack
    sworn = models.BooleanField(default=False, db_default=False)  # as the pack said of the discipline when they were approved
    sector = models.CharField(max_length=8, choices=Sector.choices)
    position = models.CharField(max_length=120, blank=True, default="", db_default="")
    telephone = models.CharField(max_length=40, blank=True, default="", db_default="")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    organisation_name = models.CharField(max_length=200, blank=True, default="", db_default="")  # where the directory has none
    regions = ArrayField(models.BigIntegerField(), default=list)  # ids of the regional offices (ROE): where they work (S-geo)
    wishes = ArrayField(models.CharField(max_length=16), default=list)  # consumer, collaborator, contributor (S-roles)
    topics = ArrayField(models.CharField(max_length=40), default=list)  # codes of the pack that they chose; none: all
    told = models.CharField(max_length=8, choices=Told.choices, default=Told.AT_ONCE, db_default=Told.AT_ONCE)
    language = models.CharField(max_length=8, default="en", db_default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)  # when they said that they leave

    class Meta:
        indexes = [models.Index(fields=["state", "discipline"], name="network_member_state")]

    @property
    def works_at(self) -> str:
        """The organisation's name, of the directory or as it was typed."""
        return self.organisation.name if self.organisation else self.organisation_name


class Entitlement(models.Model):
    """That a member may read up to a level, from one moment to another. Ended, never removed (S-levels).

    The database refuses LES for whoever is not sworn, or whose agency was not asked (migration 0004).
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="entitlements")
    level = models.SmallIntegerField(choices=[(level.value, level.name) for level in Level])
    granted_by = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "level"], name="network_entitlement_member")]


from upstander.network.application_models import AgencyCheck as AgencyCheck  # noqa: E402
from upstander.network.application_models import Application as Application  # noqa: E402
from upstander.network.application_models import Inquiry as Inquiry  # noqa: E402
from upstander.network.application_models import Tick as Tick  # noqa: E402
from upstander.network.file_models import FileChunk as FileChunk  # noqa: E402
from upstander.network.file_models import StoredFile as StoredFile  # noqa: E402
from upstander.network.file_models import Upload as Upload  # noqa: E402
from upstander.network.file_models import UploadChunk as UploadChunk  # noqa: E402
from upstander.network.keeping_models import Agreement as Agreement  # noqa: E402
from upstander.network.keeping_models import Asking as Asking  # noqa: E402
from upstander.network.keeping_models import Attestation as Attestation  # noqa: E402
from upstander.network.keeping_models import Bounce as Bounce  # noqa: E402
from upstander.network.keeping_models import Change as Change  # noqa: E402
from upstander.network.keeping_models import Decision as Decision  # noqa: E402
from upstander.network.keeping_models import Roll as Roll  # noqa: E402
from upstander.network.keeping_models import Signature as Signature  # noqa: E402
