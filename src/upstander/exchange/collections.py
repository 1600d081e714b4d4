"""The verbs of peers' collections: read one from now on, pause, accept what it offers, set it aside. Behind the wall."""

import hashlib
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import checked
from upstander.exchange import incoming, polling, stix
from upstander.exchange.acting import CannotDo, one_at_a_time, recorded
from upstander.exchange.incoming import Looked
from upstander.exchange.models import Collection, Offer, Peer
from upstander.exchange.package import Opened
from upstander.exchange.refusals import WORDS, Refusal, Refused
from upstander.exchange.sources import LEAST, MOST
from upstander.vault.keys import keyring

_LONGEST = 400  # characters of a token


@transaction.atomic
def add(peer_id: UUID, address: str, token: str, minutes: int, account_id: int, press: UUID) -> Collection:
    """Read a peer's collection from now on. Its token is sealed to the worker. Raises CannotDo, LookupError."""
    peer = Peer.objects.filter(pk=peer_id, ended_at=None).first()
    if peer is None:
        raise LookupError(f"no peer {peer_id}")
    if not peer.fingerprint:
        raise CannotDo(_("Compare its key first: by the key it is known whose bulletins they are."), "peer")
    url = address.strip().removesuffix("objects/")
    url = url if url.endswith("/") else f"{url}/"
    try:
        if checked(url).query or checked(url).fragment:
            raise CannotDo(str(WORDS["address"]), "address")
    except CarrierError:
        raise CannotDo(str(WORDS["address"]), "address") from None
    if not (token.isascii() and token.isprintable() and " " not in token and 0 < len(token) <= _LONGEST):
        raise CannotDo(_("This is no token."), "token")
    if not LEAST <= minutes <= MOST:
        raise CannotDo(_("Choose between 5 minutes and a day."), "minutes")
    if before := Collection.objects.filter(pk=press).first():
        return before
    version, sealed = keyring().wrap("desk", token.encode(), polling.place(press))  # (the worker holds that key; no page does)
    now = clock.now()
    made = Collection.objects.create(
        id=press, peer=peer, fingerprint=peer.fingerprint, address=url, sealed_token=sealed, key_version=version, minutes=minutes,
        made_by=f"account:{account_id}", made_at=now, next_at=now,
    )  # fmt: skip
    recorded(account_id, "collection_added", "exchange_collection", made.id, peer=str(peer_id))
    return made


@transaction.atomic
def pause(collection_id: UUID, account_id: int, *, paused: bool) -> None:
    """Read it no more, or again from now on. Raises CannotDo where the exchange has ended, LookupError."""
    row = Collection.objects.select_related("peer").filter(pk=collection_id).first()
    if row is None:
        raise LookupError(f"no collection {collection_id}")
    if row.peer.ended_at is not None and not paused:
        raise CannotDo(str(WORDS["ended"]))
    Collection.objects.filter(pk=collection_id).update(paused=paused, next_at=clock.now())
    done = "collection_paused" if paused else "collection_resumed"
    recorded(account_id, done, "exchange_collection", collection_id)


def look(offer: Offer) -> Looked | Refused:
    """What an offer would change here; nothing is kept."""
    try:
        return _looked(offer)
    except Refusal as refusal:
        return refusal.why


def _looked(offer: Offer) -> Looked:
    data = msgspec.json.encode(offer.bundle)
    bundle, signer = stix.decoded(data), offer.collection.fingerprint
    digest = hashlib.sha256(msgspec.json.encode(bundle)).hexdigest()
    return incoming.beside(offer.collection.peer, Opened(signer, stix.read(bundle, signer), digest))


@transaction.atomic
def accept(offer_id: UUID, account_id: int) -> Looked | Refused:
    """Keep what an offer brings, looked at anew; who may read it follows from its markings, as with a package. Raises
    LookupError."""
    offer = _locked(offer_id)
    one_at_a_time(offer.collection.peer_id)
    looked = look(offer)
    if isinstance(looked, Looked):
        incoming.keep(looked, account_id)
        _decided(offer, Offer.State.TAKEN, account_id)
    return looked


@transaction.atomic
def set_aside(offer_id: UUID, account_id: int) -> None:
    """Nobody else need look at it. Raises LookupError."""
    offer = _locked(offer_id)
    _decided(offer, Offer.State.ASIDE, account_id)
    recorded(account_id, "offer_set_aside", "exchange_offer", offer_id)


def _decided(offer: Offer, state: str, account_id: int) -> None:
    Offer.objects.filter(pk=offer.pk).update(state=state, decided_at=clock.now(), decided_by=account_id)


def _locked(offer_id: UUID) -> Offer:
    rows = Offer.objects.select_for_update(of=("self",)).select_related("collection__peer")
    offer = rows.filter(pk=offer_id, state=Offer.State.NEW).first()
    if offer is None:
        raise LookupError(f"no offer {offer_id} waits")
    return offer
