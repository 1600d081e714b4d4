"""A member who is not sworn never receives, finds, guesses, is fed, pushed or mailed a paragraph for the sworn: attacked for
every way out, over random drafts, members, markings and changes of level between release and sending (S-levels).

A triple is one draft, one reader and one way, where the draft has words that are not this reader's. `make attack` tries at least
100,000 of them, and prints how many by each way.
"""

import json
import sys

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.circulation.conftest import texted
from tests.conftest import ATTACK
from tests.every_way_out import house, ways
from tests.every_way_out.drawn import Batch, Fate, batches
from tests.network.support import make_member
from upstander.circulation import papers
from upstander.delivery.models import Delivery
from upstander.markings import Level
from upstander.network.models import Member

pytestmark = [pytest.mark.req("S-levels"), pytest.mark.req("S-membership")]
PARTS = 2 if ATTACK else 1  # one for each core
WANTED = 100_000 // PARTS if ATTACK else 300
MEMBERS, PRODUCTS, MOST = (10, 12, 90) if ATTACK else (6, 5, 8)  # of one batch; and batches, of which half are enough
HOURS = 26  # between release and sending: the digests are due, and an agreement that was not signed has lapsed
EVERY = {
    "page", "list", "similar", "search", "search, mistyped", "file", "newsletter", "correction", "recall", "copy", "PDF",
    "sent to you", "kept on a phone", "feed", "calendar", "event", "events", "forum", "forum lists", "TAXII", "STIX package",
    "product_mail", "product_digest", "product_text", "product_remind", "gathering_mail",
}  # fmt: skip
WORDLESS = {"product_text", "product_remind"}  # these carry no word, lawful or not
READS = EVERY - WORDLESS if ATTACK else {"page", "search", "feed", "product_mail"}  # (a small run meets some ways only by chance)


@pytest.fixture
def members(network) -> list[Member]:
    """Of three members two educators and an officer, who are told by every way."""
    made = [make_member(level=None, sworn=n % 3 == 2) for n in range(MEMBERS)]
    for n, member in enumerate(made):
        texted(member, f"+121755501{n:02}")
    return made


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """What the typesetter is given; it is a process of its own, and prints that."""
    found: list[str] = []

    def set_in_type(document, at):
        found.append(json.dumps(document, default=str))
        return b"%PDF"

    monkeypatch.setattr(papers, "pdf", set_in_type)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_above_a_readers_level_leaves_by_any_way(part, members, sio, second, printed, monkeypatch, clock):
    peers, tally = house.states(sio.pk), ways.Tally()

    @settings(max_examples=MOST, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), database=None)
    @given(batches(MEMBERS, PRODUCTS), st.integers(0, 1))
    def attacked(batch, odd):
        if tally.total < WANTED or not set(+tally.read) >= READS:
            with transaction.atomic():
                try:
                    one(batch, odd)
                finally:
                    clock(0)
                    transaction.set_rollback(True)

    def one(batch: Batch, odd: int) -> None:
        house.first_half(batch, (sio, second), members)
        watch = ways.Watch(batch.secrets, tally)
        sent = [row.pk for n, row in enumerate(Delivery.objects.order_by("pk")) if n % 2 == odd]
        ways.relayed(batch, watch, readers(members, batch.fates, after=False), sent)
        Delivery.objects.filter(pk__in=sent).update(state="sent")
        clock(HOURS * 3600)
        letter = house.second_half(batch, (sio, second), members)
        watch.levels |= ways.Watch(batch.secrets, tally).levels
        now = readers(members, batch.fates, after=True)
        ways.relayed(batch, watch, now)
        for member, highest in now.values():
            ways.fetched(batch, letter, ways.Reader(member, highest, watch, printed))
        for level, (state, token) in peers.items():
            ways.exchanged(batch, watch, sio.pk, level, state, token)
        watch.counted()
        tally.batches += 1

    attacked()
    sys.stdout.write(f"every way out, part {part}: {tally.total} triples in {tally.batches} batches, none above its reader\n")
    sys.stdout.writelines(f"  {way}: {n} ({tally.read[way]} lawful words)\n" for way, n in sorted(tally.tried.items()))
    assert tally.total >= WANTED
    assert not ATTACK or set(tally.tried) >= EVERY, EVERY - set(tally.tried)
    silent = {way for way in READS if not tally.read[way]}
    assert not silent, f"nothing at all was read by {silent}: these were not tried"


def readers(members: list[Member], fates: list[Fate], *, after: bool) -> dict[str, tuple[Member, Level | None]]:
    """By their key in the outbox the members, and up to which level each reads now."""
    found = {}
    for member, fate in zip(members, fates, strict=True):
        level = fate.after(sworn=member.sworn) if after else fate.before(sworn=member.sworn)
        found[f"account:{member.account_id}"] = (member, level)
    return found
