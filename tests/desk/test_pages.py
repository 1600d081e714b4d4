"""Every page of the desk answers, with and without tips."""

import pytest

pytestmark = pytest.mark.django_db

PARTS = ("", "head/", "words/", "plan/", "callsheet/", "place/")


@pytest.mark.parametrize("url", ["/", "/queue/", "/bar/", "/red/", "/search/"])
def test_a_page_without_tips_says_what_will_stand_there(casey, url):
    assert casey.get(url).status_code == 200


def test_every_page_of_a_tip_before_and_after_it_is_judged(casey, town, new_tip, judged):
    tip = new_tip(town.school, who="Tom", when="tomorrow", weapon="yes", danger_now=True)
    for part in PARTS:
        assert casey.get(f"/tip/{tip.number}/{part}").status_code == 200, part
    judged(tip, casey.account, "planned_school_attack")
    for part in PARTS:
        assert casey.get(f"/tip/{tip.number}/{part}").status_code == 200, part


def test_a_number_is_found_however_it_is_typed(casey, new_tip):
    tip = new_tip()
    typed = tip.number.replace("-", "").lower()
    assert casey.get(f"/tip/{typed}/")["Location"] == f"/tip/{tip.number}/"
    assert casey.get("/tip/0000-0000-00/").status_code == 404
