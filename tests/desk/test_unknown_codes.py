"""A tip of a class, a sub-type and a flag that the pack in force does not know: it stays Critical, and on every screen."""

import pytest

from upstander.actions import queries
from upstander.actions.models import Judgement, Referral
from upstander.clock import now
from upstander.intake.models import Tip

pytestmark = pytest.mark.django_db
CODES = ("gone_class", "gone_kind", "gone_mark")


@pytest.fixture
def gone(casey, town, new_tip, judged):
    """A tip that was judged by a pack of which nobody has a copy any more."""
    tip = judged(new_tip(town.school), casey.account, "truancy")
    Tip.objects.filter(pk=tip.id).update(klass=CODES[0], reported_subtype=CODES[1])
    for judgement in Judgement.objects.filter(tip_id=tip.id):
        facts = judgement.facts | {"klass": CODES[0], "subtypes": [CODES[1]], "flags": [CODES[2]]}
        Judgement.objects.filter(pk=judgement.pk).update(
            klass=CODES[0], subtypes=[CODES[1]], flags=[CODES[2]], facts=facts, pack_digest="0" * 64
        )
    Referral.objects.filter(tip_id=tip.id).update(klass=CODES[0], subtypes=[CODES[1]])
    return tip


@pytest.mark.parametrize("url", ["/", "/queue/", "/bar/", "/red/"])
def test_the_queue_shows_it_by_its_code(casey, gone, url):
    answer = casey.get(url)
    assert answer.status_code == 200
    if url == "/queue/":
        assert CODES[0] in answer.content.decode()


def test_its_page_shows_every_code(casey, gone):
    answer = casey.get(f"/tip/{gone.number}/")
    assert answer.status_code == 200
    for code in CODES:
        assert code in answer.content.decode()


@pytest.mark.req("D-III.B.1")
def test_it_is_red_as_a_critical_until_somebody_confirms(gone, clock):
    assert "unconfirmed" in {red.code for red in queries.red_tips(now(), (gone.id,))[gone.id]}
    assert "nobody who can act" in queries.why_not_close(gone.id)


def test_it_can_be_judged_anew_and_is_not_lowered_without_a_second_person(casey, gone, judged):
    with pytest.raises(Exception, match="lowering this tip"):
        judged(gone, casey.account, "truancy")
    judged(gone, casey.account, "truancy", reason="The pack has changed.")
    (waiting,) = queries.pending_lowerings()
    assert waiting.tip_id == gone.id


def test_a_supervisor_sees_what_it_was(morgan, casey, gone, judged):
    judged(gone, casey.account, "truancy", reason="The pack has changed.")
    answer = morgan.get("/lowerings/")
    assert answer.status_code == 200 and CODES[0] in answer.content.decode()
