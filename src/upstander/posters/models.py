"""Where a school's posters hang, and how many reports began at each in a month. No row names a tip or a moment (0133)."""

from django.db import models

from upstander.directory.models import Organisation


class Placement(models.Model):
    """A place in a school with posters, cards or stickers of one code. What it is called is a code of the pack and a number:
    nobody types anything."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    spot = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()  # of several of one kind in a school: 1, 2, ...
    code = models.CharField(max_length=8, unique=True)
    made_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    ended_at = models.DateTimeField(
        null=True
    )  # its posters still lead to the form; they are no longer counted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "spot", "number"], name="posters_placement_once")
        ]


class Count(models.Model):
    """How many reports began at a placement in a month of the programme's calendar."""

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="counts")
    month = models.DateField()  # its first day
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["placement", "month"], name="posters_count_once")]
