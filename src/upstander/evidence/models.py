"""What is attached to tips: sealed in chunks, its custody, and the one way out (D-IV.A.2.c.5, docs/decisions/0077).

What must hold whatever the code does stands in the triggers and policies of migration 0002.
"""

from django.db import models

from upstander.ops.cutter import CHUNK as CHUNK


class Upload(models.Model):
    """A file that is arriving, or has arrived and belongs to no tip yet. `size` is what room it may take."""

    id = models.UUIDField(primary_key=True)
    begun_at = models.DateTimeField()
    size = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["begun_at"], name="evidence_upload_begun")]


class Chunk(models.Model):
    """A piece of a file, sealed under the file's key. `mark`: keyed, by which the same piece sent again is known."""

    pk = models.CompositePrimaryKey("file_id", "n")
    file_id = models.UUIDField()
    n = models.IntegerField()
    size = models.IntegerField()
    kind = models.CharField(max_length=8, blank=True, default="")  # by the first bytes; of chunk 0 only
    mark = models.BinaryField(max_length=16)
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(n__gte=0, size__gt=0, size__lte=CHUNK), name="evidence_chunk_bounds"
            ),
        ]


class File(models.Model):
    """An attachment of a tip. The reporter's name for it and its content open with the file's key only."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", "In quarantine"
        SEALED = "sealed", "Sealed as evidence"
        DESTROYED = "destroyed", "Destroyed"

    class Ground(models.TextChoices):
        """Why it was sealed."""

        SUSPECTED = "suspected", "Suspected: sexual image of a child"
        REPORTER = "reporter", "The reporter said: a sexual image of somebody under 18"
        LISTED = "listed", "Matches a list of an agency"
        EVIDENCE = "evidence", "Evidence for the police"

    id = models.UUIDField(primary_key=True)
    tip_id = models.UUIDField(db_index=True)
    tip_number = models.CharField(max_length=16)
    message_id = models.UUIDField(
        null=True
    )  # the word of the dialogue with which it came; None: the report's own
    received_at = models.DateTimeField()
    kind = models.CharField(max_length=8)
    size = models.BigIntegerField()
    chunks = models.IntegerField()
    sealed_name = models.BinaryField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUARANTINED)
    ground = models.CharField(max_length=12, blank=True, default="", choices=Ground.choices)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.BigIntegerField(null=True)  # an account; None: no person did
    keep_until = models.DateTimeField(null=True)  # the preservation clock
    sealed_hashes = models.BinaryField(null=True)  # to the desk's key, apart from the file's
    hash_version = models.IntegerField(null=True)
    lists_seen = models.BigIntegerField(default=0)  # up to which list it was compared
    matched_list = models.BigIntegerField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "sealed_at"], name="evidence_file_state"),
            models.Index(
                fields=["id"],
                condition=models.Q(sealed_hashes=None) & ~models.Q(state="destroyed"),
                name="evidence_file_unhashed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="quarantined", sealed_at=None, ground="")
                | (~models.Q(state="quarantined") & models.Q(sealed_at__isnull=False) & ~models.Q(ground="")),
                name="evidence_file_sealed_whole",
            ),
        ]


class FileKey(models.Model):
    """The key of a file, wrapped for `desk` (while it is in quarantine) and for `evidence` (until it is destroyed)."""

    pk = models.CompositePrimaryKey("file_id", "audience")
    file_id = models.UUIDField()
    audience = models.CharField(max_length=12)
    key_version = models.IntegerField()
    wrapped = models.BinaryField()

    class Meta:
        db_table = "evidence_file_key"


class CustodyEvent(models.Model):
    """A link of the chain of custody: added, never changed. `detail`: codes and numbers; words are sealed to the desk."""

    id = models.UUIDField(primary_key=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField()
    act = models.CharField(max_length=24)
    actor = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)
    sealed_words = models.BinaryField(null=True)
    words_version = models.IntegerField(null=True)

    class Meta:
        db_table = "evidence_custody_event"
        indexes = [models.Index(fields=["file", "at"], name="evidence_custody_file")]


class HandOver(models.Model):
    """An order to hand a sealed file to an agency, encrypted, and what came of it.

    `recipient` is the agency's age public key, or empty for a passphrase, which waits sealed to the custody process until the
    package is made. Agency, officer and reference are sealed to the desk.
    """

    id = models.UUIDField(primary_key=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="hand_overs")
    receipt = models.CharField(max_length=16, unique=True)  # the number of this hand-over, for both sides
    ordered_at = models.DateTimeField()
    ordered_by = models.BigIntegerField()
    recipient = models.CharField(max_length=2200, blank=True, default="")
    sealed_passphrase = models.BinaryField(null=True)
    passphrase_version = models.IntegerField(null=True)
    sealed_words = models.BinaryField()
    words_version = models.IntegerField()
    packed_at = models.DateTimeField(null=True)
    package_size = models.BigIntegerField(null=True)
    package_sha256 = models.CharField(max_length=64, blank=True, default="")
    failed = models.CharField(max_length=24, blank=True, default="")  # a code: why no package could be made
    received_at = models.DateTimeField(null=True)
    received_recorded_by = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_hand_over"


class PackagePart(models.Model):
    """A piece of what is handed over: ciphertext that the agency alone opens."""

    pk = models.CompositePrimaryKey("hand_over_id", "n")
    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="parts", db_index=False)
    n = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "evidence_package_part"


class Destruction(models.Model):
    """Law enforcement's request to destroy a sealed file: asked by one custodian, confirmed (or refused) by another."""

    id = models.UUIDField(primary_key=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="destructions")
    certificate = models.CharField(max_length=16, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField()
    sealed_words = models.BinaryField()  # agency, officer, reference
    words_version = models.IntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    confirmed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="evidence_destruction_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, confirmed=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False, confirmed__isnull=False),
                name="evidence_destruction_whole",
            ),
            models.UniqueConstraint(
                fields=["file"], condition=models.Q(decided_at=None), name="evidence_destruction_one_open"
            ),
        ]


class HashList(models.Model):
    """Hashes of known images that an agency has supplied."""

    agency = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    imported_at = models.DateTimeField()
    threshold = models.SmallIntegerField()  # bits in which two PDQ hashes may differ
    entries = models.BigIntegerField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "evidence_hash_list"


class HashPart(models.Model):
    """Some thousand hashes of one kind (sha256, md5, pdq), one behind the other, sealed to the desk's key."""

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=6)
    key_version = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "evidence_hash_part"
