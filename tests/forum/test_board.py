"""Members discuss under moderation; the board opens with the article's eight concerns and says what became of each (S-peer)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.forum.support import Person, mailed
from tests.network.support import client_for, entitle, make_member
from upstander.forum import board, holding, packed, queries
from upstander.forum.models import Concern, ConcernStep, Post, Ruling, Thread, Word
from upstander.ids import new_id
from upstander.markings import Level

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-peer")]
TYPED = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=220)
NEW = {"title": "Side doors", "text": "What do you do about propped doors?", "topic": "", "level": 1}


def begin(person: Person, **more: object) -> Post:
    assert person.post("/forum/threads/new/", **NEW | more).status_code == 302
    return Post.objects.latest("at")


def rule(person: Person, post: Post, kind: str, reason: str = "") -> int:
    return person.post(f"/desk/forum/posts/{post.pk}/", kind=kind, reason=reason).status_code


def known(them, person: Person) -> None:
    """Their first posts were released by a person."""
    for _ in range(holding.FIRST):
        assert rule(them.sio, begin(person), "released") == 302


class TestModeration:
    def test_first_posts_wait_for_a_person_and_later_ones_are_seen_at_once(self, them):
        first = begin(them.ana)
        assert "Side doors" not in them.ben.get("/forum/threads/")
        assert "Waits for a moderator" in them.ana.get(f"/forum/threads/{first.thread_id}/")
        assert them.ben.status(f"/forum/threads/{first.thread_id}/") == 404
        assert rule(them.sio, first, "released") == 302
        assert "Side doors" in them.ben.get("/forum/threads/")
        for _ in range(holding.FIRST - 1):
            assert rule(them.sio, begin(them.ana), "released") == 302
        assert begin(them.ana, title="At once").shown and "At once" in them.ben.get("/forum/threads/")

    def test_a_name_holds_it_whoever_wrote_it_and_its_writer_was_asked_first(self, them):
        known(them, them.ana)
        named = {"text": "Marcus Bellweather did it again."}
        answer = them.ana.post("/forum/threads/new/", **NEW | named)
        assert answer.status_code == 422 and "Marcus Bellweather" in answer.content.decode()
        post = begin(them.ana, **named, as_it_is="on")
        assert not post.shown and post.held_for == ["identifying"]
        assert "Marcus Bellweather”" in them.sio.get(f"/desk/forum/posts/{post.pk}/")

    def test_in_an_open_discussion_every_member_waits(self, them):
        known(them, them.ana)
        assert begin(them.ana, level=0).held_for == ["open"]

    def test_withdrawn_with_a_reason_its_author_reads_it_others_nothing_and_the_history_stays(self, them):
        post = begin(them.ana)
        rule(them.sio, post, "released")
        assert rule(them.second, post, "withdrawn") == 422
        assert rule(them.second, post, "withdrawn", "It names a school.") == 302
        assert them.ben.status(f"/forum/threads/{post.thread_id}/") == 404
        assert "It names a school." in them.ana.get(f"/forum/threads/{post.thread_id}/")
        history = them.sio.get(f"/desk/forum/posts/{post.pk}/")
        assert "Sam Whitaker" in history and "Ada Okonkwo" in history and Ruling.objects.count() == 2
        assert mailed(*Word.objects.all()) == [them.ana.account.email] * 2
        assert rule(them.sio, post, "released") == 302 and them.ben.status(f"/forum/threads/{post.thread_id}/") == 200

    def test_a_later_post_withdrawn_takes_nothing_else_with_it(self, them):
        first = begin(them.sio)
        known(them, them.ben)
        them.ben.post(f"/forum/threads/{first.thread_id}/", kind="word", text="We lock ours.")
        rule(them.sio, Post.objects.latest("at"), "withdrawn", "Off the topic.")
        seen = them.ana.get(f"/forum/threads/{first.thread_id}/")
        assert "propped doors" in seen and "We lock ours." not in seen

    def test_no_member_moderates_or_closes(self, them):
        post = begin(them.sio)
        assert rule(them.cole, post, "withdrawn", "x") == 403
        assert them.cole.client.post(f"/desk/forum/threads/{post.thread_id}/close/").status_code == 403
        assert Post.objects.get().shown and Thread.objects.get().closed_at is None

    def test_closed_is_closed_to_everybody(self, them):
        post = begin(them.sio)
        assert them.sio.client.post(f"/desk/forum/threads/{post.thread_id}/close/").status_code == 302
        assert them.ana.post(f"/forum/threads/{post.thread_id}/", kind="word", text="Too late").status_code == 422
        assert "closed" in them.ana.get(f"/forum/threads/{post.thread_id}/")

    @given(level=st.sampled_from(list(Level)), before=st.integers(0, 9), found=st.integers(0, 9), staff=st.booleans())
    def test_a_member_is_seen_at_once_only_known_clean_and_not_in_the_open(self, level, before, found, staff):
        at_once = holding.held_for(level, before, found, staff=staff) == []
        assert at_once == (staff or (level > Level.OPEN and before >= holding.FIRST and not found))


class TestDiscussion:
    def test_pressed_twice_it_is_one(self, them):
        press = new_id()
        for _ in range(2):
            assert them.ana.post("/forum/threads/new/", press, **NEW).status_code == 302
        thread = Thread.objects.get()
        again = new_id()
        for _ in range(2):
            them.ana.post(f"/forum/threads/{thread.pk}/", again, kind="word", text="More")
        assert Post.objects.count() == 2

    def test_a_member_is_signed_with_what_they_chose_to_show_and_no_more(self, them):
        post = begin(them.ana)
        rule(them.sio, post, "released")
        address = f"/forum/threads/{post.thread_id}/"
        assert "Ana Rivera" not in them.ben.get(address) and "Ana Rivera" in them.sio.get(address)
        them.ana.post("/forum/peers/mine/", shows_name="on")
        assert "Ana Rivera" in them.ben.get(address)
        them.ana.client.post("/forum/peers/mine/withdraw/")
        assert "Ana Rivera" not in them.ben.get(address)

    def test_of_one_topic_only_its_discussions(self, them):
        code, _label = packed.topics()[0]
        begin(them.sio, topic=code, title="Of the topic")
        begin(them.sio, title="Of none")
        of_topic = them.ana.client.post("/forum/threads/", {"topic": code}).content.decode()
        assert "Of the topic" in of_topic and "Of none" not in of_topic
        assert "Of none" in them.ana.get("/forum/threads/?topic=<script>&page=99999999999")

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=TYPED, title=TYPED, topic=st.text(max_size=60), level=st.text(max_size=5))
    def test_whatever_is_sent_is_kept_as_words_or_comes_back(self, them, text, title, topic, level):
        answer = them.ana.post("/forum/threads/new/", text=text, title=title, topic=topic, level=level, as_it_is="on")
        assert answer.status_code in (302, 422)
        answer = them.ana.post("/forum/threads/new/", text=f"<script>{text}", title=f"<b>{title[:90]}x", level=1, as_it_is="on")
        assert answer.status_code == 302
        page = them.ana.get(answer["Location"])
        assert "<script>" not in page.split("<main", 1)[1] and "<b>" + title[:9] + "x" not in page


class TestConcerns:
    @pytest.fixture
    def opened(self, them) -> list[Concern]:
        """The board, opened by a press."""
        for _ in range(2):
            assert them.sio.client.post("/desk/forum/concerns/open/").status_code == 302
        return list(Concern.objects.order_by("number"))

    def test_it_opens_with_the_articles_eight_each_once(self, them, opened):
        assert [concern.title for concern in opened] == [concern.text for concern in packed.concerns()]
        assert len(opened) == 8
        seen = them.ana.get("/forum/concerns/")
        assert "leakers" in seen and "Put 8 concerns" not in them.sio.get("/desk/forum/")
        bridge = them.ana.get(f"/forum/concerns/{opened[2].pk}/")
        assert "Shared terminology of issues for better communication" in bridge

    def test_members_propose_the_staff_own_it_and_say_what_came_of_it(self, them, opened):
        concern = opened[2]
        address, desk = f"/forum/concerns/{concern.pk}/", f"/desk/forum/concerns/{concern.pk}/"
        them.ana.post(address, kind="proposal", text="A list of terms for both professions.")
        proposal = Post.objects.get()
        assert "list of terms" not in them.ben.get(address)
        rule(them.sio, proposal, "released")
        assert "list of terms" in them.ben.get(address)
        doing = {"state": "doing", "text": "Being written."}
        assert them.sio.post(desk, **doing).status_code == 422
        assert them.sio.post(desk, **doing, owner="The SIO", adopted=str(proposal.pk)).status_code == 302
        assert them.sio.post(desk, state="resolved").status_code == 422
        assert them.sio.post(desk, state="resolved", text="The glossary stands.").status_code == 302
        seen = them.ben.get(address)
        assert "The glossary stands." in seen and "seen to by The SIO" in seen and "Followed:" in seen
        assert ConcernStep.objects.count() == 2
        with them.sio.acting():
            [found] = queries.concerns().filter(pk=concern.pk)
            assert (found.state, found.owner, found.said, found.proposed) == ("resolved", "The SIO", 1, 1)

    def test_what_a_member_raises_can_be_put_on_the_board(self, them, opened):
        them.ana.post("/forum/contribute/", kind="concern", title="Substitutes", text="They know no drill.", level=1)
        with them.sio.acting():
            [gift] = queries.contributions()
        page = them.sio.get(f"/desk/forum/concerns/new/?of={gift.pk}")
        assert "They know no drill." in page
        press = new_id()
        for _ in range(2):
            them.sio.post("/desk/forum/concerns/new/", press, title="Substitutes", text="They know no drill.", level=1)
        assert Concern.objects.count() == 9 and "Substitutes" in them.ben.get("/forum/concerns/")
        assert them.sio.status("/desk/forum/concerns/new/?of=rubbish") == 404

    def test_no_member_decides_about_it(self, them, opened):
        for address in (f"/desk/forum/concerns/{opened[0].pk}/", "/desk/forum/concerns/new/"):
            assert them.cole.post(address, state="resolved", text="x", title="x", level=1).status_code == 403
        assert them.cole.client.post("/desk/forum/concerns/open/").status_code == 403

    def test_a_proposal_of_another_discussion_is_not_followed(self, them, opened):
        other = begin(them.sio)
        Post.objects.filter(pk=other.pk).update(kind="proposal")
        with them.sio.acting() as sio, pytest.raises(board.CannotDo):
            board.concern_step(sio, opened[0].pk, "doing", "The SIO", "", other.pk, new_id())


def test_whose_membership_ends_opens_nothing_of_it(them):
    them.ana.member.entitlements.update(level=0)
    gone = make_member("Gone Member", None)
    entitle(gone, Level.FOUO, days=-1)
    assert client_for(gone).get("/forum/").status_code in (302, 403)
    assert them.ana.status("/forum/") == 200
