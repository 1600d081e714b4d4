"""A request is asked, put to somebody, answered with its sources, judged and closed; late, it is red (S-roles)."""

from datetime import datetime, timedelta

import pytest

from tests.forum.support import ANSWER, ASK, People, Person, mailed
from tests.network.support import played
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.forum import courses, due, measuring, queries, requests, words
from upstander.forum.acting import CannotDo
from upstander.forum.models import Answer, Party, Request, RequestStep, Word
from upstander.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-roles")]


@pytest.fixture
def asked(them) -> Request:
    """Ana's request, of her level."""
    assert them.ana.post("/forum/requests/new/", **ASK).status_code == 302
    return Request.objects.get()


def page(person: Person, asked: Request) -> str:
    return person.get(f"/forum/requests/{asked.pk}/")


def put(them: People, asked: Request, whom: Person | None) -> None:
    to = str(whom.member.pk) if whom and whom.member else "everybody"
    assert them.sio.client.post(f"/desk/forum/requests/{asked.pk}/put/", {"member": to}).status_code == 302


def state(asked: Request) -> str:
    return str(queries.requests().get(pk=asked.pk).state)


def mails(kind: str) -> list[Word]:
    """The words of this kind that the outbox has."""
    owed = Delivery.objects.filter(purpose="forum_word").values("subject_id")
    return list(Word.objects.filter(kind=kind, pk__in=owed))


class TestFromQuestionToClosing:
    def test_it_is_worked_on_by_name_and_each_hears_what_concerns_them(self, them, asked):
        desk = f"/desk/forum/requests/{asked.pk}/"
        assert "Drills" in them.sio.get("/desk/forum/")
        them.sio.post(desk, kind="asked", text="Of which grades?")
        assert mailed(*mails("asked")) == [them.ana.account.email]
        assert them.ana.post(f"/forum/requests/{asked.pk}/", kind="clarified", text="Of all.").status_code == 302
        put(them, asked, them.ben)
        assert "Drills" in them.ben.get("/forum/") and "Of all." in page(them.ben, asked)
        assert mailed(*mails("put")) == [them.ben.account.email]
        assert them.ben.post(f"/forum/requests/{asked.pk}/", **ANSWER).status_code == 302
        assert "twice a year" not in page(them.ana, asked) and "Answers to release</h2>" not in them.sio.get("/desk/forum/")
        answer = Answer.objects.get()
        assert them.sio.client.post(f"/desk/forum/answers/{answer.pk}/release/").status_code == 302
        seen = page(them.ana, asked)
        assert "twice a year" in seen and "our own drills" in seen and "Ben Osei" not in seen
        assert mailed(*mails("answer")) == [them.ana.account.email]
        them.ana.post(f"/forum/requests/{asked.pk}/", kind="feedback", useful="yes", text="We changed ours.")
        assert state(asked) == "feedback" and "We changed ours." in them.sio.get(desk)
        them.ana.post(f"/forum/requests/{asked.pk}/", kind="closed")
        assert state(asked) == "closed"
        acts = set(Entry.objects.filter(object_id=str(asked.pk)).values_list("act", flat=True))
        assert {"forum.requested", "forum.request_put", "forum.answered", "forum.answer_released", "forum.request_closed"} <= acts

    @pytest.mark.parametrize("kind", ["accepted", "asked", "put", "answered", "refused", "reopened", "nonsense", ""])
    def test_whoever_asked_takes_no_step_of_the_staff(self, them, asked, kind):
        assert them.ana.post(f"/forum/requests/{asked.pk}/", kind=kind, text="x").status_code == 422
        assert state(asked) == "new"

    @pytest.mark.parametrize("kind", ["accepted", "clarified", "feedback", "closed"])
    def test_whom_it_was_put_to_takes_none_at_all(self, them, asked, kind):
        put(them, asked, them.ben)
        assert them.ben.post(f"/forum/requests/{asked.pk}/", kind=kind, text="x", useful="yes").status_code == 422
        assert state(asked) == "put"

    def test_nobody_else_sees_it(self, them, asked):
        put(them, asked, them.ben)
        for person in (them.cole, them.dana):
            assert person.status(f"/forum/requests/{asked.pk}/") == 404
        party = Party.objects.get()
        them.sio.client.post(f"/desk/forum/requests/{asked.pk}/put/", {"party": str(party.pk)})
        assert them.ben.status(f"/forum/requests/{asked.pk}/") == 404

    def test_it_is_not_put_to_whom_it_would_tell_too_much(self, them):
        with them.cole.acting() as cole:
            secret = requests.ask(cole, requests.Asked(**ASK | {"level": 2}), new_id())
        put(them, secret, them.ana)
        assert not Party.objects.exists() and not Word.objects.exists()
        found = them.sio.client.post(f"/desk/forum/requests/{secret.pk}/", {"q": "a"}).content.decode()
        assert "Dana Wolfe" in found and "Ana Rivera" not in found and "Ben Osei" not in found

    def test_another_agencys_material_waits_for_that_agencys_release(self, them, asked):
        third = ANSWER | {"source_kind": "third"}
        desk = f"/desk/forum/requests/{asked.pk}/"
        assert them.sio.post(desk, **third).status_code == 422
        assert them.sio.post(desk, **third, originator="Millbrook Police").status_code == 302
        answer = Answer.objects.get()
        assert not answer.released and "twice a year" not in page(them.ana, asked)
        them.sio.client.post(f"/desk/forum/answers/{answer.pk}/release/", {"release": " "})
        assert "twice a year" not in page(them.ana, asked)
        them.sio.client.post(f"/desk/forum/answers/{answer.pk}/release/", {"release": "Lt. Moss, by telephone, today"})
        assert "twice a year" in page(them.ana, asked) and "Lt. Moss" in page(them.ana, asked)

    def test_a_name_wants_a_reason_and_what_was_typed_comes_back(self, them):
        named = ASK | {"text": "What is known of Marcus Bellweather?", "names_somebody": "on"}
        answer = them.ana.post("/forum/requests/new/", **named)
        assert answer.status_code == 422
        body = answer.content.decode()
        assert "planning our drills" in body and "Marcus Bellweather" in body and not Request.objects.exists()
        assert them.ana.post("/forum/requests/new/", **named, why_named="he asked us to find his file").status_code == 302

    def test_an_explanation_that_names_somebody_is_shown_to_its_writer_first(self, them, asked):
        put(them, asked, them.ben)
        them.sio.post(f"/desk/forum/requests/{asked.pk}/", kind="asked", text="Of which grades?")
        said = {"kind": "clarified", "text": "Those of Marcus Bellweather."}
        answer = them.ana.post(f"/forum/requests/{asked.pk}/", **said)
        assert answer.status_code == 422 and "“Marcus Bellweather”" in answer.content.decode()
        assert "Marcus" not in page(them.ben, asked) and state(asked) == "asked"

    def test_pressed_twice_it_is_one(self, them, asked):
        press, put_press = new_id(), new_id()
        for _ in range(2):
            assert them.ana.post("/forum/requests/new/", press, **ASK | {"title": "Again"}).status_code == 302
            put(them, asked, them.ben)
            assert them.ben.post(f"/forum/requests/{asked.pk}/", put_press, **ANSWER).status_code == 302
        assert Request.objects.count() == 2 and Party.objects.count() == 1 and Answer.objects.count() == 1


