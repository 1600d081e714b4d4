"""What the desk says in a dialogue leaves by the way on which its tip came: owed when it is said, rendered when it leaves."""

from uuid import UUID

from upstander.delivery import services as delivery
from upstander.delivery.mail import Mail
from upstander.inbound import mail_answers, threads
from upstander.inbound.models import Thread
from upstander.intake import opened
from upstander.intake.models import Message
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen
from upstander.vault.models import WrappedKey

PURPOSE = "answer"
PRIORITY = 1  # somebody waits for it, perhaps in distress: only Criticals go before


def said(tip_id: UUID, message_id: UUID, sender: str) -> None:
    """The desk has said something (event `intake.said`): owe it to the peer."""
    if sender != Message.From.DESK:
        return
    threads_of_tip = Thread.objects.only("id", "channel").filter(tip_id=tip_id, channel=mail_answers.CHANNEL)
    if (thread := threads_of_tip.first()) is not None:
        delivery.send(PURPOSE, message_id, f"thread:{thread.id.hex[:20]}", PRIORITY, channel=thread.channel)


def render(message_id: UUID) -> Mail | None:
    """The desk's words as they leave, in the relay, opened by the tip's receipt; None where the address or the tip is gone."""
    message = (
        Message.objects.only("id", "tip_id", "body", "sender")
        .filter(id=message_id, sender=Message.From.DESK)
        .first()
    )
    thread = Thread.objects.filter(tip_id=message.tip_id).first() if message else None
    if message is None or thread is None:
        return None
    wrapped = (
        WrappedKey.objects.filter(holder=thread.tip_id, audience="receipt")
        .values_list("wrapped", flat=True)
        .first()
    )
    if wrapped is None:
        return None
    try:
        key = vault.key_by_receipt(thread.tip_id, threads.receipt_of(thread), bytes(wrapped))
    except CannotOpen:
        return None
    return mail_answers.answer(thread, opened.word(key, thread.tip_id, message.id, message.body))
