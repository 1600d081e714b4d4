"""Members of the network and what they may read (S-membership, S-levels)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.directory.models import Organisation
from upstander.markings import Level
from upstander.people.models import Account


class Member(models.Model):
    """A person who applied, signed the agreement, was vetted and approved. Name and address stand on the account."""

    class Sector(models.TextChoices):
        K12 = "k12", "School (K-12)"
        COLLEGE = "college", "College or university"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"
        REMOVED = "removed", "Removed"

    id = models.UUIDField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="member")
    discipline = models.CharField(max_length=32)  # a code of the pack
    sector = models.CharField(max_length=8, choices=Sector.choices)
    position = models.CharField(max_length=120, blank=True, default="", db_default="")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    regions = ArrayField(models.BigIntegerField(), default=list)  # ids of the regional offices (ROE): where they work (S-geo)
    wishes = ArrayField(models.CharField(max_length=16), default=list)  # consumer, collaborator, contributor (S-roles)
    topics = ArrayField(models.CharField(max_length=40), default=list)  # codes of the pack that they chose; none: all
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    joined_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "discipline"], name="network_member_state")]


class Entitlement(models.Model):
    """That a member may read up to a level, from one moment to another. Ended, never removed (S-levels)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="entitlements")
    level = models.SmallIntegerField(choices=[(level.value, level.name) for level in Level])
    granted_by = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "level"], name="network_entitlement_member")]
