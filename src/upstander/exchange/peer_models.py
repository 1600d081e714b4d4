"""Other states: peers, what was exchanged with them, and what was agreed at the forum (S-states)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from upstander.markings import Level

LEVELS = [(level.value, level.name) for level in Level]
STAFF = 9  # the level of what no member may read


class Peer(models.Model):
    """A state: a guest that has no programme yet, or a programme with its own entitlement, key and token."""

    class Kind(models.TextChoices):
        GUEST = "guest", "Guest: no program yet"
        PROGRAMME = "programme", "Program"

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    person = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    level = models.SmallIntegerField(choices=LEVELS, default=0)  # up to which it is sent, and may send
    public_key = models.BinaryField(null=True)
    fingerprint = models.CharField(max_length=64, null=True, unique=True)
    compared_by = models.CharField(max_length=64, blank=True)  # who compared the fingerprint by telephone
    compared_at = models.DateTimeField(null=True)
    token_digest = models.BinaryField(null=True, unique=True)
    token_ends = models.CharField(max_length=4, blank=True)
    token_made_at = models.DateTimeField(null=True)
    token_used_at = models.DateTimeField(null=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Shared(models.Model):
    """One STIX object as one level gets it: what the TAXII collection holds and packages are made of.
    Never changed; a recall removes the versions before it."""

    id = models.BigAutoField(primary_key=True)
    level = models.SmallIntegerField(choices=LEVELS)
    stix_id = models.CharField(max_length=100)
    stix_type = models.CharField(max_length=40)
    version = models.DateTimeField()  # `modified`; of a marking definition `created`
    added_at = models.DateTimeField()
    body = models.JSONField()
    product_id = models.UUIDField(null=True)  # of a report and its note
    product_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "stix_id", "version"], name="exchange_shared_once")
        ]
        indexes = [models.Index(fields=["level", "added_at", "id"], name="exchange_shared_added")]


class Received(models.Model):
    """The latest version of a peer's product, accepted here. A recall empties it, and keeps it."""

    id = models.UUIDField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="received")
    product_id = models.UUIDField()
    version = models.PositiveIntegerField()
    level = models.SmallIntegerField()  # or STAFF
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    topics = ArrayField(models.CharField(max_length=40), default=list)
    markings = ArrayField(models.CharField(max_length=60), default=list)
    state = models.CharField(max_length=10)  # published, corrected, recalled
    remark = models.TextField(blank=True)
    originator = models.CharField(max_length=200)
    published = models.DateTimeField()
    modified = models.DateTimeField()
    digest = models.CharField(max_length=64)
    accepted_at = models.DateTimeField()
    accepted_by = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["peer", "product_id"], name="exchange_received_once")]
        indexes = [models.Index(fields=["level", "-modified"], name="exchange_received_level")]


class Package(models.Model):
    """That a package was made for a peer, or came from one, and what became of it. Holds no word of it."""

    id = models.UUIDField(primary_key=True)
    peer = models.ForeignKey(
        Peer, null=True, on_delete=models.PROTECT, related_name="packages"
    )  # null: nobody's whom we know
    outward = models.BooleanField()
    product_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(null=True)
    level = models.SmallIntegerField(null=True)
    result = models.CharField(max_length=32)  # made, new, newer, again, or a refusal's code
    at = models.DateTimeField()
    account_id = models.BigIntegerField()


class Question(models.Model):
    """What a state asked at the forum, and what was answered."""

    id = models.UUIDField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    answer = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)


class Commitment(models.Model):
    """What somebody promised at the forum: with an owner and a date."""

    id = models.UUIDField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="commitments")
    what = models.TextField()
    owner = models.CharField(max_length=160)
    due = models.DateField()
    made_at = models.DateTimeField()
    result = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)


class Session(models.Model):
    """A meeting of the forum of states: when, how, about what; what was said afterwards."""

    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    where = models.CharField(max_length=300)
    agenda = models.TextField()
    notes = models.TextField(blank=True)
    peers = models.ManyToManyField(Peer, related_name="sessions")


class Staged(models.Model):
    """What somebody brought and looks at, until it is kept or a day is over: a feed's file, or a package."""

    id = models.UUIDField(primary_key=True)
    account_id = models.BigIntegerField()
    content = models.BinaryField()
    at = models.DateTimeField()


class Collection(models.Model):
    """A TAXII 2.1 collection of a peer that the worker reads. Its token is sealed to the worker: no page shows it again."""

    id = models.UUIDField(primary_key=True)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="collections")
    fingerprint = models.CharField(max_length=64)  # of the peer's key: what another programme made is refused
    address = models.CharField(max_length=1000)  # of the collection, without "objects/"
    sealed_token = models.BinaryField()
    key_version = models.IntegerField()
    minutes = models.PositiveIntegerField(default=60)
    paused = models.BooleanField(default=False)
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    added_after = models.CharField(max_length=40, blank=True)  # up to where it was read, as its server says it
    last_at = models.DateTimeField(null=True)
    last_code = models.CharField(max_length=32, blank=True)  # "ok", or why not (refusals.WORDS)
    last_detail = models.CharField(max_length=60, blank=True)
    last_new = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # of the last look: bulletins that were refused
    failed = models.PositiveIntegerField(default=0)  # times in a row

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="exchange_collection_next")]


class Offer(models.Model):
    """A bulletin that lay in a peer's collection: a proposal, which the staff alone see, until somebody accepts it or sets it
    aside."""

    class State(models.TextChoices):
        NEW = "new", "New"
        TAKEN = "taken", "Accepted"
        ASIDE = "aside", "Set aside"

    id = models.UUIDField(primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="offers")
    product_id = models.UUIDField()
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    bundle = models.JSONField()  # as it was read and found to be what such a programme writes
    arrived_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "product_id", "version"], name="exchange_offer_once")
        ]
        indexes = [models.Index(fields=["state", "-arrived_at"], name="exchange_offer_state")]
