"""Two programmes exchange a bulletin, correct it and recall it: two keys, two stores, each behind its own walls (S-states)."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.exchange.test_stix import FIRST
from tests.exchange.world import LAKELAND, THEIRS, member, peer, staff
from tests.network.support import make_sio, played
from upstander import clock as the_clock
from upstander.exchange import incoming, keys, outgoing, package, peers
from upstander.exchange.acting import CannotDo
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.incoming import Looked
from upstander.exchange.models import Package, Peer, Received, Shared
from upstander.exchange.refusals import Refused
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = pytest.mark.usefixtures("network")


def bulletin(**changed: object) -> Bulletin:
    now = the_clock.now().replace(microsecond=0) - timedelta(hours=1)
    known = {"published": now, "modified": now, "markings": ("FOR OFFICIAL USE ONLY", "TLP:AMBER"), **changed}
    return replace(FIRST, **known)  # type: ignore[arg-type]


def sent(one: Bulletin) -> bytes:
    """A package of Lakeland's, for us."""
    return package.packed(one, LAKELAND, keys.own_fingerprint(), the_clock.now())


def refused(data: bytes, sio: int) -> str:
    found = incoming.accept(data, sio)
    assert isinstance(found, Refused), found
    return found.code


@pytest.mark.req("S-states")
def test_a_bulletin_of_a_peer_is_accepted_corrected_and_recalled_and_read_by_its_level_only():
    sio = make_sio().pk
    first = bulletin()
    with staff():
        peer(sio)
        looked = incoming.look(sent(first))
        assert isinstance(looked, Looked) and (looked.verdict, looked.level) == ("new", Level.FOUO)
        assert not Received.objects.exists()  # looking keeps nothing
        incoming.accept(sent(first), sio)
    for level, sees in ((Level.OPEN, False), (Level.FOUO, True), (Level.LES, True)):
        with member(level):
            assert Received.objects.exists() is sees
    corrected = replace(
        first,
        version=2,
        state="corrected",
        paragraphs=("Two regions.",),
        modified=first.modified + timedelta(minutes=1),
    )
    recalled = replace(
        corrected,
        version=3,
        state="recalled",
        paragraphs=(),
        remark="Withdrawn.",
        modified=first.modified + timedelta(minutes=2),
    )
    with staff():
        assert incoming.accept(sent(corrected), sio).verdict == "newer"
        assert incoming.accept(sent(corrected), sio).verdict == "again"
        assert refused(sent(first), sio) == "rollback"
    with member(Level.FOUO):
        assert Received.objects.get().body == "Two regions."
    with staff():
        incoming.accept(sent(recalled), sio)
        assert refused(sent(corrected), sio) == "rollback"
    with member(Level.FOUO):
        left = Received.objects.get()
        assert (left.state, left.body, left.remark) == ("recalled", "", "Withdrawn.")
    assert list(Package.objects.order_by("at").values_list("result", flat=True)) == [
        "new", "newer", "again", "rollback", "newer", "rollback",
    ]  # fmt: skip


@contextmanager
def as_lakeland() -> Iterator[None]:
    """What the other programme does has a store of its own: nothing of it stays in ours."""
    mark = transaction.savepoint()
    yield
    transaction.savepoint_rollback(mark)


@pytest.mark.req("S-states")
def test_what_we_pass_on_arrives_at_another_programme_with_its_correction_and_its_recall():
    sio = make_sio().pk
    first = bulletin()
    corrected = replace(first, version=2, state="corrected", paragraphs=("Two regions.",), remark="One was older.",
                        modified=first.modified + timedelta(minutes=1))  # fmt: skip
    recalled = replace(
        corrected, version=3, state="recalled", paragraphs=(), modified=first.modified + timedelta(minutes=2)
    )
    files = []
    with staff():
        lakeland = peer(sio)
        for one in (first, corrected, recalled):
            assert outgoing.share(one, sio)
            assert not outgoing.share(one, sio)  # pressed twice
            files.append(outgoing.pack(lakeland.id, one.id, sio))
        with pytest.raises(CannotDo):
            outgoing.share(
                replace(first, version=4, modified=first.modified + timedelta(minutes=9)), sio
            )  # it was recalled
        assert not Shared.objects.filter(body__description__contains="regions").exists()  # its texts are gone
        with as_lakeland():
            Peer.objects.update(fingerprint=None, public_key=None)
            us = peers.join("Prairie", "programme", "Sam", "", sio, new_id())
            Peer.objects.filter(pk=us.id).update(
                fingerprint=keys.own_fingerprint(), public_key=keys.own_public(), level=Level.FOUO
            )
            verdicts = [incoming.accept(file, sio, own=THEIRS).verdict for file in files]
            assert verdicts == ["new", "newer", "newer"]
            got = Received.objects.get()
            assert (got.title, got.state, got.body) == (first.title, "recalled", "")


