"""Incidents at schools and campuses, from outside the tip line: what happened, where, how one knows, and what it teaches.

An incident is what its latest version says. A version is written once; what was wrong is corrected by another one. Each
paragraph and each source has a marking of its own, and so do the facts: of all of it the database shows what a reader may see
(migration 0002).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from upstander.directory.models import Organisation
from upstander.markings import Level
from upstander.products.models import Product

LEVELS = [(level.value, level.name) for level in Level]


class Incident(models.Model):
    """An entry of the register. `number` is what people and products cite: 2026-17."""

    id = models.UUIDField(
        primary_key=True
    )  # of the form that was shown: however often it is pressed, it is one
    number = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_why = models.TextField(blank=True, default="", db_default="")


class Version(models.Model):
    """What was held true from one correction to the next. The facts are read at `level`, which follows from their marking."""

    id = models.UUIDField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    why = models.CharField(max_length=300, blank=True, default="")
    replaced_at = models.DateTimeField(null=True)
    contributor = models.UUIDField(null=True)  # the member who proposed it

    marking = models.CharField(max_length=24)
    level = models.SmallIntegerField(choices=LEVELS)
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=16)
    sector = models.CharField(max_length=12)
    settings = ArrayField(models.CharField(max_length=16), default=list)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(null=True)
    day = models.PositiveSmallIntegerField(null=True)
    begins_on = (
        models.DateField()
    )  # the first day that it may have been: by it incidents are sorted and filtered
    place = models.CharField(max_length=160, blank=True, default="")
    state = models.CharField(max_length=2)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True)
    weapon = models.CharField(max_length=12, blank=True, default="")  # empty: not known
    outcome = models.CharField(max_length=12)
    killed = models.PositiveSmallIntegerField(null=True)
    injured = models.PositiveSmallIntegerField(null=True)
    signs = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="register_version_number"),
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(replaced_at=None), name="register_version_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__isnull=False, longitude__isnull=False),
                name="register_version_a_point_or_none",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-begins_on", "id"],
                condition=models.Q(replaced_at=None),
                name="register_version_newest",
            )
        ]


class Paragraph(models.Model):
    """A paragraph with its marking. `level`: who may read it, never below the facts that it belongs to."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="paragraphs")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=12)
    text = models.TextField()
    marking = models.CharField(max_length=24)
    level = models.SmallIntegerField(choices=LEVELS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="register_paragraph_place")
        ]


class Source(models.Model):
    """How one knows: a citation, where it stands, whose it is, and when it was seen."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="sources")
    position = models.PositiveSmallIntegerField()
    citation = models.CharField(max_length=400)
    address = models.CharField(max_length=500, blank=True, default="")
    originator = models.CharField(max_length=160, blank=True, default="")
    seen_on = models.DateField()
    marking = models.CharField(max_length=24)
    level = models.SmallIntegerField(choices=LEVELS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="register_source_place")]


class Words(models.Model):
    """What readers of one level find a version by: all that they may read of it, and nothing else; and what they know of its
    corrections."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="words")
    level = models.SmallIntegerField(choices=LEVELS)
    text = models.TextField()
    search = SearchVectorField(null=True)  # by a trigger
    # How often what this level reads was changed, when last, and why, where nothing changed that it does not read.
    number = models.PositiveSmallIntegerField(default=1, db_default=1)
    since = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "level"], name="register_words_once")]
        indexes = [
            GinIndex(fields=["search"], name="register_words_search"),
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="register_words_alike"),
        ]


class Proposal(models.Model):
    """What a member tells of an incident; the School Intelligence Officer enters it, or says why not."""

    id = models.UUIDField(primary_key=True)  # of the form
    member_id = models.UUIDField()
    account_id = models.BigIntegerField()
    at = models.DateTimeField()
    said = models.JSONField()  # the form as it was filled in
    title = models.CharField(max_length=160)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=1000, blank=True, default="", db_default="")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="proposals")

    class Meta:
        indexes = [models.Index(fields=["decided_at", "at"], name="register_proposal_waiting")]


class Citation(models.Model):
    """That a product names an entry. `level`: who may know of it; the database shows it to who may read both (migration 0003)."""

    id = models.UUIDField(primary_key=True)  # of the form
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="citations")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    marking = models.CharField(max_length=24)
    level = models.SmallIntegerField(choices=LEVELS)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "product"], condition=models.Q(ended_at=None), name="register_citation_once"
            )
        ]
