"""Sealing and opening what end-users and the desk write on a referral: under the referral's key, each in its place."""

from uuid import UUID

from upstander.response.models import Entry, Outcome
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, open_text, place, seal

GONE = ""  # an expunged referral keeps its rows; their words are gone


def _seal(referral_id: UUID, column: str, row: UUID, text: str, audience: str) -> bytes:
    return seal(vault.content_key(referral_id, audience), text, place(column, referral_id, row))


def _open(referral_id: UUID, column: str, row: UUID, sealed: bytes | memoryview | None, audience: str) -> str:
    if sealed is None:
        return ""
    try:
        return open_text(
            vault.content_key(referral_id, audience), bytes(sealed), place(column, referral_id, row)
        )
    except CannotOpen:
        return GONE


def seal_entry(referral_id: UUID, entry_id: UUID, text: str, audience: str) -> bytes:
    """`text` of an entry, as `audience` ("school" or "desk") holds the key."""
    return _seal(referral_id, "response_entry.sealed_text", entry_id, text, audience)


def entry(found: Entry, audience: str) -> str:
    """What an entry says; empty where it says nothing or the referral was expunged."""
    return _open(found.referral_id, "response_entry.sealed_text", found.id, found.sealed_text, audience)


def seal_outcome(referral_id: UUID, outcome_id: UUID, text: str, audience: str) -> bytes | None:
    """The words of an outcome; None for none."""
    if not text:
        return None
    return _seal(referral_id, "response_outcome.sealed_words", outcome_id, text, audience)


def outcome(found: Outcome, audience: str) -> str:
    """What an outcome says in words."""
    return _open(found.referral_id, "response_outcome.sealed_words", found.id, found.sealed_words, audience)
