"""A package from a peer: looked at, judged beside what is here, accepted by a person. Called behind the staff's wall."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.exchange import keys, package
from upstander.exchange.acting import one_at_a_time, recorded
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.models import Package, Peer, Received
from upstander.exchange.package import Held, Opened
from upstander.exchange.peer_models import STAFF
from upstander.exchange.refusals import Refusal, Refused
from upstander.exchange.sources import network
from upstander.ids import new_id

_ORGANISATION_ONLY = (
    "TLP:AMBER+STRICT"  # not beyond the organisation that receives it: our members are of others
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a package would change here. `verdict`: new, newer, again; `level`: where it would stand, perhaps STAFF."""

    peer: Peer
    opened: Opened
    verdict: str
    level: int
    held: Received | None

    @property
    def bulletin(self) -> Bulletin:
        return self.opened.bulletin


def look(data: bytes, own: str = "") -> Looked | Refused:
    """What is in a file; nothing is kept. Every refusal has its reason, and none is an exception."""
    try:
        return _looked(data, own or keys.own_fingerprint(), clock.now())
    except Refusal as refusal:
        return refusal.why


def _looked(data: bytes, own: str, now: datetime) -> Looked:
    known = {p.fingerprint: p for p in Peer.objects.exclude(public_key=None)}
    opened = package.opened(
        data, {name: bytes(p.public_key or b"") for name, p in known.items() if name}, own, now
    )
    if isinstance(opened, Refused):
        raise Refusal(opened.code, opened.detail)
    return beside(known[opened.signer], opened)


def beside(peer: Peer, opened: Opened) -> Looked:
    """A bulletin of a peer, judged beside what is here, whichever way it came. Raises Refusal."""
    if peer.ended_at is not None or peer.fingerprint != opened.signer:
        raise Refusal("ended")
    package.dated(opened.bulletin, clock.now())
    level = level_of(opened.bulletin)
    if max(opened.bulletin.level, 0 if level == STAFF else level) > peer.level:
        raise Refusal("level")
    held = Received.objects.filter(peer=peer, product_id=opened.bulletin.id).first()
    before = Held(held.version, held.modified, held.state == "recalled", held.digest) if held else None
    return Looked(peer, opened, package.judged(before, opened), level, held)


def level_of(bulletin: Bulletin) -> int:
    """At which level it stands here: by its own word and by what our pack reads its markings as, whichever is the higher. What is
    for named persons, or for our organisation only, is for staff. Raises Refusal for a marking that our pack does not know."""
    by_banner = {marking.banner: marking for marking in network().scheme}
    found = [by_banner.get(label) for label in bulletin.markings]
    marked = [one for one in found if one is not None]
    if len(marked) != len(found) or not marked:
        raise Refusal("marking")
    if any(one.individuals or one.banner == _ORGANISATION_ONLY for one in marked):
        return STAFF
    return max(bulletin.level, *(one.level for one in marked))


@transaction.atomic
def accept(data: bytes, account_id: int, own: str = "") -> Looked | Refused:
    """Keep what a package brings, looked at anew, and write down what became of it; also where it is refused."""
    looked = look(data, own)
    if isinstance(looked, Looked):
        one_at_a_time(looked.peer.id)  # of two at once the second sees what the first kept
        looked = look(data, own)
    if isinstance(looked, Refused):
        _log(None, None, looked.code, account_id)
        return looked
    keep(looked, account_id)
    return looked


def keep(looked: Looked, account_id: int) -> None:
    """Keep what was judged a moment ago, in the caller's transaction, and write down what became of it."""
    if looked.verdict != "again":
        _keep(looked, account_id)
    _log(looked.peer, looked, looked.verdict, account_id)


def _keep(looked: Looked, account_id: int) -> None:
    bulletin, held = looked.bulletin, looked.held
    row = held or Received(id=new_id(), peer=looked.peer, product_id=bulletin.id)
    row.version, row.level, row.title = bulletin.version, looked.level, bulletin.title
    row.body, row.topics, row.markings = (
        "\n\n".join(bulletin.paragraphs),
        list(bulletin.topics),
        list(bulletin.markings),
    )
    row.state, row.remark, row.originator = bulletin.state, bulletin.remark, bulletin.originator
    row.published, row.modified, row.digest = bulletin.published, bulletin.modified, looked.opened.digest
    row.accepted_at, row.accepted_by = clock.now(), account_id
    row.save(force_insert=held is None)


def _log(peer: Peer | None, looked: Looked | None, result: str, account_id: int) -> UUID:
    made = Package.objects.create(
        id=new_id(), peer=peer, outward=False, result=result, at=clock.now(), account_id=account_id,
        product_id=looked.bulletin.id if looked else None, version=looked.bulletin.version if looked else None,
        level=looked.level if looked else None,
    )  # fmt: skip
    recorded(
        account_id,
        "package_received",
        "exchange_package",
        made.id,
        result=result,
        peer=str(peer.id) if peer else "",
    )
    return made.id
