"""Files that members and staff bring: sealed in pieces while they arrive, kept once somebody says what they are for.

Who may read one follows from the row of a room above that names it: that room's policies say so (docs/decisions/0139).
"""

from django.db import models
from django.db.models import Q

from upstander.ops.cutter import CHUNK


class Upload(models.Model):
    """A file that is arriving, or has arrived and belongs to nothing yet. `size` is what room it may take."""

    id = models.UUIDField(primary_key=True)
    begun_at = models.DateTimeField()
    size = models.BigIntegerField()
    by = models.BigIntegerField(null=True)  # the account that brings it: each has so many; None: the house itself

    class Meta:
        indexes = [
            models.Index(fields=["begun_at"], name="network_upload_begun"),
            models.Index(fields=["by"], name="network_upload_by"),
        ]


class StoredFile(models.Model):
    """A file that belongs to something. Its pieces open with its key, which opens in the network's process alone."""

    id = models.UUIDField(primary_key=True)
    media = models.CharField(max_length=40)
    size = models.BigIntegerField()
    chunks = models.IntegerField()
    sealed_key = models.BinaryField()
    at = models.DateTimeField()
    kept_by = models.UUIDField(null=True)  # the member whose request took it over: they alone may say what it belongs to


class UploadChunk(models.Model):
    """A piece of what arrives, sealed under the file's key. `mark`: keyed, by which the same piece sent again is known."""

    pk = models.CompositePrimaryKey("file_id", "n")
    file_id = models.UUIDField()
    n = models.IntegerField()
    size = models.IntegerField()
    mark = models.BinaryField(max_length=16)
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(n__gte=0, size__gt=0, size__lte=CHUNK), name="network_uploadchunk_bounds"),
        ]


class FileChunk(models.Model):
    """The same of a file that belongs to something: the database shows it to whoever sees what it belongs to."""

    pk = models.CompositePrimaryKey("file_id", "n")
    file_id = models.UUIDField()
    n = models.IntegerField()
    body = models.BinaryField()
