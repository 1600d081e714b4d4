"""Opening one stored word. A word that does not open costs only itself, not the dialogue around it."""

import logging
from uuid import UUID

from django.utils.translation import gettext as _

from upstander.ops.logs import event
from upstander.vault.envelope import CannotOpen, Sealed, open_text, place

BODY = "intake_message.body"
_log = logging.getLogger(__name__)


def word(key: bytes, tip_id: UUID, message_id: UUID, body: Sealed) -> str:
    """What a message says; one that was damaged, or written by somebody without the tip's key, says that it cannot be read."""
    try:
        return open_text(key, body, place(BODY, tip_id, message_id))
    except CannotOpen:
        event(_log, logging.ERROR, "intake.word_does_not_open", message=str(message_id))
        return _("(This word cannot be read: it was damaged, or put here by somebody else.)")
