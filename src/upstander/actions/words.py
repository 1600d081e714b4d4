"""Sealing and opening the words that this room keeps, each in its place."""

from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from upstander.actions.models import ActionEvent, ConflictDecision, Judgement, Notice, Referral
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen, Sealed, open_text, place, seal


def under_tip(tip_id: UUID, column: str, row: UUID, words: str) -> bytes | None:
    """`words` sealed under the tip's key (desk only); None for no words at all."""
    return seal(vault.content_key(tip_id, "desk"), words, place(column, tip_id, row)) if words else None


def _read(
    holder: UUID, audience: str, column: str, row: UUID, sealed: Sealed | None, key: bytes | None = None
) -> str:
    if sealed is None:
        return ""
    try:
        return open_text(key or vault.content_key(holder, audience), sealed, place(column, holder, row))
    except CannotOpen:
        return ""  # expunged: the row stays, its words are gone


def reason(judgement: Judgement) -> str:
    """Why it was judged so; empty where nothing was written or the tip was expunged."""
    return _read(
        judgement.tip_id, "desk", "actions_judgement.sealed_reason", judgement.id, judgement.sealed_reason
    )


def narrative(judgement: Judgement) -> str:
    """What is to be released when a lowering is accepted."""
    column = "actions_judgement.sealed_narrative"
    return _read(judgement.tip_id, "desk", column, judgement.id, judgement.sealed_narrative)


def age(judgement: Judgement) -> int | None:
    """How old the person is whom the tip is about, in years, as it was said when it was judged; None: not known, or gone."""
    column = "actions_judgement.sealed_age"
    said = _read(judgement.tip_id, "desk", column, judgement.id, judgement.sealed_age)
    return int(said) if said else None


def decision(judgement: Judgement) -> str:
    """Why a lowering was accepted or refused."""
    return _read(
        judgement.tip_id, "desk", "actions_judgement.sealed_decision", judgement.id, judgement.sealed_decision
    )


def conflict(decision: ConflictDecision) -> str:
    """Why somebody is left out of a tip, or nobody is."""
    column = "actions_conflictdecision.sealed_reason"
    return _read(decision.tip_id, "desk", column, decision.id, decision.sealed_reason)


def detail(event: ActionEvent, tip_id: UUID) -> dict[str, str]:
    """Who answered, the dispatch number, the note: as the call-taker wrote them."""
    text = _read(tip_id, "desk", "actions_actionevent.sealed_detail", event.id, event.sealed_detail)
    return msgspec.json.decode(text, type=dict[str, str]) if text else {}


def summary(referral: Referral, audience: str, key: bytes | None = None) -> str:
    """What was released of the tip's words, as `audience` (school, relay or desk) may open it; `key`: where it is at hand."""
    column = "actions_referral.sealed_summary"
    return _read(referral.id, audience, column, referral.id, referral.sealed_summary, key)


def who_confirmed(notice: Notice, name: str, audience: str) -> str:
    """Who has a notice that is confirmed, as `audience` (school or desk) may know it; `name`: its addressee's."""
    if notice.confirmed_as == "somebody":
        return _("somebody at this number")
    return (confirmer(notice, audience) if notice.confirmed_as == "other" else "") or name


def confirmer(notice: Notice, audience: str) -> str:
    """The name that somebody other than the addressee gave when confirming."""
    return _read(
        notice.referral_id, audience, "actions_notice.sealed_confirmer", notice.id, notice.sealed_confirmer
    )
