"""The browsers of contacts that are told that there is news, where they asked for it (decision 113)."""

from django.db import models


class Device(models.Model):
    """One browser of one contact. Whoever is several contacts has a row for each, with the same `browser`. Where its pushes go is
    sealed to the relay; of it the service's host is shown.
    """

    id = models.UUIDField(primary_key=True)
    browser = models.UUIDField(db_index=True)
    contact = models.ForeignKey("directory.Contact", on_delete=models.CASCADE, related_name="devices")
    account_id = models.BigIntegerField(db_index=True)  # accounts stand on a floor above
    host = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # since when its pushes go where they go now
    key_version = models.IntegerField()
    sealed_relay = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["browser", "contact"], name="directory_device_once")]
