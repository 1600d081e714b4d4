"""A peer's TAXII 2.1 collection is read by the worker: bounded, strictly, and as a proposal that a person decides about.

As with feeds a thread asks and reads, and touches no database; the chore writes. What it finds is, byte by byte, what the
programme of the peer's own key writes, or it is left out with a reason.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import msgspec
from django.db import transaction

from upstander import clock
from upstander.config import Config, config
from upstander.exchange import stix
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.models import Collection, Offer
from upstander.exchange.refusals import Refusal, Refused
from upstander.exchange.stix_types import Bundle, Identity, MarkingDefinition, Note, Object, Report
from upstander.exchange.taxii_fetch import Envelope, TaxiiLine
from upstander.ids import new_id
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

MOST = 200  # bulletins of one look; the others come at the next


def place(collection_id: UUID) -> bytes:
    """For what a token is sealed."""
    return f"upstander/exchange-collection/1|{collection_id}".encode()


@dataclass(slots=True)
class Found:
    """What a look found: bulletins with their bundles, why others were left out, and up to where was read."""

    offers: list[tuple[Bulletin, Bundle]] = field(default_factory=list)
    left_out: list[Refused] = field(default_factory=list)
    added_after: str = ""


class Errand(threading.Thread):
    """One collection, asked for and read; touches no database."""

    def __init__(self, row: Collection, token: str, settings: Config) -> None:
        super().__init__(daemon=True, name="exchange-collection")
        self.collection_id, self._fingerprint = row.id, row.fingerprint
        self._address, self._after, self._token, self._settings = row.address, row.added_after, token, settings
        self.found: Found | Refused = Refused("line")

    def run(self) -> None:
        """Ask, and read what comes."""
        if self._settings.mode == "sandbox" and not self._settings.outward_networks:
            self.found = Refused("sandbox")
            return
        try:
            line = TaxiiLine(self._settings, self._token)
            known = line.objects(self._address, {"match[type]": "identity,marking-definition"})
            news = line.objects(self._address, {"match[type]": "report,note"}, self._after)
            self.found = read(known, news, self._fingerprint)
        except Refusal as refusal:
            self.found = refusal.why


def read(known: Envelope, news: Envelope, fingerprint: str) -> Found:
    """The bulletins among what a collection holds; each is what that programme writes, or is left out with a reason."""
    found = Found(added_after=news.added_last)
    by_id, reports, notes = _sorted([*known.objects, *news.objects], found.left_out)
    for report in reports[:MOST]:
        try:
            bundle = _bundle(report, by_id, notes, fingerprint)
            found.offers.append((stix.read(bundle, fingerprint), bundle))
        except Refusal as refusal:
            found.left_out.append(refusal.why)
    if len(reports) > MOST:
        found.left_out.append(Refused("too-many"))
    return found


def _sorted(given: Iterable[object], left_out: list[Refused]) -> tuple[dict[str, Object], list[Report], list[Note]]:
    by_id: dict[str, Object] = {}
    reports: list[Report] = []
    notes: list[Note] = []
    for raw in given:
        try:
            one: Object = msgspec.convert(raw, Object)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            left_out.append(Refused("stix"))
            continue
        if isinstance(one, Report):
            reports.append(one)
        elif isinstance(one, Note):
            notes.append(one)
        else:
            by_id[one.id] = one
    return by_id, reports, notes


def _bundle(report: Report, by_id: dict[str, Object], notes: list[Note], fingerprint: str) -> Bundle:
    """A report with its maker, its markings and its note, as its programme would pack them. Raises Refusal."""
    maker = by_id.get(report.created_by_ref)
    marked = [by_id.get(ref) for ref in report.object_marking_refs]
    if not isinstance(maker, Identity):
        raise Refusal("originator")
    if not all(isinstance(one, MarkingDefinition) for one in marked):
        raise Refusal("marking")
    said = [one for one in notes if report.id in one.object_refs and one.modified == report.modified]
    level = stix.level_of(report)
    name = stix.bundle_id(fingerprint, stix.product_of(report), report.external_references[0].external_id, level)
    return Bundle(id=name, objects=[maker, *(one for one in marked if one is not None), report, *said[:1]])


_under_way: list[Errand] = []


def turn() -> bool:
    """Write down what the last errand brought, and begin the next; never more at once. A chore (ops.chores)."""
    if _under_way and _under_way[0].is_alive():
        return False
    if _under_way:
        done = _under_way.pop()
        bring(done.collection_id, done.found)
    row = _next()
    if row is None:
        return False
    try:
        token = keyring().unwrap("desk", row.key_version, row.sealed_token, place(row.id)).decode()
    except CannotOpen:
        bring(row.id, Refused("token"))
        return False
    _under_way.append(Errand(row, token, config()))
    _under_way[0].start()
    return False


@transaction.atomic
def _next() -> Collection | None:
    """The collection that is due longest; of two workers one gets it, and while it is read it is not due."""
    now = clock.now()
    waiting = Collection.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=now, paused=False)
    row = waiting.order_by("next_at").first()
    if row:
        Collection.objects.filter(pk=row.pk).update(next_at=now + timedelta(minutes=row.minutes))
    return row


@transaction.atomic
def bring(collection_id: UUID, found: Found | Refused) -> int:
    """Keep what a collection held as proposals, and how it went; how many were new."""
    row = Collection.objects.get(pk=collection_id)
    asked, now = Collection.objects.filter(pk=collection_id), clock.now()
    if isinstance(found, Refused):
        asked.update(
            last_at=now, last_code=found.code, last_detail=found.detail[:60], last_new=0, left_out=0, failed=row.failed + 1
        )
        return 0
    have = set(Offer.objects.filter(collection=row).values_list("product_id", "version"))
    new = {(bulletin.id, bulletin.version): (bulletin, bundle) for bulletin, bundle in found.offers}
    made = [
        Offer(
            id=new_id(), collection=row, product_id=bulletin.id, version=bulletin.version, title=bulletin.title,
            bundle=json.loads(msgspec.json.encode(bundle)), arrived_at=now,
        )
        for key, (bulletin, bundle) in new.items() if key not in have
    ]  # fmt: skip
    Offer.objects.bulk_create(made, ignore_conflicts=True)
    why = found.left_out[0].code if found.left_out else ""
    asked.update(
        last_at=now, last_code="ok", last_detail=why, last_new=len(made), left_out=len(found.left_out), failed=0,
        added_after=(found.added_after or row.added_after)[:40],
    )  # fmt: skip
    return len(made)
