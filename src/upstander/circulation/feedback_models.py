"""What readers say of a product by three presses (S-measure)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from upstander.network.models import Member
from upstander.products.models import LEVELS, Product


class Worth(models.TextChoices):
    """Whether it was relevant, or in time; of products and of events."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Use(models.TextChoices):
    """What somebody did with it."""

    AWARE = "aware", _("I know more now")
    PLAN = "plan", _("I changed a plan")
    SHARED = "shared", _("I passed it on")
    ACTED = "acted", _("I took action")
    NOTHING = "nothing", _("Nothing yet")


class Feedback(models.Model):
    """One member's presses on one product; a later press replaces. What the figures need of who pressed is kept beside them, so
    that the staff can count without being able to ask whose they are: their login may not read `member_id`."""

    Worth, Use = Worth, Use

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="feedback")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    level = models.SmallIntegerField(choices=LEVELS)  # at which they read it
    discipline = models.CharField(max_length=32)
    regions = ArrayField(models.BigIntegerField(), default=list)
    relevant = models.CharField(max_length=8, choices=Worth.choices, blank=True, default="")
    timely = models.CharField(max_length=8, choices=Worth.choices, blank=True, default="")
    use = models.CharField(max_length=8, choices=Use.choices, blank=True, default="")
    at = models.DateTimeField()  # of the last press

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "member"], name="circulation_feedback_once")]
        indexes = [models.Index(fields=["at"], name="circulation_feedback_at")]
