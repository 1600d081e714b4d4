"""The record of who saw what and did what: free rows with a MAC each, sealed into a chain every second (decisions 18)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now


class Entry(models.Model):
    """One view or act. It holds codes and ids, never a word that a person wrote."""

    at = models.DateTimeField(db_default=Now())  # the database's own clock: audit is not for moving
    process = models.CharField(max_length=12)
    actor = models.CharField(max_length=64)  # account:<id>, reporter, system:<process>, contact:<id>
    act = models.CharField(max_length=48)
    object_kind = models.CharField(max_length=24)
    object_id = models.CharField(max_length=64)
    detail = models.JSONField(default=dict)
    nonce = models.BinaryField(max_length=16)
    mac = models.BinaryField(max_length=32)
    xid = models.BigIntegerField(db_default=RawSQL("(pg_current_xact_id()::text)::bigint", ()))
    cluster = models.BigIntegerField(db_default=RawSQL("audit_cluster()", ()))

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="audit_entry_object"),
            models.Index(fields=["cluster", "xid", "id"], name="audit_entry_order"),  # the order of sealing
            BrinIndex(
                fields=["at"], name="audit_entry_at"
            ),  # for the auditor's "since": small, and free to writers
        ]


class Seal(models.Model):
    """A batch of entries of one cluster, in the order (xid, id), its Merkle root, chained to the one before and signed.

    Every entry of `cluster` that lies before (`horizon`, `upto`) in that order was decided when this was sealed, and is sealed.
    """

    n = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    entries = ArrayField(models.BigIntegerField())
    marks = models.BinaryField(
        default=bytes
    )  # the first 8 bytes of each leaf, so that a changed row can be named
    merkle_root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    root = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    horizon = models.BigIntegerField()
    upto = models.BigIntegerField(
        default=0
    )  # above 0: a batch was full, the next one begins at entry `upto` of `horizon`
    cluster = models.BigIntegerField()

    class Meta:
        db_table = "audit_seal"
        indexes = [models.Index(fields=["cluster", "n"], name="audit_seal_cluster")]
