"""Automatic answers: one sentence of the pack, owed when the router decides, rendered by the relay when it leaves.

Nothing of a tip is in them.
"""

from datetime import timedelta
from uuid import UUID

from upstander import clock
from upstander.delivery import services as delivery
from upstander.delivery.texting import Text
from upstander.ids import new_id
from upstander.inbound.models import Prompt
from upstander.packs.current import current
from upstander.vault.keys import keyring

PURPOSE = "prompt"
PRIORITY = 2
A_DAY = 6  # to one peer: two machines that answer each other come to an end
KEPT = timedelta(days=1)
SENTENCES = {
    "ack": "reporter.ack.text",
    "stop": "reporter.sms.stop",
    "start": "reporter.sms.start",
    "help": "reporter.sms.help",
    "confirmed": "sms.confirmed",
}


def owe(channel: str, mac: bytes, peer: str, sentence: str, language: str) -> None:
    """Owe the answer `sentence` (of SENTENCES), in the caller's transaction; nothing where this peer has had many today."""
    now = clock.now()
    if Prompt.objects.filter(channel=channel, peer_mac=mac, at__gt=now - timedelta(days=1)).count() >= A_DAY:
        return
    id = new_id()
    version, sealed = keyring().wrap("relay", peer.encode(), _info(id))
    Prompt.objects.create(
        id=id, channel=channel, peer_mac=mac, text=sentence, language=language, at=now, key_version=version, sealed_peer=sealed
    )
    delivery.send_new(PURPOSE, id, f"peer:{mac.hex()[:20]}", PRIORITY, channel)


def render(prompt_id: UUID) -> Text | None:
    """The answer as it leaves, in the relay."""
    found = Prompt.objects.filter(id=prompt_id).first()
    if found is None:
        return None
    number = keyring().unwrap("relay", found.key_version, found.sealed_peer, _info(found.id)).decode()
    words = current().text(SENTENCES[found.text], found.language)
    return Text(number, words, although_stopped=found.text in ("stop", "help"))


def clear() -> bool:
    """Remove what is a day old, a part at a time; True where there may be more. The worker's chore."""
    old = list(Prompt.objects.filter(at__lt=clock.now() - KEPT).values_list("id", flat=True)[:500])
    Prompt.objects.filter(id__in=old).delete()
    return len(old) == 500


def _info(id: UUID) -> bytes:
    return f"upstander/prompt/1|{id}".encode()
