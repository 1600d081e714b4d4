"""The queue: the reddest first, however many there are; nothing of it is opened, and its cost does not grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.well import all_is_well
from upstander.audit.models import Entry
from upstander.clock import now
from upstander.desk import board
from upstander.ops.models import Heartbeat
from upstander.ops.pulse import PROCESSES, beat

pytestmark = pytest.mark.django_db


@pytest.fixture
def well() -> None:
    """Every process has just said that it lives."""
    all_is_well()


def numbers(client, url="/queue/") -> list[str]:
    page = client.get(url).content.decode()
    return [part.split('"')[0] for part in page.split('<li id="q-')[1:]]


def test_the_gravest_and_oldest_stand_first(casey, town, new_tip, judged):
    first, second = new_tip(town.school), new_tip(town.school)
    calm = judged(new_tip(town.school), casey.account, "truancy")
    danger = new_tip(town.school, danger_now=True)
    assert numbers(casey) == [danger.number, first.number, second.number, calm.number]


@pytest.mark.req("D-III.A")
def test_what_turned_red_stands_first_even_far_behind_the_first_hundred(casey, town, new_tip, judged, clock):
    late = judged(new_tip(town.school), casey.account, "bullying")
    for _ in range(board.PAGE + 2):
        new_tip(town.school)
    assert late.number not in numbers(casey)
    clock(16 * 60)  # its mails have not left in 15 minutes
    assert numbers(casey)[0] == late.number
    assert "overdue" in casey.get("/red/").content.decode()
    assert numbers(casey, "/red/") == [late.number]


def test_a_danger_is_red_from_its_first_second_until_somebody_takes_it(casey, town, new_tip):
    tip = new_tip(town.school, danger_now=True)
    assert numbers(casey, "/red/") == [tip.number]
    casey.post(f"/tip/{tip.number}/claim/")
    assert numbers(casey, "/red/") == []


def test_a_danger_whose_call_taker_went_away_is_red_again(casey, town, new_tip, clock):
    tip = new_tip(town.school, danger_now=True)
    casey.post(f"/tip/{tip.number}/claim/")
    clock(11 * 60)
    assert numbers(casey, "/red/") == [tip.number]


def test_the_queue_opens_nothing_and_is_no_view(casey, new_tip, town):
    new_tip(town.school, text="Words that stay closed")
    assert "Words that stay closed" not in casey.get("/").content.decode()
    assert not Entry.objects.filter(act="tip.viewed").exists()


@pytest.mark.parametrize("url", ["/queue/", "/bar/", "/"])
def test_a_hundred_rows_cost_as_many_queries_as_ten(casey, town, new_tip, url):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert casey.get(url).status_code == 200
        return len(caught)

    def fewest() -> int:
        """Of two openings, one after the other: what a process reads anew after a while is no row's cost."""
        return min(queries(), queries())

    for n in range(10):
        new_tip(town.school, danger_now=n % 5 == 0)
    few = fewest()
    for n in range(90):
        new_tip(town.school, danger_now=n % 5 == 0)
    assert fewest() == few


def test_more_than_a_page_is_one_press_away(casey, new_tip):
    for _ in range(board.PAGE + 3):
        new_tip()
    assert len(numbers(casey)) == board.PAGE
    assert len(numbers(casey, "/queue/?n=200")) == board.PAGE + 3
    assert len(numbers(casey, "/queue/?n=rubbish")) == board.PAGE


def test_a_tip_opens_beside_a_queue_of_more_than_a_page(casey, new_tip):
    tips = [new_tip() for _ in range(board.PAGE + 1)]
    page = casey.get(f"/tip/{tips[0].number}/")
    assert page.status_code == 200 and f"?n={2 * board.PAGE}" in page.content.decode()


