"""Sealing and opening what end-users and the desk write on a referral: under the referral's key, each in its place."""

from uuid import UUID

from upstander.response.models import Entry, Outcome
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place, seal

GONE = ""  # an expunged referral keeps its rows; their words are gone


def _seal(referral_id: UUID, column: str, row: UUID, text: str, audience: str) -> bytes:
    return seal(vault.content_key(referral_id, audience), text, place(column, referral_id, row))


Keys = dict[UUID, bytes]  # the content keys of referrals, fetched at once where many entries are opened


def _open(
    referral_id: UUID,
    column: str,
    row: UUID,
    sealed: bytes | memoryview | None,
    audience: str,
    keys: Keys | None,
) -> str:
    if sealed is None:
        return ""
    known = vault.content_keys([referral_id], audience) if keys is None else keys
    if referral_id not in known:
        return GONE
    try:
        return open_text(known[referral_id], bytes(sealed), place(column, referral_id, row))
    except CannotOpen:
        return GONE


def seal_entry(referral_id: UUID, entry_id: UUID, text: str, audience: str) -> bytes:
    """`text` of an entry, as `audience` ("school" or "desk") holds the key."""
    return _seal(referral_id, "response_entry.sealed_text", entry_id, text, audience)


def entry(found: Entry, audience: str, keys: Keys | None = None) -> str:
    """What an entry says; empty where it says nothing or the referral was expunged."""
    return _open(found.referral_id, "response_entry.sealed_text", found.id, found.sealed_text, audience, keys)


def seal_outcome(referral_id: UUID, outcome_id: UUID, text: str, audience: str) -> bytes | None:
    """The words of an outcome; None for none."""
    if not text:
        return None
    return _seal(referral_id, "response_outcome.sealed_words", outcome_id, text, audience)


def outcome(found: Outcome, audience: str, keys: Keys | None = None) -> str:
    """What an outcome says in words."""
    column = "response_outcome.sealed_words"
    return _open(found.referral_id, column, found.id, found.sealed_words, audience, keys)
