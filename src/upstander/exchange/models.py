"""What came from other programmes and states, and what was passed on to them. Which rows a level sees: migration 0002."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from upstander.exchange.peer_models import (
    Collection,
    Commitment,
    Offer,
    Package,
    Peer,
    Question,
    Received,
    Session,
    Shared,
    Staged,
)
from upstander.markings import Level

__all__ = [
    "Collection",
    "Commitment",
    "Item",
    "Licence",
    "Offer",
    "Package",
    "Peer",
    "Question",
    "Received",
    "Session",
    "Shared",
    "Source",
    "Staged",
]
LEVELS = [(level.value, level.name) for level in Level]


def codes(length: int = 40) -> ArrayField:
    """A list of short words."""
    return ArrayField(models.CharField(max_length=length), default=list)


class Licence(models.TextChoices):
    """What a source lets others do with its words; where nobody has asked, they are another agency's."""

    UNKNOWN = "", _("Not known: ask before its words are published")
    PUBLIC = "public", _("Public domain, or a government's own work")
    NAMED = "named", _("Free where its source is named (as CC BY)")
    AGREED = "agreed", _("By an agreement, for our members only")


FREE = frozenset((Licence.PUBLIC, Licence.NAMED))
"""Under these its words may stand in a product without its originator's recorded release."""


class Source(models.Model):
    """A feed of another programme. Without an address its files are brought by hand."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=1000, blank=True)
    programme = models.CharField(max_length=40)  # a partner's code of the pack (S-mash)
    level = models.SmallIntegerField(choices=LEVELS)  # at which its items are proposed to be shared
    topics = codes()  # with which they are proposed to be tagged
    licence = models.CharField(max_length=8, choices=Licence.choices, blank=True, default="", db_default="")
    minutes = models.PositiveIntegerField(default=30)
    paused = models.BooleanField(default=False)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)  # when the worker fetches it; null: never
    last_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=32, blank=True)  # "ok", or why not (refusals.WORDS)
    last_detail = models.CharField(max_length=60, blank=True)
    last_new = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # times in a row

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="exchange_source_next")]


class Item(models.Model):
    """One alert or entry of a source, as it was sent at one time; plain text. Members see it once it is shared."""

    class State(models.TextChoices):
        NEW = "new", "New"
        SHARED = "shared", "Shared"
        ASIDE = "aside", "Set aside"

    id = models.UUIDField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items")
    said_by = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    text = models.TextField()
    sent = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    areas = codes(200)
    severity = models.CharField(max_length=10)
    categories = codes(200)
    links = codes(1000)
    exercise = models.BooleanField(default=False)
    arrived_at = models.DateTimeField()
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    cancelled_at = models.DateTimeField(null=True)  # when its own source took it back
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    level = models.SmallIntegerField(choices=LEVELS)
    topics = codes()
    programmes = codes()  # to which other programmes it matters (S-mash)
    remark = models.TextField(blank=True)  # what it means for schools, in the programme's own words
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    draft_id = models.UUIDField(null=True)  # the product that was begun with it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "said_by", "external_id", "sent"], name="exchange_item_once"
            )
        ]
        indexes = [models.Index(fields=["state", "-arrived_at"], name="exchange_item_state")]