class TestBar:
    def test_when_all_is_well_nothing_is_red(self, casey, well):
        page = casey.get("/bar/").content.decode()
        assert 'data-count-red="0"' in page and "all well" in page and "is-calm" in page

    @pytest.mark.parametrize("process", PROCESSES)
    def test_a_process_that_is_silent_for_15_seconds_is_red_in_words(self, casey, well, clock, process):
        clock(6)
        for other in set(PROCESSES) - {process}:
            beat(other)
        assert "all well" in casey.get("/bar/").content.decode()
        clock(16)
        for other in set(PROCESSES) - {process}:
            beat(other)
        page = casey.get("/bar/").content.decode()
        assert str(board.SILENT[process]) in page.replace("&#x27;", "'") and 'data-count-red="1"' in page

    def test_only_what_is_newly_red_sounds(self, casey, well, town, new_tip, clock):
        seen = board.bar(now()).marks
        new_tip(town.school, danger_now=True)
        answer = casey.get(f"/bar/?seen={seen}")
        assert (
            '"alarm": "danger"' in answer["HX-Trigger"]
            and "1 tip needs somebody now." in answer["HX-Trigger"]
        )
        again = board.bar(now()).marks
        assert "HX-Trigger" not in casey.get(f"/bar/?seen={again}").headers

    def test_the_same_tip_sounds_again_for_a_new_reason(self, casey, well, town, new_tip, judged, clock):
        tip = judged(new_tip(town.school), casey.account, "planned_school_attack")
        seen = board.bar(now()).marks
        clock(61)
        all_is_well()
        assert "alarm" in casey.get(f"/bar/?seen={seen}")["HX-Trigger"]
        assert tip.number in casey.get("/red/").content.decode()

    def test_a_dead_carrier_is_red_in_words(self, casey, well):
        from upstander.delivery.models import Carrier

        Carrier.objects.create(name="smtp", failures_in_a_row=3, last_failure_at=now(), last_error="smtp-451")
        page = casey.get("/bar/").content.decode()
        assert "smtp" in page and "mail does not leave" in page

    def test_a_process_that_never_spoke_is_silent(self, casey):
        Heartbeat.objects.all().delete()
        assert f"{len(PROCESSES)} faults" in casey.get("/bar/").content.decode()


class TestSearch:
    def test_words_are_found_by_keyed_hashes_and_stand_in_no_address_and_no_record(
        self, casey, town, new_tip
    ):
        from upstander.intake import tokens
        from upstander.intake.models import Tip

        tip = new_tip(town.school, text="He hid the knife behind the gymnasium")
        tokens.add(Tip.objects.get(pk=tip.id), tokens.words("He hid the knife behind the gymnasium"))
        page = casey.post("/search/", {"words": "gymnasium KNIFE"}).content.decode()
        assert tip.number in page
        assert tip.number not in casey.post("/search/", {"words": "gymnasium pistol"}).content.decode()
        elsewhere = {"words": "gymnasium", "place_id": town.far_school.pk}
        assert tip.number not in casey.post("/search/", elsewhere).content.decode()
        entries = Entry.objects.filter(act="tips.searched")
        assert entries.count() == 3 and "gymnasium" not in str(list(entries.values()))
        assert 'action="/search/' not in page, "it is sent by POST to its own address"

    def test_a_number_opens_its_tip(self, casey, new_tip):
        tip = new_tip()
        answer = casey.post("/search/", {"words": tip.number.lower().replace("-", " ")})
        assert answer["Location"] == f"/tip/{tip.number}/"

    def test_a_place_alone_lists_its_tips(self, casey, town, new_tip):
        tip = new_tip(town.school)
        new_tip(town.far_school)
        assert numbers_of(casey.post("/search/", {"words": "", "place_id": town.school.pk})) == [tip.number]

    def test_a_typed_place_is_looked_up_without_scripts(self, casey, town):
        answer = casey.post("/search/", {"words": "knife", "place": "millbrook"})
        page = answer.content.decode()
        assert answer.status_code == 422 and f'value="{town.school.pk}"' in page and 'value="knife"' in page


def numbers_of(answer) -> list[str]:
    return [part.split('"')[0] for part in answer.content.decode().split('<li id="q-')[1:]]
