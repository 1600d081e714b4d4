"""What hangs on one member is neither read nor written behind another's wall, whatever a page forgot to ask (S-levels)."""

import pytest
from django.db import DatabaseError, connection

from tests.network.support import make_member, make_sio, played, vouch
from upstander import clock
from upstander.circulation import own
from upstander.circulation.models import Choice, Device
from upstander.exchange.models import Item, Source
from upstander.gatherings import feeds
from upstander.gatherings.models import Feed
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import AgencyCheck, Attestation, Bounce, Entitlement, Signature
from upstander.network.standing import standing

OWN = (Entitlement, Signature, Attestation, Bounce, AgencyCheck)


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_a_member_reads_nobody_elses_entitlements_agreement_yearly_word_and_bounces(network, level):
    me, other = make_member(level=Level.LES), make_member(level=Level.LES)
    for one in (me, other):
        Attestation.objects.create(id=new_id(), member=one, position="Principal", works_at="x", at=clock.now())
        Bounce.objects.create(delivery_id=new_id(), member=one, at=clock.now(), code="5.1.1")
        vouch(one)
    with played("network"), walls.reading(level, me.id):
        for model in OWN:
            assert set(model.objects.values_list("member_id", flat=True)) == {me.id}, model
    with played("network"):
        for model in OWN:
            assert set(model.objects.values_list("member_id", flat=True)) == {me.id, other.id}, "to say who somebody is"


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", [*Level, walls.STAFF])
def test_nobody_puts_a_calendars_address_on_another_members_row(network, level):
    me, other = make_member(), make_member()
    with played("network"), walls.reading(level, other.id):
        feeds.make(standing(other.account))
    planted = {"digest": b"x" * 32, "made_at": clock.now()}
    with played("network"), walls.reading(level, me.id):
        assert not Feed.objects.exists(), "nor is it seen"
        assert Feed.objects.filter(member=other).update(**planted) == 0
    third = make_member()
    with played("network"), pytest.raises(DatabaseError, match="row-level security"), walls.reading(level, me.id):
        Feed.objects.create(member=third, **planted)
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        with walls.reading(level, None):
            cursor.execute("RESET ROLE; SET LOCAL ROLE upstander_network")
            cursor.execute("UPDATE gatherings_feed SET digest = 'x'")
    assert bytes(Feed.objects.get().digest) != b"x" * 32


@pytest.mark.req("S-levels")
def test_a_calendar_is_found_by_its_address_before_anybody_is_known(network):
    one = make_member()
    with played("network"), walls.reading(Level.FOUO, one.id):
        token = feeds.make(standing(one.account))
    with played("network"):
        assert feeds.of(token) is not None and feeds.of("A" * 43) is None


@pytest.mark.req("S-levels")
def test_the_staffs_hand_ends_newsletters_and_plants_no_feed_no_telephone_and_no_device(network):
    me, other = make_member(), make_member()
    with played("network"), walls.reading(Level.FOUO, other.id):
        own.chosen(other.id)
    with played("network"):
        own.unsubscribe(other.id)
        for planted in ({"feed_digest": b"x" * 32}, {"feed_made_at": clock.now()}):
            with pytest.raises(DatabaseError, match="for the member to say"), walls.reading(walls.STAFF, me.id):
                Choice.objects.filter(member=other).update(**planted)
        fields = {"host": "push.example", "made_at": clock.now(), "key_version": 1, "sealed_relay": b"x"}
        with pytest.raises(DatabaseError, match="row-level security|permission denied"), walls.reading(walls.STAFF, me.id):
            Device.objects.bulk_create([Device(id=new_id(), member=other, **fields)])
        with walls.reading(walls.STAFF, other.id):
            Choice.objects.filter(member=other).update(feed_digest=b"y" * 32)
    found = Choice.objects.get(member=other)
    assert found.newsletters_off_at is not None and bytes(found.feed_digest) == b"y" * 32


def source(name: str) -> Source:
    return Source.objects.create(
        id=new_id(), name=name, address="https://inside.example/feed?key=secret", programme="fire", level=0, made_by="x",
        made_at=clock.now(), last_detail="",
    )  # fmt: skip


@pytest.mark.req("S-levels")
@pytest.mark.parametrize("level", list(Level))
def test_of_a_source_members_read_the_name_where_something_was_shared_with_them_and_never_its_address(network, level):
    make_sio()
    shared, silent = source("Fire marshal"), source("Not yet used")
    Item.objects.create(
        id=new_id(), source=shared, said_by="x", external_id="1", title="T", text="", sent=clock.now(), arrived_at=clock.now(),
        state=Item.State.SHARED, level=int(level), decided_at=clock.now(),
    )  # fmt: skip
    with played("network"), walls.reading(level):
        assert list(Source.objects.values_list("name", flat=True)) == ["Fire marshal"]
    with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(level):
        list(Source.objects.values_list("address", flat=True))
    if level > Level.OPEN:
        with played("network"), walls.reading(Level(level - 1)):
            assert not Source.objects.values("id").exists(), silent
