"""One tip, one call-taker at a time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from upstander.audit.models import Entry
from upstander.clock import now
from upstander.desk import claims
from upstander.desk.claims import Held
from upstander.desk.models import Claim
from upstander.intake.models import Tip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_the_same_moment_exactly_one_holds_the_tip(person, new_tip):
    pressing = [person("Casey", "call_taker"), person("Jordan", "call_taker")]
    for _ in range(10):
        tip, together, outcome = new_tip(), threading.Barrier(2), []

        def press(account, tip=tip, together=together, outcome=outcome):
            together.wait()
            try:
                outcome.append(("took", claims.take(tip.id, account.pk).account_id))
            except Held as held:
                outcome.append(("held by", held.account_id))
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(account,)) for account in pressing]
        [t.start() for t in threads]
        [t.join() for t in threads]
        winner = Claim.objects.get(pk=tip.id).account_id
        assert sorted(outcome) == [("held by", winner), ("took", winner)]


pytestmark = pytest.mark.django_db


def test_a_claim_that_shows_no_act_expires_and_the_tip_is_free_again(person, new_tip, clock):
    casey, jordan, tip = person("Casey"), person("Jordan"), new_tip()
    claims.take(tip.id, casey.pk)
    with pytest.raises(Held) as refused:
        claims.take(tip.id, jordan.pk)
    assert refused.value.name == "Casey"
    clock(9 * 60)
    claims.take(tip.id, casey.pk)  # an act: ten minutes more
    clock(15 * 60)
    with pytest.raises(Held):
        claims.take(tip.id, jordan.pk)
    clock(20 * 60)
    assert claims.holder(tip.id, now()) is None
    assert claims.take(tip.id, jordan.pk).account_id == jordan.pk
    with pytest.raises(Held):
        claims.take(tip.id, casey.pk)


def test_taking_a_tip_tells_its_reporter_that_a_person_reads_it(person, new_tip):
    tip = new_tip()
    claims.take(tip.id, person("Casey").pk)
    assert Tip.objects.get(pk=tip.id).status == "read"


def test_holding_on_is_recorded_once_and_giving_back_once(person, new_tip):
    casey, tip = person("Casey"), new_tip()
    for _ in range(3):
        claims.take(tip.id, casey.pk)
    assert claims.give_back(tip.id, casey.pk) and not claims.give_back(tip.id, casey.pk)
    acts = list(Entry.objects.filter(object_id=str(tip.id), actor=casey.actor).values_list("act", flat=True))
    assert sorted(acts) == ["tip.claimed", "tip.given_back"]


class TestOnThePage:
    def test_the_page_says_who_holds_it_and_offers_no_second_hold(self, casey, jordan, new_tip):
        tip = new_tip()
        casey.post(f"/tip/{tip.number}/claim/")
        page = jordan.get(f"/tip/{tip.number}/").content.decode()
        assert "Casey Lindgren" in page and 'value="take"' not in page

    def test_an_act_on_a_held_tip_says_who_holds_it_and_keeps_every_word(self, casey, jordan, new_tip):
        tip = new_tip()
        casey.post(f"/tip/{tip.number}/claim/")
        answer = jordan.post(
            f"/tip/{tip.number}/reply/", {"text": "My long and careful words", "press": "p" * 16}
        )
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Casey Lindgren holds this tip until" in page and "My long and careful words" in page
        part = jordan.post(
            f"/tip/{tip.number}/judge/",
            {"subtypes": ["bullying"], "narrative": "My careful narrative"},
            headers={"HX-Request": "true"},
        )
        assert part.status_code == 409
        assert (
            "Casey Lindgren holds" in part.content.decode()
            and "My careful narrative" in part.content.decode()
        )
        assert "<html" not in part.content.decode()

    def test_an_act_on_a_free_tip_takes_it(self, casey, new_tip):
        tip = new_tip()
        casey.post(f"/tip/{tip.number}/reply/", {"text": "Are you safe?", "press": "p" * 16})
        assert Claim.objects.get(pk=tip.id).account_id == casey.account.pk

    def test_only_a_supervisor_takes_a_tip_over_and_the_record_says_from_whom(
        self, casey, jordan, morgan, new_tip
    ):
        tip = new_tip()
        casey.post(f"/tip/{tip.number}/claim/")
        assert jordan.post(f"/tip/{tip.number}/claim/", {"act": "take_over"}).status_code == 409
        assert morgan.post(f"/tip/{tip.number}/claim/", {"act": "take_over"}).status_code == 302
        assert Claim.objects.get(pk=tip.id).account_id == morgan.account.pk
        taken = Entry.objects.get(object_id=str(tip.id), act="tip.taken_over")
        assert taken.detail["held_by"] == casey.account.pk

    def test_an_expired_claim_stands_in_nobodys_way(self, casey, jordan, new_tip, clock):
        tip = new_tip()
        casey.post(f"/tip/{tip.number}/claim/")
        clock(10 * 60 + 1)
        assert jordan.post(f"/tip/{tip.number}/claim/").status_code == 302
        assert Claim.objects.get(pk=tip.id).until > now() + timedelta(minutes=9)
