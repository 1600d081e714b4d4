"""Sources, peers and keys of invented programmes, made by the verbs themselves, behind the staff's wall of the real process."""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.network.support import played
from upstander.exchange import package, peers, sources
from upstander.exchange.models import Peer, Source
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls

LAKELAND = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)  # a programme of another state
THEIRS = package.fingerprint(package.public_of(LAKELAND))


@contextmanager
def staff() -> Iterator[None]:
    """As the network's process is while the SIO presses something."""
    with played("network"), walls.reading(walls.STAFF):
        yield


@contextmanager
def member(level: Level) -> Iterator[None]:
    """As it is while a member reads."""
    with played("network"), walls.reading(level):
        yield


def source(sio: int, address: str = "", **more: object) -> Source:
    """A feed of emergency management, proposed for all vetted members."""
    plan = sources.Plan(
        **{
            "name": "Emergency management alerts", "address": address, "programme": "emergency_management",
            "level": Level.FOUO, "topics": ("threats",), "minutes": 30, **more,
        }  # type: ignore[arg-type]
    )  # fmt: skip
    return sources.add(plan, sio, new_id())


def peer(
    sio: int, level: Level = Level.FOUO, key: Ed25519PrivateKey | None = LAKELAND, name: str = "Lakeland"
) -> Peer:
    """A programme whose key was compared, entitled up to `level`."""
    from base64 import b64encode

    made = peers.join(name, Peer.Kind.PROGRAMME, "Robin Ames", "robin@lakeland.example.org", sio, new_id())
    if key is not None:
        public = package.public_of(key)
        peers.trust(made.id, b64encode(public).decode(), package.fingerprint(public)[:24], sio)
    return peers.entitle(made.id, level, sio)
