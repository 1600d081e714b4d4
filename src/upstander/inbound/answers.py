"""What the desk says in a dialogue leaves by the way on which its tip came: owed when it is said, rendered when it leaves."""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.registry import Message as Leaving
from upstander.delivery.texting import Text
from upstander.inbound import mail_answers, threads
from upstander.inbound.models import Thread
from upstander.inbound.text_doors import TEXT
from upstander.intake import opened
from upstander.intake import services as intake
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Message
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen
from upstander.vault.models import ReporterAddress, WrappedKey

PURPOSE = "answer"
PRIORITY = 1  # somebody waits for it, perhaps in distress: only Criticals go before


def said(tip_id: UUID, message_id: UUID, sender: str) -> None:
    """The desk has said something (event `intake.said`): owe it to the peer, or tell the desk why it cannot reach them."""
    if sender != Message.From.DESK:
        return
    ways = (TEXT, mail_answers.CHANNEL)
    thread = Thread.objects.only("id", "channel", "stopped_at").filter(tip_id=tip_id, channel__in=ways).first()
    if thread is None:
        return
    if thread.stopped_at is not None:
        note = _("This answer does not leave: the reporter has asked for no more text messages (STOP).")
        intake.say(tip_id, Message.From.NOTE, note, dedup=f"stopped|{message_id}")
    elif thread.channel == TEXT and not delivered.offers(TEXT):
        note = _("This answer does not leave: no carrier of text messages is set up.")
        intake.say(tip_id, Message.From.NOTE, note, dedup=f"no-carrier|{message_id}")
    else:
        delivery.send(PURPOSE, message_id, f"thread:{thread.id.hex[:20]}", PRIORITY, channel=thread.channel)


def render(message_id: UUID) -> Leaving | None:
    """The desk's words as they leave, in the relay, opened by the tip's receipt; None where the peer has stopped, or where their
    address or the tip is gone.
    """
    said = _said_by_the_desk(message_id)
    thread = Thread.objects.filter(tip_id=said[0]).first() if said else None
    if said is None or thread is None or thread.stopped_at is not None:
        return None
    wrapped = WrappedKey.objects.filter(holder=thread.tip_id, audience="receipt").values_list("wrapped", flat=True).first()
    if wrapped is None:
        return None
    try:
        key = vault.key_by_receipt(thread.tip_id, threads.receipt_of(thread), bytes(wrapped))
        peer = open_for_relay(thread.tip_id)
    except CannotOpen:
        return None
    words = opened.word(key, thread.tip_id, message_id, said[1])
    if thread.channel == mail_answers.CHANNEL:
        return mail_answers.answer(thread, words)
    return Text(peer.phone, words) if peer.phone else None


def _said_by_the_desk(message_id: UUID) -> tuple[UUID, bytes] | None:
    """Of which tip, and sealed, what the desk said: all that the relay may read of a dialogue (migration 0003)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tip_id, body FROM inbound_answer(%s)", [message_id])
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else None


def forget() -> bool:
    """Remove conversations whose peer's address, or whose tip's key, is gone, a part at a time; True where there may be more.

    The worker's chore: with the conversation go the receipt, which opens the dialogue, and the mark by which a peer is known.
    """
    kept = ReporterAddress.objects.exclude(sealed_relay=None).values("holder")
    legible = WrappedKey.objects.values("holder")  # of an expunged tip there is none
    going = Thread.objects.exclude(tip_id__in=kept) | Thread.objects.exclude(tip_id__in=legible)
    gone = list(going.values_list("id", flat=True)[:500])
    Thread.objects.filter(id__in=gone).delete()
    return len(gone) == 500
