"""What we write to a person who wrote by mail: one automatic answer for a tip, and what the desk says, in one thread.

Rendered by the relay at the moment of sending; nothing of it is stored (decisions 3). The receipt never leaves by mail.
"""

from datetime import timedelta
from uuid import UUID

from upstander import clock
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.models import Delivery
from upstander.delivery.queries import message_ids_of
from upstander.delivery.services import Mail
from upstander.ids import first_id
from upstander.inbound.mail_address import for_thread
from upstander.inbound.models import Thread
from upstander.intake.addresses import open_for_relay
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

CHANNEL = "email"
GREETING = "mail_greeting"  # the purpose of the automatic answer; its subject is the thread
PRIORITY = 2
AN_HOUR = 300  # to all together: more is no rush of tips but somebody who has us write to others
A_DAY = 5  # whoever writes in somebody else's name must not fill their mailbox with our answers


def greet(thread: Thread) -> None:
    """Owe the automatic answer, in the caller's transaction; nothing where this peer has had as many today, or all
    together as many in the hour, as anybody gets.
    """
    since = clock.now() - timedelta(days=1)
    today = Thread.objects.filter(
        channel=thread.channel, peer_mac=bytes(thread.peer_mac), began_at__gte=since
    )
    hour = Delivery.objects.filter(id__gte=first_id(clock.now() - timedelta(hours=1)), purpose=GREETING)
    if today.count() > A_DAY or hour.count() >= AN_HOUR:
        return
    delivery.send_new(GREETING, thread.id, f"thread:{thread.id.hex[:20]}", PRIORITY)


def greeting(thread_id: UUID) -> Mail | None:
    """The automatic answer to a first mail; None where the address, or the conversation, is gone."""
    thread = Thread.objects.filter(id=thread_id).first()
    if thread is None:
        return None
    language = Tip.objects.values_list("language", flat=True).get(id=thread.tip_id)
    pack = current()
    return _mail(thread, pack.text("reporter.ack.email_body", language), language, submitted="auto-replied")


def answer(thread: Thread, text: str) -> Mail | None:
    """What the desk said, as a mail in the thread; None where the address is gone."""
    language = Tip.objects.values_list("language", flat=True).get(id=thread.tip_id)
    first = message_ids_of(GREETING, [thread.id]).get(thread.id)
    danger = current().text("reporter.danger.call_911", language)
    return _mail(thread, f"{text}\n\n-- \n{current().programme.name}\n{danger}", language, first=first)


def _mail(
    thread: Thread, text: str, language: str, *, first: str | None = None, submitted: str = "auto-generated"
) -> Mail | None:
    try:
        address = open_for_relay(thread.tip_id).email
    except CannotOpen:
        return None
    if not address:
        return None
    return Mail(
        to_address=address,
        to_name="",
        subject=current().text("reporter.ack.email_subject", language),
        text=text,
        thread=first,
        submitted=submitted,
        headers={"Reply-To": for_thread(thread.id, config(), keyring())},
    )
