"""What everything has in common that somebody wrote here: who, when, and how high its wall is."""

from django.db import models

from upstander.markings import Level
from upstander.network.models import Member

LEVELS = [(level.value, level.name) for level in Level]
TITLE, LONG = 200, 20_000


class Written(models.Model):
    """A row that a member wrote as themselves, or one of the staff by their account. Added, never changed (see grants).

    Its id is that of the form that was shown: pressed twice, it is one row. The database shows it to nobody below `level`, and
    lets nobody write above their own (migration 0002).
    """

    id = models.UUIDField(primary_key=True)
    level = models.SmallIntegerField(choices=LEVELS)
    at = models.DateTimeField()
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


def by_one(name: str) -> models.CheckConstraint:
    """Either a member or one of the staff wrote it, never both and never nobody."""
    one = models.Q(member=None, staff_id__isnull=False) | models.Q(member__isnull=False, staff_id=None)
    return models.CheckConstraint(condition=one, name=name)
