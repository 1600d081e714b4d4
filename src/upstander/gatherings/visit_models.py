"""Site visits of the School Intelligence Officer: planned by who has nobody, written down on a phone (S-sio). Staff alone read
them."""

from django.db import models

from upstander.directory.models import Organisation


class Visit(models.Model):
    """A visit to a school, college, district or regional office: planned, made, or dropped."""

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    planned_for = models.DateField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    visited_on = models.DateField(null=True)
    dropped_at = models.DateTimeField(null=True)
    findings = models.TextField(max_length=5000, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-visited_on"], name="gatherings_visit_place"),
            models.Index(
                fields=["planned_for"],
                condition=models.Q(visited_on=None, dropped_at=None),
                name="gatherings_visit_open",
            ),
        ]


class Step(models.Model):
    """What was agreed: who does what until when."""

    id = models.UUIDField(
        primary_key=True
    )  # of the form that was shown: however often it is pressed, it is one step
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=120)
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)
