"""What this programme passes on: bulletins, written as STIX objects at each level, and signed packages of them for one peer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from upstander import clock
from upstander.exchange import keys, package, stix
from upstander.exchange.acting import CannotDo, recorded
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.models import Package, Peer, Shared
from upstander.exchange.stix_types import Bundle, Object, Report
from upstander.ids import new_id

_LOCK = 7_305_119  # of who adds: readers go by the order of `added_at`


@transaction.atomic
def share(bulletin: Bulletin, account_id: int | None, fingerprint: str = "") -> bool:
    """Put a bulletin where peers of its level read it; False where it lies there already. An earlier version never follows a
    later one, and a recall takes the texts before it away. Raises CannotDo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if "TLP:RED" in bulletin.markings:
        raise CannotDo(_("TLP:RED is for named persons: no program may be sent it."))
    try:
        made = stix.objects(bulletin, fingerprint or keys.own_fingerprint())
    except ValueError:
        raise CannotDo(_("Without a marking that other programs know it is not passed on.")) from None
    latest = _reports(bulletin.id, bulletin.level).first()
    if latest is not None:
        if latest.product_version == bulletin.version:
            return False
        if not _follows(latest, bulletin):
            raise CannotDo(_("A later version of it was passed on already."))
    if bulletin.state == "recalled":
        Shared.objects.filter(product_id=bulletin.id, level=bulletin.level).delete()
    _add(made, bulletin)
    recorded(
        account_id,
        "shared",
        "product",
        bulletin.id,
        version=bulletin.version,
        level=int(bulletin.level),
        state=bulletin.state,
    )
    return True


def _reports(product_id: UUID, level: int) -> QuerySet[Shared]:
    return Shared.objects.filter(product_id=product_id, level=level, stix_type="report").order_by("-version")


def _follows(latest: Shared, bulletin: Bulletin) -> bool:
    later = bulletin.version > (latest.product_version or 0) and bulletin.modified > latest.version
    return later and not (latest.body.get("revoked") and bulletin.state != "recalled")


def _add(made: Iterable[Object], bulletin: Bulletin) -> None:
    """Each object once a level; `added_at` grows with every one that is added, so that nobody who asks for more misses one."""
    at = clock.now()
    last = Shared.objects.aggregate(last=Max("added_at"))["last"]
    for one in made:
        body = msgspec.to_builtins(one)
        version = datetime.fromisoformat(body.get("modified", body["created"]))
        ours = body["type"] in ("report", "note")
        if Shared.objects.filter(level=bulletin.level, stix_id=one.id, version=version).exists():
            continue
        at = max(at, last + timedelta(microseconds=1)) if last else at
        last = at
        Shared.objects.create(
            level=bulletin.level, stix_id=one.id, stix_type=body["type"], version=version, added_at=at, body=body,
            product_id=bulletin.id if ours else None, product_version=bulletin.version if ours else None,
        )  # fmt: skip


def bulletin_at(product_id: UUID, level: int, fingerprint: str = "") -> Bulletin:
    """The latest of a product as this level gets it, as it was passed on. Raises LookupError."""
    row = _reports(product_id, level).first()
    if row is None:
        raise LookupError(f"{product_id} was not passed on at level {level}")
    report = msgspec.convert(row.body, Report)
    refs = [report.created_by_ref, *report.object_marking_refs]
    found = {one.stix_id: one.body for one in Shared.objects.filter(level=level, stix_id__in=refs)}
    notes = Shared.objects.filter(product_id=product_id, level=level, stix_type="note", version=row.version)
    bodies = [*(found[ref] for ref in refs), row.body, *(note.body for note in notes)]
    made = [msgspec.convert(body, Object) for body in bodies]
    own = fingerprint or keys.own_fingerprint()
    name = stix.bundle_id(own, product_id, report.external_references[0].external_id, level)
    return stix.read(Bundle(id=name, objects=made), own)


@transaction.atomic
def pack(peer_id: UUID, product_id: UUID, account_id: int, key: Ed25519PrivateKey | None = None) -> bytes:
    """A signed package for one peer, of a product as the peer's level gets it. Raises CannotDo, LookupError."""
    peer = Peer.objects.filter(pk=peer_id, ended_at=None).first()
    if peer is None:
        raise LookupError(f"no peer {peer_id}")
    if not peer.fingerprint:
        raise CannotDo(_("Its key was not compared yet: a package is made for one key."))
    signer = key or keys.own()
    bulletin = bulletin_at(product_id, peer.level, package.fingerprint(package.public_of(signer)))
    data = package.packed(bulletin, signer, peer.fingerprint, clock.now())
    made = Package.objects.create(
        id=new_id(), peer=peer, outward=True, product_id=product_id, version=bulletin.version, level=peer.level, result="made",
        at=clock.now(), account_id=account_id,
    )  # fmt: skip
    recorded(
        account_id,
        "package_made",
        "exchange_package",
        made.id,
        peer=str(peer_id),
        version=bulletin.version,
        level=peer.level,
    )
    return data