class TestClock:
    def test_late_is_red_and_an_answer_ends_it(self, them, asked, clock):
        assert "Overdue" not in them.sio.get("/desk/forum/")
        clock(14 * 86400 + 60)
        them.sio.signs_in_again()
        seen = them.sio.get("/desk/forum/")
        assert "Overdue" in seen and "1 request is overdue" in seen
        with them.sio.acting() as sio:
            requests.answer(sio, asked.pk, requests.Said("Twice.", 1, "open", "a guide"), new_id())
        assert "verdue" not in them.sio.get("/desk/forum/")

    def test_moved_by_the_staff_it_runs_to_the_new_time_and_by_nobody_else(self, them, asked):
        later = the_clock.now() + timedelta(days=30)
        text = later.strftime("%Y-%m-%dT%H:%M")
        assert them.sio.post(f"/desk/forum/requests/{asked.pk}/", kind="accepted", due_at=text).status_code == 302
        moved = queries.requests().get().due
        assert abs(moved - later) < timedelta(days=1) and moved > asked.due_at
        with them.ana.acting() as ana, pytest.raises(CannotDo):
            requests.step(ana, asked.pk, "closed", "", new_id(), due_at=later)

    def test_whoever_it_was_put_to_is_reminded_the_day_before_unless_it_is_over(self, them, asked, clock):
        put(them, asked, them.ben)
        with played("worker"):
            assert words.turn() is False
        assert not mails("due")
        clock(13 * 86400 + 60)
        with played("worker"):
            words.turn()
            words.turn()
        [word] = mails("due")
        assert mailed(word) == [them.ben.account.email]
        with them.ana.acting() as ana:
            requests.step(ana, asked.pk, "closed", "", new_id())
        assert mailed(word) == []

    @pytest.mark.parametrize(("urgency", "days"), [("immediate", 0.5), ("priority", 3), ("routine", 14)])
    def test_due_as_its_urgency_promises_or_when_it_is_needed(self, urgency, days):
        at = datetime.fromisoformat("2031-02-03T12:00:00+00:00")
        assert due.due_at(urgency, at) == at + timedelta(days=days)
        assert due.due_at(urgency, at, at + timedelta(hours=2)) == at + timedelta(hours=2)

    def test_soon_is_said_a_day_before_and_nothing_of_what_is_over(self):
        at = datetime.fromisoformat("2031-02-03T12:00:00+00:00")
        says = [due.clock(at, at + timedelta(hours=h), is_open=True) for h in (-25, -24, -1, 0, 5)]
        assert says == ["", "soon", "soon", "overdue", "overdue"]
        assert due.clock(at, at + timedelta(days=9), is_open=False) == ""
        assert at - timedelta(days=9) < due.remind_at(at, at - timedelta(days=9)) == at - timedelta(days=1)
        assert due.remind_at(at, at - timedelta(hours=2)) == at - timedelta(hours=1)


