"""A kept search tells its member of what is new, at their level and never above it, and says no word of what they look for
(S-repository, S-levels)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from tests.network.support import make_member, played
from tests.products.conftest import bulletin, text, title
from tests.repository.conftest import discussed, gathered, relayed, shared, work
from upstander import clock as the_clock
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Entitlement, Member
from upstander.repository import keeping, looking
from upstander.repository.errors import CannotDo
from upstander.repository.finding import Wanted
from upstander.repository.models import Alert, Kept

pytestmark = pytest.mark.req("S-repository")
KETTLE = "kettle"  # what is looked for


def keep(member: Member, words: str = KETTLE, how: str = "at_once", level: Level | None = None, **more: object) -> Kept:
    with played("network"), walls.reading(level if level is not None else Level.FOUO, member.id):
        return keeping.keep(member.id, member.account_id, new_id(), Wanted(words, **more), how)


def said(*words: str, marking: str = "fouo", head: str = "About kettles", **more: object):
    return bulletin(title(head, marking), *(text(one, marking) for one in words or ("A kettle stood there.",)), **more)


def subjects(found: dict) -> list[str]:
    return [mail.subject for mail in found.values()]


def test_who_keeps_a_search_is_told_at_once_of_what_has_it_and_of_nothing_else(them, released, later):
    kept = keep(them.ana.member)
    released(said("About a bus.", head="Buses"))
    later(minutes=2)
    assert relayed() == {}
    released(said())
    later(minutes=4)
    (mail,) = relayed().values()
    assert mail.to_address == them.ana.account.email and mail.subject.startswith("1 new for a search that you keep")
    assert "About kettles" in mail.text and f"/find/kept/{kept.id}/" in mail.text
    assert mail.text.startswith("UNCLASSIFIED//FOR OFFICIAL USE ONLY") or "FOR OFFICIAL USE ONLY" in mail.text.splitlines()[0]
    later(minutes=6)
    assert relayed() == {}, "once"


def test_it_tells_of_what_every_room_has_and_of_the_forum_without_a_word(them, released, sio, later):
    keep(them.ben.member, "gate kettle".split()[0])
    discussed(them, text="The gate is moved.")
    gathered(title="A new gate", text="How it opens.")
    shared(sio, headline="Ice at the gate")
    later(minutes=2)
    (mail,) = relayed().values()
    assert mail.subject.startswith("3 new") and "A new gate" in mail.text and "Ice at the gate" in mail.text
    assert "Reunification" not in mail.text and "1 more is read after sign-in only" in mail.text


@pytest.mark.req("S-levels")
def test_nobody_is_told_of_a_hit_above_their_level_and_no_mail_names_what_is_les(them, released, later):
    keep(them.ana.member)
    keep(them.cole.member, level=Level.LES)
    released(bulletin(title("An account", "open"), text("Somebody looked at it.", "open"), text("A kettle is known.", "les")))
    later(minutes=2)
    found = relayed()
    (mail,) = found.values()
    assert mail.to_address == them.cole.account.email
    assert "An account" not in mail.text + (mail.html or "") + mail.subject and "after sign-in only" in mail.text


@pytest.mark.req("S-levels")
def test_the_level_is_that_of_the_moment_of_sending(them, released, later):
    keep(them.cole.member, level=Level.LES)
    released(said(marking="les"))
    later(minutes=2)
    Entitlement.objects.filter(member=them.cole.member, level=Level.LES).update(ends_at=the_clock.now())
    assert relayed() == {}


@pytest.mark.req("S-membership")
def test_whom_nothing_may_reach_is_told_nothing_and_later_not_of_what_came_meanwhile(them, released, later):
    keep(them.ana.member)
    Member.objects.filter(pk=them.ana.member.pk).update(state=Member.State.SUSPENDED)
    released(said())
    later(minutes=2)
    assert not Alert.objects.exists()
    Member.objects.filter(pk=them.ana.member.pk).update(state=Member.State.ACTIVE)
    later(minutes=2)
    assert relayed() == {}
    released(said(head="More kettles"))
    later(minutes=2)
    Member.objects.filter(pk=them.ana.member.pk).update(left_at=the_clock.now())
    assert Alert.objects.count() == 1 and relayed() == {}, "lapsed between the worker and the relay"


def test_daily_and_weekly_come_in_the_morning_with_all_that_came(them, released, later):
    now = the_clock.now()
    tuesday = (now + timedelta(days=(1 - now.weekday()) % 7 or 7)).replace(hour=18)
    later(seconds=(tuesday - now).total_seconds())
    kept = keep(them.ana.member, how="daily")
    weekly = keep(them.ben.member, how="weekly")
    assert kept.next_at < weekly.next_at <= the_clock.now() + timedelta(days=7)
    released(said()), released(said(head="More kettles"))
    later(minutes=5)
    assert relayed() == {}
    later(hours=24)
    found = relayed()
    mine = [mail for mail in found.values() if mail.to_address == them.ana.account.email]
    assert len(mine) == 1 and mine[0].subject.startswith("2 new")
    released(said(head="Kettles in the afternoon"))
    later(minutes=5)
    assert not [mail for mail in relayed().values() if mail.to_address == them.ana.account.email], "not before the next morning"
    later(days=7)
    assert [mail for mail in relayed().values() if mail.to_address == them.ben.account.email][0].subject.startswith("3 new")


def test_kind_topic_and_region_narrow_what_is_told(them, released, sio, later):
    keep(them.ana.member, "", kinds=("item",))
    keep(them.ben.member, "", topic="cyber")
    released(said())
    later(minutes=2)
    assert not Alert.objects.exists(), "the worker sees by the headers that it is about neither"
    shared(sio)
    released(said(topics=("cyber",), head="Routers"))
    later(minutes=2)
    told = {mail.to_address: mail.text for mail in relayed().values()}
    assert "Winter storm" in told[them.ana.account.email] and "Routers" in told[them.ben.account.email]
    assert "Routers" not in told[them.ana.account.email]


def test_a_search_changes_and_ends_and_its_words_are_gone(them, released, later):
    kept, member = keep(them.ana.member), them.ana.member
    with them.ana.acting():
        keeping.change(member.id, member.account_id, kept.id, "never")
    released(said())
    later(minutes=2)
    assert relayed() == {}
    with them.ana.acting():
        keeping.change(member.id, member.account_id, kept.id, "at_once")
    released(said(head="More kettles"))
    later(minutes=2)
    assert Delivery.objects.filter(purpose=looking.PURPOSE, state="pending").count() == 1
    with them.ana.acting():
        keeping.end(member.id, member.account_id, kept.id)
        keeping.end(member.id, member.account_id, kept.id)
    kept.refresh_from_db()
    assert bytes(kept.sealed_words) == b"" and relayed() == {}
    with them.ana.acting(), pytest.raises(CannotDo):
        keeping.change(member.id, member.account_id, kept.id, "daily")


def test_one_keeps_so_many_and_no_search_for_nothing(them):
    member = them.ana.member
    with them.ana.acting():
        press = new_id()
        first = keeping.keep(member.id, member.account_id, press, Wanted("one"), "daily")
        assert keeping.keep(member.id, member.account_id, press, Wanted("one"), "daily").id == first.id, "pressed twice"
        for n in range(keeping.MOST - 1):
            keeping.keep(member.id, member.account_id, new_id(), Wanted(f"number {n}"), "daily")
        for wrong in (Wanted("one more"), Wanted("  \x00 ")):
            with pytest.raises(CannotDo):
                keeping.keep(member.id, member.account_id, new_id(), wrong, "daily")
        keeping.end(member.id, member.account_id, first.id)
        keeping.keep(member.id, member.account_id, new_id(), Wanted("one more"), "daily")
        assert len(keeping.mine(member.id)) == keeping.MOST


@pytest.mark.req("S-levels")
def test_a_kept_search_is_its_members_own_and_its_words_lie_sealed(them):
    kept = keep(them.ana.member, "kettle in the gym")
    raw = bytes(Kept.objects.get(pk=kept.pk).sealed_words)
    assert b"kettle" not in raw and len(raw) > 20
    for other in (them.ben, them.cole, them.sio, them.second):
        with other.acting():
            assert not Kept.objects.exists()
            assert keeping.one(them.ana.member.id, kept.id) is None
            forged = Kept(id=new_id(), member=them.ana.member, sealed_words=b"x", how="daily", made_at=kept.made_at,
                          seen_at=kept.made_at, opened_at=kept.made_at)  # fmt: skip
            with pytest.raises(DatabaseError, match="row-level security"), walls.reading(Level.OPEN, other.who.member_id):
                forged.save(force_insert=True)
    with played("worker"), pytest.raises(DatabaseError, match="permission denied"), atomic():
        connection.cursor().execute("SELECT sealed_words FROM repository_kept")
    with played("network"), walls.reading(Level.FOUO, them.ana.member.id):
        assert keeping.one(them.ana.member.id, kept.id).wanted.words == "kettle in the gym"


def test_many_that_come_at_once_are_told_of_together(them, released, later, monkeypatch):
    monkeypatch.setattr(looking, "_SEEN", 2)
    keep(them.ana.member)
    for n in range(4):
        released(said(head=f"Kettle {n}"))
    later(minutes=2)
    assert subjects(relayed())[0].startswith("4 new")


def test_a_member_who_joins_later_has_a_search_of_their_own(them, released, later):
    other = make_member(level=Level.OPEN)
    keep(other, level=Level.OPEN)
    released(said(marking="open"))
    later(minutes=2)
    work()
    (mail,) = relayed().values()
    assert mail.to_address == other.account.email