@pytest.mark.req("S-levels")
def test_a_peer_sends_no_more_than_was_agreed_and_what_is_for_few_stays_with_the_staff():
    sio = make_sio().pk
    les = bulletin(id=new_id(), markings=("LAW ENFORCEMENT SENSITIVE",), level=Level.LES)
    with staff():
        lakeland = peer(sio)
        assert refused(sent(les), sio) == "level"
        sneaky = replace(les, level=Level.FOUO)  # its own word says FOUO, its marking says more
        assert refused(sent(sneaky), sio) == "level"
        assert refused(sent(bulletin(markings=("SECRET",))), sio) == "marking"
        strict = bulletin(id=new_id(), markings=("TLP:AMBER+STRICT",))
        incoming.accept(sent(strict), sio)
        peers.end(lakeland.id, sio)
        assert refused(sent(bulletin(id=new_id())), sio) == "ended"
    with member(Level.LES):
        assert not Received.objects.exists()


@pytest.mark.req("S-levels")
def test_each_level_has_its_own_rendition_and_reads_no_other_even_a_lower_one():
    sio = make_sio().pk
    with staff():
        for level, text in (
            (Level.OPEN, "Open words."),
            (Level.FOUO, "Vetted words."),
            (Level.LES, "Sworn words."),
        ):
            outgoing.share(bulletin(level=level, paragraphs=(text,)), sio)
    for level, text in (
        (Level.OPEN, "Open words."),
        (Level.FOUO, "Vetted words."),
        (Level.LES, "Sworn words."),
    ):
        with member(level):
            assert [one.body["description"] for one in Shared.objects.filter(stix_type="report")] == [text]
            with pytest.raises(DatabaseError), transaction.atomic():
                Package.objects.exists()
    with played("network"), pytest.raises(DatabaseError), transaction.atomic():
        Shared.objects.exists()  # who forgets the wall is refused


@pytest.mark.req("S-states")
def test_a_key_counts_once_its_fingerprint_was_read_out_and_a_guest_is_sent_what_is_open():
    sio = make_sio().pk
    public = b64encode(package.public_of(LAKELAND)).decode()
    with staff():
        guest = peers.join("Far State", Peer.Kind.GUEST, "Ash Reyes", "", sio, new_id())
        assert (
            peers.join("Far State", Peer.Kind.GUEST, "Ash Reyes", "", sio, guest.id) == guest
        )  # pressed twice
        for wrong in ("", THEIRS[:19], "0" * 64, THEIRS[1:30]):
            with pytest.raises(CannotDo) as why:
                peers.trust(guest.id, public, wrong, sio)
            assert why.value.field == "read_out"
        for wrong in ("", "no key", b64encode(b"short").decode()):
            with pytest.raises(CannotDo):
                peers.trust(guest.id, wrong, THEIRS, sio)
        with pytest.raises(CannotDo):
            peers.trust(guest.id, b64encode(keys.own_public()).decode(), keys.own_fingerprint(), sio)
        peers.trust(guest.id, public, keys.spoken(THEIRS).upper()[:34], sio)
        with pytest.raises(CannotDo):
            peers.entitle(guest.id, Level.FOUO, sio)
        peers.become_programme(guest.id, sio)
        assert peers.entitle(guest.id, Level.FOUO, sio).level == Level.FOUO


@pytest.mark.req("S-states")
def test_tlp_red_is_passed_on_to_no_programme():
    sio = make_sio().pk
    with staff():
        with pytest.raises(CannotDo):
            outgoing.share(bulletin(markings=("TLP:RED",)), sio)
        with pytest.raises(CannotDo):
            outgoing.share(bulletin(markings=()), sio)
        assert json.dumps(list(Shared.objects.values())) == "[]"
