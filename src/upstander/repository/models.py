"""What the repository finds, a table for each level, and the searches that members keep.

The rooms' own tables are the truth. What is found lies in three copies, written by triggers in the transaction of what they copy
(migration 0002): what readers of open source find, of FOUO, of LES. A level may read its own table and no other, so the wall is
the table's own right, and an index may be used for every condition (docs/decisions/0130-one-search.md).
"""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from upstander.markings import Level
from upstander.network.models import Member

CODE = 40


class Kind(models.TextChoices):
    """What something is, by the room whose it is."""

    PRODUCT = "product", "Product"
    ITEM = "item", "Item of another program"
    STATE = "state", "Bulletin of another state"
    INCIDENT = "incident", "Past incident"
    THREAD = "thread", "Discussion"
    CONCERN = "concern", "Concern"
    EVENT = "event", "Event"
    MATERIAL = "material", "Material of an event"


class Entry(models.Model):
    """Something that readers of one level find, as they read it. Written by triggers alone.

    It is there from `listed_at` until `until_at`; `at` is what it is about, or when it was published, and by it time is narrowed.
    `level`: the highest of what it says, which may be below that of its readers; by it a mail may name it, or may not.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.UUIDField()  # whose page shows it
    sub = models.CharField(max_length=CODE, blank=True)  # a code of its room: which kind of product, which programme
    title = models.TextField()
    body = models.TextField()
    banner = models.TextField(blank=True)  # where its room has one; else its level's words
    level = models.SmallIntegerField()
    topics = ArrayField(models.CharField(max_length=CODE), default=list)
    regions = ArrayField(models.BigIntegerField(), default=list)  # none: statewide
    at = models.DateTimeField()
    listed_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    search = SearchVectorField(null=True)

    class Meta:
        abstract = True


class Open(Entry):
    """What readers of open source find."""

    class Meta:
        db_table = "repository_open"
        indexes = [
            GinIndex(fields=["search"], name="repository_open_search", fastupdate=False),
            GinIndex(fields=["topics"], name="repository_open_topics", fastupdate=False),
            models.Index(fields=["-listed_at"], name="repository_open_newest"),
            models.Index(fields=["kind", "about"], name="repository_open_about"),
        ]


class Fouo(Entry):
    """What readers of FOUO find."""

    class Meta:
        db_table = "repository_fouo"
        indexes = [
            GinIndex(fields=["search"], name="repository_fouo_search", fastupdate=False),
            GinIndex(fields=["topics"], name="repository_fouo_topics", fastupdate=False),
            models.Index(fields=["-listed_at"], name="repository_fouo_newest"),
            models.Index(fields=["kind", "about"], name="repository_fouo_about"),
        ]


class Les(Entry):
    """What readers of LES find."""

    class Meta:
        db_table = "repository_les"
        indexes = [
            GinIndex(fields=["search"], name="repository_les_search", fastupdate=False),
            GinIndex(fields=["topics"], name="repository_les_topics", fastupdate=False),
            models.Index(fields=["-listed_at"], name="repository_les_newest"),
            models.Index(fields=["kind", "about"], name="repository_les_about"),
        ]


class OpenWord(models.Model):
    """A word of what readers of open source find: by these a mistyped one is understood."""

    word = models.CharField(max_length=30, primary_key=True)

    class Meta:
        db_table = "repository_word_open"
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="repository_word_open_alike", fastupdate=False)]


class FouoWord(models.Model):
    """A word of what readers of FOUO find."""

    word = models.CharField(max_length=30, primary_key=True)

    class Meta:
        db_table = "repository_word_fouo"
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="repository_word_fouo_alike", fastupdate=False)]


class LesWord(models.Model):
    """A word of what readers of LES find."""

    word = models.CharField(max_length=30, primary_key=True)

    class Meta:
        db_table = "repository_word_les"
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="repository_word_les_alike", fastupdate=False)]


ENTRIES: Final[dict[Level, type[Entry]]] = {Level.OPEN: Open, Level.FOUO: Fouo, Level.LES: Les}


class Kept(models.Model):
    """A search that a member keeps, and how they are told of what is new. Its words and name are sealed: what somebody looks for
    is nobody's business, the staff's neither. The network's process opens them for the member, the relay when it looks."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        DAILY = "daily", "Once a day"
        WEEKLY = "weekly", "Once a week"
        NEVER = "never", "Not at all"

    id = models.UUIDField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    sealed_words = models.BinaryField()
    kinds = ArrayField(models.CharField(max_length=8), default=list)  # codes of `finding.GROUPS`; none: all
    topic = models.CharField(max_length=CODE, blank=True, default="")
    region = models.BigIntegerField(null=True)
    how = models.CharField(max_length=8, choices=How.choices)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # up to when the worker has looked
    next_at = models.DateTimeField(null=True)  # when it looks again
    opened_at = models.DateTimeField()  # what came since is new to the member
    ended_at = models.DateTimeField(null=True)  # its words are gone then

    class Meta:
        indexes = [
            models.Index(fields=["member"], condition=models.Q(ended_at=None), name="repository_kept_member"),
            models.Index(fields=["next_at"], condition=models.Q(ended_at=None), name="repository_kept_due"),
        ]


class Alert(models.Model):
    """That something may be new for a kept search: the relay looks, behind the wall of its member's level, and writes, or does
    not."""

    id = models.UUIDField(primary_key=True)
    kept = models.ForeignKey(Kept, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
