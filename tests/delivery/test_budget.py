"""Budgets of a provider's account: when one is used up, what is not Critical waits, Criticals leave, and it is said (issue 4)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.delivery.conftest import owe
from tests.delivery.test_health import no_memory  # noqa: F401 - nothing is known from another test
from tests.delivery.test_smtp_carrier import mail
from upstander.clock import now
from upstander.config import Config
from upstander.delivery import budget, health, queries
from upstander.delivery.budget import Budget, Pace
from upstander.delivery.carriers import made
from upstander.delivery.carriers.paced import PacedCarrier
from upstander.delivery.models import Carrier, Delivery
from upstander.delivery.spending import Spending
from upstander.delivery.throttle import CRITICAL, Candidate, Limits, choose

HOST = {"smtp_host": "mail.example"}


class TestSettings:
    def test_any_of_a_second_a_day_and_a_month(self):
        assert budget.parsed("1/s 2000/day 40000/month") == Budget(1, 2000, 40000)
        assert budget.parsed("500/month") == Budget(None, None, 500) and budget.parsed("") == Budget()

    def test_what_makes_no_sense_is_refused(self):
        for wrong in ("many", "0/day", "10 / s", "5/hour"):
            with pytest.raises(ValidationError):
                Config.model_validate({"sms_budget": wrong})

    def test_each_account_has_its_own(self):
        given_ = Config(smtp_budget="1/day", smtp2_budget="2/day", sms_budget="3/day", sms2_budget="4/day")
        assert [budget.of(given_, name).day for name in ("smtp", "smtp2", "kannel", "twilio2")] == [
            1,
            2,
            3,
            4,
        ]
        assert budget.of(given_, "sandbox") == budget.of(given_, "sip") == Budget()


@given(st.lists(st.integers(0, 9), max_size=40), st.integers(0, 40))
def test_criticals_all_go_and_of_the_others_no_more_than_are_left(priorities, left):
    waiting = [Candidate(uuid4(), p, f"contact:{n}") for n, p in enumerate(sorted(priorities))]
    gone = set(choose(waiting, {}, 0, Limits(1000, 1000, left), now()).go)
    assert {one.id for one in waiting if one.priority == CRITICAL} <= gone
    others = [one for one in waiting if one.priority != CRITICAL]
    assert sum(one.id in gone for one in others) == min(left, len(others))


def sent(n: int, carrier: str, ago: timedelta = timedelta(), **more: object) -> None:
    for subject in owe(n, **more):
        Delivery.objects.filter(subject_id=subject).update(state="sent", carrier=carrier, sent_at=now() - ago)


@pytest.mark.django_db
class TestSpending:
    def test_what_left_within_the_day_and_the_month_counts_and_what_is_under_way(self):
        sent(3, "smtp", timedelta(hours=2))
        sent(4, "smtp", timedelta(days=2))
        sent(5, "smtp", timedelta(days=31))
        assert Spending(Config(**HOST, smtp_budget="10/day"), "smtp").left(0) == 7
        assert Spending(Config(**HOST, smtp_budget="10/day 8/month"), "smtp").left(0) == 1
        assert Spending(Config(**HOST, smtp_budget="10/day"), "smtp").left(6) == 1
        assert Spending(Config(**HOST), "smtp").left(0) is None

    def test_what_is_begun_counts_at_once(self):
        spending = Spending(Config(**HOST, smtp_budget="10/day"), "smtp")
        assert spending.left(0) == 10
        spending.gone(4)
        assert spending.left(0) == 6

    def test_while_the_first_is_dead_the_second_one_s_account_counts(self):
        sent(9, "smtp")
        spending = Spending(Config(**HOST, smtp_budget="10/day", smtp2_budget="100/day"), "smtp+smtp2")
        assert spending.left(0) == 1
        health.of("smtp").failed("refused")
        assert spending.left(0) == 100

    def test_one_that_is_used_up_is_known(self, monkeypatch):
        monkeypatch.setattr(queries, "config", lambda: Config(smtp_budget="5/day 100/month"))
        queries._used_up.cache_clear()
        Carrier.objects.create(name="smtp")
        sent(4, "smtp")
        assert queries.used_up() == []
        queries._used_up.cache_clear()
        sent(2, "smtp", priority=0)
        [one] = queries.used_up()
        assert (one.carrier, one.span, one.most, one.used) == ("smtp", timedelta(days=1), 5, 6)
        queries._used_up.cache_clear()


class TestPace:
    def test_one_after_the_other_at_the_account_s_pace(self, monkeypatch):
        at = [100.0]
        monkeypatch.setattr(budget.time, "monotonic", lambda: at[0])
        pace = Pace(4)
        assert [pace.turn() for _ in range(4)] == [0.0, 0.25, 0.5, 0.75]
        at[0] += 10
        assert [pace.turn() for _ in range(2)] == [0.0, 0.25]  # what was not used is not saved up

    def test_a_carrier_with_a_pace_keeps_it_and_can_be_asked_at_once(self, smtp):
        carrier = made(Config(smtp_host="127.0.0.1", smtp_port=smtp.port, smtp_budget="50/s"), "smtp")
        assert isinstance(carrier, PacedCarrier) and carrier.name == "smtp"
        for _ in range(3):
            carrier.send(mail())
        carrier.close()
        assert smtp.count() == 3 and [
            one.name for one in health.probed(Config(**HOST, smtp_budget="50/s"), "smtp")
        ] == ["smtp"]


@pytest.mark.stack
@pytest.mark.django_db(transaction=True)
def test_a_relay_whose_budget_is_used_up_sends_criticals_and_lets_the_rest_wait(run_relay, smtp):
    from tests.delivery.conftest import states
    from tests.support.eventually import eventually

    run_relay(smtp_budget="3/day")
    owe(10, priority=9)
    eventually(lambda: states().get("sent") == 3)
    owe(4, priority=0)
    eventually(lambda: states() == {"sent": 7, "pending": 7})
    assert Delivery.objects.filter(priority=0, state="sent").count() == 4
