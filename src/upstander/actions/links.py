"""The personal link in a notice's mail: one notice, one person, a time (decisions 10).

The token is the notice's id and a MAC over it under the secret `link`, which only the relay (which writes links) and the school
origin (which reads them) hold. A token that was altered finds nothing, like one that never was.
"""

import base64
import binascii
import hmac
from uuid import UUID

from upstander import clock
from upstander.actions import exclusion
from upstander.actions.models import Notice
from upstander.config import config
from upstander.vault.keys import keyring

_MAC_BYTES = 14  # 112 bits; with the id 30 bytes, 48 characters


def _mac(notice_id: UUID) -> bytes:
    return keyring().mac("link", b"notice/1", notice_id.bytes)[:_MAC_BYTES]


def token_for(notice_id: UUID) -> str:
    """The link token of a notice: 48 characters that survive mail programs."""
    return base64.b32encode(notice_id.bytes + _mac(notice_id)).decode().rstrip("=").lower()


def url_for(notice_id: UUID) -> str:
    """The address of the confirmation page of a notice, on the school origin."""
    return f"{config().origin('school')}/c/{token_for(notice_id)}/"


def notice_for(token: str) -> Notice | None:
    """The notice that `token` names, with its referral and contact; None where it is forged, unknown, or its time is over, and
    where its person is left out of the tip by now."""
    try:
        raw = base64.b32decode(token.upper().encode("ascii", "replace"))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _MAC_BYTES or not hmac.compare_digest(raw[16:], _mac(UUID(bytes=raw[:16]))):
        return None
    live = Notice.objects.select_related("referral", "referral__place", "contact", "contact__organisation")
    live = live.prefetch_related("contact__points")
    found = live.filter(pk=UUID(bytes=raw[:16]), link_until__gt=clock.now()).first()
    return None if found is None or exclusion.bars(found) else found
