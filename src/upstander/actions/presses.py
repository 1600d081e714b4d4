"""One press of one shown form writes one event, however often it arrives: a double click without JavaScript, say."""

import hashlib
from uuid import UUID

import msgspec

from upstander.actions import recording
from upstander.actions.models import ActionEvent


def once(
    action_id: UUID, actor: str, press: UUID | None, result: str, detail: dict[str, str]
) -> tuple[bytes | None, ActionEvent | None]:
    """The mark of this press, to be written with its event, and the event where the same press has written it already.

    `press` was minted with the form; None where there was none, and nothing is told apart. Another result or other words under it
    are another act: somebody went back to a page that was sent. The tip is locked from here on, so that of two at once one is
    first. Raises CannotRecord where there is no such action.
    """
    recording.locked(action_id)
    if press is None:
        return None, None
    written = sorted((name, words.strip()) for name, words in detail.items() if words.strip())
    said = msgspec.json.encode([str(action_id), actor, result, written])
    mark = hashlib.sha256(press.bytes + said).digest()[:16]
    return mark, ActionEvent.objects.filter(action=action_id, press=mark).first()
