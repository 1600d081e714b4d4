"""Voicemail (decision 0109): a tip whose words are a sound, until somebody has listened and written down what is said."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.ids import new_id
from upstander.intake import opened
from upstander.intake.models import Channel, Message, Tip
from upstander.intake.submission import LIMITS, Refused, clean, too_long
from upstander.intake.wake import wake
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

FIELD = "transcript"  # of the message that holds what is said
BODY = "intake_message.body"


class NoVoicemail(Exception):
    """The words of this tip are its reporter's own: nobody writes others in their place."""


def words() -> str:
    """What stands for a voicemail's words until they are written down."""
    return _("(A voicemail.)")


def _unheard() -> QuerySet[Tip]:
    written = Message.objects.filter(tip=OuterRef("pk"), field=FIELD)
    return Tip.objects.filter(~Exists(written), channel=Channel.VOICEMAIL, closed_at=None)


def unheard(only: Iterable[UUID] | None = None) -> dict[UUID, datetime]:
    """The open voicemails of which nobody has written down what is said, with since when; `only` of these tips."""
    found = _unheard() if only is None else _unheard().filter(pk__in=list(only))
    return dict(found.values_list("pk", "received_at"))


@transaction.atomic
def transcribe(tip_id: UUID, text: str, account_id: int) -> bool:
    """Write down what a voicemail says, with the desk's key; False where the same stands there already. The last one counts.

    Raises NoVoicemail, Refused for a text that is empty or too long, and CannotOpen where the tip was expunged.
    """
    text = clean(text)
    if not text:
        raise Refused({"text": _("Write what is said; where nothing can be understood, write that.")})
    if len(text) > LIMITS["text"]:
        raise Refused({"text": too_long(LIMITS["text"], len(text))})
    if not Tip.objects.select_for_update(of=("self",)).filter(pk=tip_id, channel=Channel.VOICEMAIL).exists():
        raise NoVoicemail
    key, message_id = vault.content_key(tip_id, "desk"), new_id()
    last = Message.objects.filter(tip=tip_id, field=FIELD).order_by("at", "id").last()
    if last is not None and opened.word(key, tip_id, last.id, last.body) == text:
        return False
    Message.objects.create(
        id=message_id, tip_id=tip_id, at=clock.now(), sender=Message.From.REPORTER, account_id=account_id, field=FIELD,
        body=seal(key, text, place(BODY, tip_id, message_id)),
    )  # fmt: skip
    audit.record(f"account:{account_id}", "intake.transcribed", "tip", tip_id, message=message_id)
    transaction.on_commit(wake)
    return True