class TestMail:
    def test_it_says_nothing_of_it_and_goes_nowhere_when_its_reader_may_not_read_it_now(self, them, asked):
        put(them, asked, them.ben)
        [word] = mails("put")
        with played("relay"):
            mail = words.render(word.pk)
        assert mail.to_address == them.ben.account.email and "Drills" not in mail.subject + mail.text
        assert str(asked.pk) not in mail.text and "/forum/" in mail.text
        them.ben.member.entitlements.update(ends_at=the_clock.now())
        assert mailed(word) == []

    def test_an_answer_above_its_asker_by_the_time_it_is_mailed_is_not_mailed(self, them):
        with them.cole.acting() as cole:
            asked = requests.ask(cole, requests.Asked(**ASK), new_id())
        with them.sio.acting() as sio:
            requests.answer(sio, asked.pk, requests.Said("x", 2, "record", "a report"), new_id())
        [word] = mails("answer")
        assert mailed(word) == [them.cole.account.email]
        them.cole.member.entitlements.update(level=1)
        assert mailed(word) == []


@pytest.mark.req("S-measure")
def test_the_figures_of_a_month(them, clock):
    begin = the_clock.now()
    them.ana.member.regions = [7, 8]
    them.ana.member.save()
    for urgency in ("routine", "immediate", "routine"):
        them.ana.post("/forum/requests/new/", **ASK | {"urgency": urgency, "title": urgency})
    them.ben.post("/forum/requests/new/", **ASK | {"kind": "support"})
    first, second, *_ = Request.objects.order_by("at")
    for one, after in ((first, 86400), (second, 3 * 86400)):
        clock(after)
        with them.sio.acting() as sio:
            requests.answer(sio, one.pk, requests.Said("x", 1, "open", "a guide"), new_id())
    with them.ana.acting() as ana:
        requests.step(ana, first.pk, "feedback", "", new_id(), useful="yes")
    with them.sio.acting():
        found = measuring.measures(begin, the_clock.now() + timedelta(days=1)).requests
        nothing = measuring.measures(begin - timedelta(days=9), begin).requests
    assert (found.number, found.answered, found.in_time, found.without_answer) == (4, 2, 1, 2)
    assert found.by_region == {7: 3, 8: 3} and found.by_kind == {"information": 3, "support": 1}
    assert found.by_state == {"feedback": 1, "answered": 1, "new": 2} and found.useful == {"yes": 1}
    assert abs(found.median_time - timedelta(days=2)) < timedelta(minutes=5)
    assert nothing.number == 0 and nothing.median_time is None


@pytest.mark.parametrize("course", [courses.CONTRIBUTION, courses.REQUEST])
def test_every_state_can_be_left_and_every_step_is_a_state(course):
    steps = frozenset().union(*course.values())
    assert steps <= set(course) and all(course.values())


def test_every_step_of_the_ledger_has_its_words(them):
    from upstander.forum.request_views import states

    assert all(states(kind) for kind in ("new", *RequestStep.Kind.values))
