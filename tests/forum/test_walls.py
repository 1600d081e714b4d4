"""The database itself shows nobody what lies above them, and lets nobody write above or as another (S-levels)."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forum.support import ASK, Person
from tests.network.support import played
from upstander import clock
from upstander.forum import board, contributions, peers, queries, requests
from upstander.forum.models import (
    Answer,
    Card,
    Concern,
    ConcernStep,
    Contribution,
    ContributionFile,
    ContributionStep,
    Party,
    Post,
    Request,
    RequestStep,
    Ruling,
    Thread,
    Word,
)
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-levels")]
MODELS = (
    Answer, Card, Concern, ConcernStep, Contribution, ContributionFile, ContributionStep, Party, Post, Request, RequestStep,
    Ruling, Thread, Word,
)  # fmt: skip
TABLES = [model._meta.db_table for model in MODELS]


def refused(sql: str, *values: object) -> bool:
    """Whether the database will not have it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError as error:
        assert "permission denied" in str(error) or "row-level security" in str(error), error
        return True
    return False


def of(who: Person) -> dict[str, object]:
    return {"id": new_id(), "at": clock.now(), "member_id": who.member.pk if who.member else None}


def written(row: Contribution | Thread | Post | Request) -> bool:
    """Whether the database takes a row."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError as error:
        assert "row-level security" in str(error), error
        return False
    return True


@pytest.mark.parametrize("login", ["network", "worker", "relay"])
def test_before_the_walls_no_login_reads_any_of_it(them, login):
    with played(login):
        for table in TABLES:
            if table == "forum_word" and login != "network":
                continue
            assert refused(f"SELECT count(*) FROM {table}"), table


def test_every_table_of_the_room_is_behind_a_wall(them):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relrowsecurity FROM pg_class WHERE relname LIKE 'forum\\_%%' AND relkind = 'r'")
        found = dict(cursor.fetchall())
    assert set(found) == set(TABLES) and all(found.values())


@pytest.mark.parametrize("table", TABLES)
def test_a_member_changes_and_removes_nothing_but_their_card(them, table):
    with them.cole.acting():
        if table == "forum_card":
            assert not refused("DELETE FROM forum_card")
        elif table == "forum_word":
            assert refused("SELECT 1 FROM forum_word")
        else:
            assert refused(f"DELETE FROM {table}") and refused(f"UPDATE {table} SET id = id")


def test_a_member_writes_neither_above_their_level_nor_as_another_nor_as_staff(them):
    given = {"title": "T", "text": "x", "kind": "lesson"}
    with them.ana.acting() as ana:
        assert written(Contribution(level=1, **given, **of(them.ana)))
        assert not written(Contribution(level=2, **given, **of(them.ana)))
        assert not written(Contribution(level=1, **given, **of(them.ben)))
        assert not written(Contribution(level=1, **given, id=new_id(), at=clock.now(), staff_id=ana.account_id))
        assert not written(Thread(level=2, title="T", **of(them.ana)))
        assert not written(Request(level=2, due_at=clock.now(), **of(them.ana)))
        for table in ("forum_ruling", "forum_concern", "forum_concernstep", "forum_party"):
            assert refused(f"INSERT INTO {table} (id) VALUES (%s)", new_id())


def test_a_post_has_the_level_of_its_thread_whoever_writes_it(them):
    with them.cole.acting() as cole:
        post = board.open_thread(cole, 2, "", "Radio channels", "Which one do you use?", new_id())
        slipped = Post(level=1, thread_id=post.thread_id, text="x", kind="word", shown=True, **of(them.cole))
        with pytest.raises(DatabaseError, match="forum_post_level_of_thread"), transaction.atomic():
            slipped.save(force_insert=True)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class TestNotGuessed:
    """What is above somebody is not there: not seen, not counted, not told of by what hangs on it."""

    @pytest.fixture
    def above(self, them) -> dict[str, UUID]:
        """One of each kind at the level of the sworn."""
        with them.cole.acting() as cole:
            gift = contributions.contribute(cole, contributions.Given("lesson", "Radios", "We changed them.", 2), new_id())
            asked = requests.ask(cole, requests.Asked(**ASK | {"level": 2}), new_id())
            post = board.open_thread(cole, 2, "", "Tactics", "What do you do?", new_id())
        with them.sio.acting() as sio:
            board.rule(sio, post.pk, "released", "", new_id())
            requests.put(sio, asked.pk, None)
            concern = board.open_concern(sio, 2, "Traffic stops near schools", "", "", new_id())
            board.concern_step(sio, concern.pk, "doing", "A sergeant", "", None, new_id())
        return {"contributions": gift.pk, "requests": asked.pk, "threads": post.thread_id, "concerns": concern.pk}

    def test_by_no_page_and_no_count(self, them, above):
        pages = ("", "requests/", "threads/", "concerns/", "peers/", "terms/")
        seen = "".join(them.ana.get(f"/forum/{page}") for page in pages)
        for word in ("Radios", "Tactics", "Traffic", "Drills"):
            assert word not in seen, word
        for kind, pk in above.items():
            assert them.ana.status(f"/forum/{kind}/{pk}/") == 404
            assert them.ana.status(f"/forum/{kind}/{new_id()}/") == 404
        with them.ana.acting() as ana:
            for model in MODELS:
                if model is not Word:
                    assert model.objects.count() == 0, model
            assert queries.threads().count() == 0 and not queries.put_to(ana.member_id).exists()

    def test_but_by_the_sworn_and_only_as_far_as_it_is_theirs(self, them, above):
        assert "Tactics" in them.dana.get("/forum/threads/") and "Traffic" in them.dana.get("/forum/concerns/")
        assert "Drills" in them.dana.get("/forum/requests/")
        assert them.dana.status(f"/forum/contributions/{above['contributions']}/") == 404
        assert them.cole.status(f"/forum/contributions/{above['contributions']}/") == 200

    def test_nor_written_into_by_who_knows_its_address(self, them, above):
        for address in (f"/forum/threads/{above['threads']}/", f"/forum/requests/{above['requests']}/"):
            assert them.ana.post(address, text="x", kind="word", source="s", source_kind="own", level=1).status_code == 404
        with them.ana.acting():
            assert not written(Post(level=2, thread_id=above["threads"], text="x", kind="word", shown=True, **of(them.ana)))
            assert not written(Answer(
                level=1, request_id=above["requests"], text="x", source="x", source_kind="own", released=False, **of(them.ana)
            ))  # fmt: skip

    def test_an_answer_above_whoever_asked_leaves_no_trace_with_them(self, them):
        with them.ana.acting() as ana:
            asked = requests.ask(ana, requests.Asked(**ASK), new_id())
        before = them.ana.get(f"/forum/requests/{asked.pk}/")
        with them.sio.acting() as sio:
            requests.answer(sio, asked.pk, requests.Said("Known to police.", 2, "record", "a report"), new_id())
            assert queries.requests().get(pk=asked.pk).state == "answered"
        assert not Word.objects.exists()
        plain = str.maketrans("", "", "0123456789")
        strip = [line for line in before.splitlines() if "press" not in line and "csrf" not in line and "data-server" not in line]
        after = them.ana.get(f"/forum/requests/{asked.pk}/")
        for line in strip:
            assert line.translate(plain) in after.translate(plain)
        assert "Known to police" not in after and "waits to be taken up" in after

    def test_whose_level_falls_sees_their_own_words_no_more(self, them, above):
        them.cole.member.entitlements.update(level=1)
        assert them.cole.status(f"/forum/contributions/{above['contributions']}/") == 404
        assert "Tactics" not in them.cole.get("/forum/threads/")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.sampled_from(list(Level)), st.booleans(), st.integers(0, 3)), min_size=1, max_size=8))
def test_whatever_is_written_each_sees_what_is_shown_at_or_below_their_level_and_their_own(them, rows):
    writers = [them.ana, them.ben, them.cole, them.dana]
    Post.objects.all().delete()
    Thread.objects.all().delete()
    for level, shown, n in rows:
        by = {"member_id": writers[n].member.pk}
        thread = Thread.objects.create(id=new_id(), level=level, at=clock.now(), title="t", shown=shown, **by)
        Post.objects.create(id=new_id(), level=level, at=clock.now(), thread=thread, text="w", kind="word", shown=shown, **by)
    for person in writers:
        with person.acting() as who:
            for model in (Thread, Post):
                seen = list(model.objects.values_list("level", "shown", "member_id"))
                mine = writers.index(person)
                wanted = [(lv, s, writers[n].member.pk) for lv, s, n in rows if lv <= who.level and (s or n == mine)]
                assert sorted(map(str, seen)) == sorted(str((int(level), s, by)) for level, s, by in wanted)


def test_a_card_is_its_members_alone_to_show_and_to_withdraw(them):
    with them.ana.acting() as ana:
        peers.show(ana, {"shows_name": True})
    with them.ben.acting():
        assert Card.objects.count() == 1
        assert not Card.objects.filter(pk=them.ana.member.pk).update(shows_position=True)
        assert Card.objects.filter(pk=them.ana.member.pk).delete()[0] == 0
        assert refused("INSERT INTO forum_card SELECT %s, true, true, true, true, '', '', now()", them.cole.member.pk)
