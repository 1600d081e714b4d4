"""The verbs of other states: join, trust a key, give a token, entitle, end. Called behind the staff's wall."""

import base64
import binascii
import hashlib
import re
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.exchange import keys, package
from upstander.exchange.acting import CannotDo, one_at_a_time, recorded
from upstander.exchange.models import Collection, Peer
from upstander.markings import Level

MARK = "upsx_"  # so that whoever looks for secrets in a repository finds one
READ_OUT = 20  # hexadecimal digits of a fingerprint that are compared at least: 80 bits


@transaction.atomic
def join(name: str, kind: str, person: str, email: str, account_id: int, press: UUID) -> Peer:
    """A state joins, as a guest or as a programme; it is sent nothing but what is open until it is entitled. Raises CannotDo."""
    if not name.strip():
        raise CannotDo(_("Say which state."), "name")
    if not person.strip():
        raise CannotDo(_("Say who speaks for it."), "person")
    if kind not in Peer.Kind.values:
        raise CannotDo(_("Choose whether it has a program."), "kind")
    if before := Peer.objects.filter(pk=press).first():
        return before
    made = Peer.objects.create(
        id=press, name=name.strip(), kind=kind, person=person.strip(), email=email.strip(), since=clock.now()
    )
    recorded(account_id, "peer_joined", "exchange_peer", made.id, of=kind)
    return made


@transaction.atomic
def entitle(peer_id: UUID, level: int, account_id: int) -> Peer:
    """From now on it is sent, and may send, up to `level`. Raises CannotDo for a guest, LookupError."""
    peer = _live(peer_id)
    if level not in tuple(Level):
        raise CannotDo(_("Choose one of the levels that are offered."), "level")
    if level > Level.OPEN and peer.kind == Peer.Kind.GUEST:
        raise CannotDo(
            _("A guest has no program yet, so nobody there is vetted: it is sent what is open."), "level"
        )
    peer.level = level
    peer.save(update_fields=["level"])
    recorded(account_id, "peer_entitled", "exchange_peer", peer_id, level=level)
    return peer


@transaction.atomic
def become_programme(peer_id: UUID, account_id: int) -> Peer:
    """A guest has a programme of its own now."""
    peer = _live(peer_id)
    if peer.kind == Peer.Kind.GUEST:
        peer.kind = Peer.Kind.PROGRAMME
        peer.save(update_fields=["kind"])
        recorded(account_id, "peer_has_program", "exchange_peer", peer_id)
    return peer


@transaction.atomic
def trust(peer_id: UUID, written: str, read_out: str, account_id: int) -> Peer:
    """Its packages are signed with this key from now on. `written`: the key as it was sent, in base64; `read_out`: the
    fingerprint, as somebody of that programme read it out by telephone. Raises CannotDo, LookupError."""
    peer = _live(peer_id)
    try:
        public = base64.b64decode("".join(written.split()), validate=True)
        Ed25519PublicKey.from_public_bytes(public)
    except (binascii.Error, ValueError):
        raise CannotDo(_("This is no public key of a program."), "key") from None
    fingerprint = package.fingerprint(public)
    heard = re.sub(r"[\s:.-]", "", read_out.lower())
    if len(heard) < READ_OUT or not fingerprint.startswith(heard):
        raise CannotDo(
            _("What was read out is not this key's fingerprint: it may be somebody else's key."), "read_out"
        )
    if fingerprint == keys.own_fingerprint():
        raise CannotDo(_("This is our own key."), "key")
    if Peer.objects.filter(fingerprint=fingerprint).exclude(pk=peer_id).exists():
        raise CannotDo(_("Another state has this key."), "key")
    peer.public_key, peer.fingerprint = public, fingerprint
    peer.compared_by, peer.compared_at = f"account:{account_id}", clock.now()
    peer.save(update_fields=["public_key", "fingerprint", "compared_by", "compared_at"])
    Collection.objects.filter(peer=peer).update(fingerprint=fingerprint)
    recorded(account_id, "peer_trusted", "exchange_peer", peer_id, fingerprint=fingerprint[:16])
    return peer


@transaction.atomic
def give_token(peer_id: UUID, account_id: int) -> str:
    """A token with which its machine reads our collection; the one before opens nothing any more. It is nowhere kept."""
    peer = _live(peer_id)
    token = MARK + secrets.token_urlsafe(32)
    peer.token_digest, peer.token_ends, peer.token_made_at = digest(token), token[-4:], clock.now()
    peer.token_used_at = None
    peer.save(update_fields=["token_digest", "token_ends", "token_made_at", "token_used_at"])
    recorded(account_id, "peer_token_made", "exchange_peer", peer_id)
    return token


@transaction.atomic
def end(peer_id: UUID, account_id: int) -> Peer:
    """The exchange ends now: its token opens nothing, its packages are refused, nothing is made for it. Raises LookupError."""
    peer = _live(peer_id)
    peer.ended_at, peer.token_digest, peer.token_ends = clock.now(), None, ""
    peer.save(update_fields=["ended_at", "token_digest", "token_ends"])
    Collection.objects.filter(peer=peer).update(paused=True, sealed_token=b"")
    recorded(account_id, "peer_ended", "exchange_peer", peer_id)
    return peer


def digest(token: str) -> bytes:
    """A plain hash suffices: the token has 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def _live(peer_id: UUID) -> Peer:
    one_at_a_time(peer_id)
    found = Peer.objects.filter(pk=peer_id, ended_at=None).first()
    if found is None:
        raise LookupError(f"no peer {peer_id}")
    return found
