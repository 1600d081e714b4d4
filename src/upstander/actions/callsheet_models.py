"""Which call sheet was written last: by it the desk sees that none is (decisions 14)."""

from django.db import models
from django.db.models import Q


class CallSheet(models.Model):
    """The last sheet that lies whole on its disk: of which moment it is, when it was written, how many Criticals stand on it."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    read_at = models.DateTimeField()
    written_at = models.DateTimeField()
    criticals = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="actions_callsheet_one")]
