"""Wrapped keys, search tokens and sealed addresses, each in a table of its own (decisions 2)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class WrappedKey(models.Model):
    """The key of one holder (a tip or a referral), wrapped for one audience. Deleting all rows of a holder expunges it."""

    pk = models.CompositePrimaryKey("holder", "audience")
    holder = models.UUIDField()
    audience = models.CharField(max_length=12)  # desk, receipt, school, relay
    key_version = models.IntegerField()
    wrapped = models.BinaryField()

    class Meta:
        db_table = "vault_wrapped_key"


class SearchTokens(models.Model):
    """The keyed hashes of a tip's words, in one epoch of the token key."""

    holder = models.UUIDField(primary_key=True)
    epoch = models.SmallIntegerField()
    tokens = ArrayField(models.BigIntegerField())
    place_id = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "vault_search_tokens"
        indexes = [
            GinIndex(fields=["tokens"], name="vault_tokens_gin", fastupdate=False),
            models.Index(fields=["place_id", "-received_at"], name="vault_tokens_place"),
        ]


class ReporterAddress(models.Model):
    """How a reporter may be reached: sealed once to the relay, once to the custodians; nobody at the desk can open it."""

    holder = models.UUIDField(primary_key=True)
    kinds = ArrayField(
        models.CharField(max_length=8)
    )  # email, phone, name: which are there, never what they are
    relay_version = models.IntegerField()
    sealed_relay = models.BinaryField(null=True)  # removed some days after the dialogue closes
    custodian_version = models.IntegerField()
    sealed_custodian = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vault_reporter_address"
