"""Products: their drafts, where their words come from, who looked at them, and what each level was given of them.

Drafts are the staff's. Members read renditions only: each is what one level gets of one release, written once. What must hold
whatever the code does stands in the trigger and the policies of migration 0002 (docs/decisions/0116-markings.md).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from upstander.markings import Kind, Level
from upstander.network.models import StoredFile

LEVELS = [(level.value, level.name) for level in Level]
CODE = 40  # the longest code of a pack that is kept here
TITLE = 200


class Product(models.Model):
    """Something that is, or is to be, published. How far it is follows from its versions, reviews and releases."""

    id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField()
    created_by = models.BigIntegerField()  # an account


class Source(models.Model):
    """Where words of a product come from. `originator`: the other agency whose they are; empty: our own, or public."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="sources")
    title = models.CharField(max_length=TITLE)
    originator = models.CharField(max_length=TITLE, blank=True, default="")
    reference = models.CharField(max_length=TITLE, blank=True, default="")  # a number, an address of a page
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField()


class SourceRelease(models.Model):
    """That an originator let its words go to readers of `level` and above: who said so, when, how. Withdrawn, never removed."""

    id = models.UUIDField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="releases")
    level = models.SmallIntegerField(choices=LEVELS)
    released_by = models.CharField(max_length=TITLE)  # who, at the originator
    released_on = models.DateField()
    how = models.CharField(max_length=TITLE)  # by telephone, by letter, under which agreement
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)


class Version(models.Model):
    """A draft as it was saved once. Never changed: who saves again writes the next one."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField()
    kind = models.CharField(max_length=CODE)  # a code of the pack
    topics = ArrayField(models.CharField(max_length=CODE), default=list)  # shown to everybody who gets any of it
    topics_fouo = ArrayField(models.CharField(max_length=CODE), default=list, db_default=[])  # more, from this level on
    topics_les = ArrayField(models.CharField(max_length=CODE), default=list, db_default=[])
    regions = ArrayField(models.BigIntegerField(), default=list)  # ids of regional offices (S-geo); none: statewide
    disciplines = ArrayField(models.CharField(max_length=CODE), default=list)  # none: all
    urgent = models.BooleanField(default=False)
    acknowledge = models.BooleanField(default=False)  # readers are asked to say that they have read it
    digest = models.CharField(max_length=64)  # of all that was saved

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="products_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="products_version_from_one"),
        ]


class File(models.Model):
    """A picture or document of a product. Who may read it follows from the paragraph that shows it; before that: the staff."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=TITLE)
    media = models.CharField(max_length=40)
    content = models.BinaryField(null=True)  # a picture, or a small document
    stored = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")  # else: sealed in pieces
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(content=None) ^ Q(stored=None), name="products_file_one_content"),
        ]


class Paragraph(models.Model):
    """A paragraph of one version. `level` is what its marking meant when it was saved."""

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="paragraphs")
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    text = models.TextField()
    alt = models.TextField(blank=True, default="")
    marking = models.CharField(max_length=CODE)
    level = models.SmallIntegerField(choices=LEVELS)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="products_paragraph_place"),
            models.CheckConstraint(condition=~Q(marking=""), name="products_paragraph_marked"),
            models.CheckConstraint(condition=Q(level__in=[level.value for level in Level]), name="products_paragraph_level"),
            models.CheckConstraint(
                condition=Q(kind__in=(Kind.PICTURE.value, Kind.FILE.value), file__isnull=False)
                | (~Q(kind__in=(Kind.PICTURE.value, Kind.FILE.value)) & Q(file__isnull=True)),
                name="products_paragraph_file",
            ),
        ]


class Review(models.Model):
    """What somebody said about a version: that a second person is asked for, or that second person's answer."""

    class Verdict(models.TextChoices):
        ASKED = "asked", "A second person is asked"
        AGREED = "agreed", "Agreed"
        OBJECTED = "objected", "Objected"

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    by = models.BigIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    words = models.TextField(blank=True, default="")
    findings = models.IntegerField(default=0)  # of what could identify somebody, which stood beside it


class Release(models.Model):
    """That a version goes to members, at once or at an hour. `alone`: urgent, on the SIO's name, no second person yet."""

    id = models.UUIDField(primary_key=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="releases")
    at = models.DateTimeField()
    by = models.BigIntegerField()
    goes_at = models.DateTimeField()
    alone = models.BooleanField(default=False)
    second_due_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, default="")  # of a correction: what has changed
    note_marking = models.CharField(max_length=CODE, blank=True, default="", db_default="")
    note_level = models.SmallIntegerField(choices=LEVELS, default=Level.OPEN.value)
    taken_back_at = models.DateTimeField(null=True)  # before its hour
    taken_back_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(alone=False) | Q(second_due_at__isnull=False), name="products_release_second"),
            models.UniqueConstraint(fields=["version"], condition=Q(taken_back_at=None), name="products_release_once"),
        ]


class Recall(models.Model):
    """That a product was called back: the reason for the staff, and words for everybody who has it."""

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="recalls")
    at = models.DateTimeField()
    by = models.BigIntegerField()
    reason = models.TextField()
    told = models.TextField()
    told_marking = models.CharField(max_length=CODE, blank=True, default="", db_default="")
    told_level = models.SmallIntegerField(choices=LEVELS, default=Level.OPEN.value, db_default=0)  # none above who had it


class Rendition(models.Model):
    """What readers of one level get of one release. The database compares it with the released paragraphs, and shows it to nobody
    else. A correction that changes nothing for a level writes none there."""

    class Ended(models.TextChoices):
        RECALLED = "recalled", "Recalled"
        TAKEN_BACK = "taken_back", "Taken back before its hour"
        LEFT_OUT = "left_out", "A correction leaves nothing for this level"

    id = models.UUIDField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="renditions")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="renditions")
    level = models.SmallIntegerField(choices=LEVELS)
    ordinal = models.IntegerField()  # which one of this product, at this level
    kind = models.CharField(max_length=CODE)
    title = models.TextField()
    title_portion = models.CharField(max_length=CODE, blank=True, default="")
    body = models.JSONField()  # lines: id, kind, text, alt, file, marking, portion, level
    banner = models.CharField(max_length=TITLE)
    handling = ArrayField(models.TextField(), default=list)
    topics = ArrayField(models.CharField(max_length=CODE), default=list)
    regions = ArrayField(models.BigIntegerField(), default=list)
    disciplines = ArrayField(models.CharField(max_length=CODE), default=list)
    urgent = models.BooleanField(default=False)
    acknowledge = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")  # a paragraph like the others: the banner counts it
    note_portion = models.CharField(max_length=CODE, blank=True, default="", db_default="")
    published_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, choices=Ended.choices, blank=True, default="")
    ended_words = models.TextField(blank=True, default="")
    ended_marking = models.CharField(max_length=CODE, blank=True, default="", db_default="")  # of these words
    search = SearchVectorField(null=True)  # made by the trigger, of title and body

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "level"], name="products_rendition_once"),
            models.CheckConstraint(condition=Q(level__in=[level.value for level in Level]), name="products_rendition_level"),
        ]
        indexes = [
            models.Index(fields=["level", "-published_at"], name="products_rendition_newest"),
            models.Index(fields=["product", "level", "-ordinal"], name="products_rendition_of"),
            GinIndex(fields=["search"], name="products_rendition_words"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="products_rendition_alike"),
        ]


class Word(models.Model):
    """A word that stands in some rendition of a level: by these a mistyped one is understood. Read by functions only."""

    level = models.SmallIntegerField(choices=LEVELS)
    word = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "word"], name="products_word_once")]
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="products_word_alike")]
