"""The sharing advisor's pages: a question each, then what the law says; whoever has no business here gets none of it."""

import html
import re

import pytest
from django.test import Client

from tests.response.conftest import END_USER, enter
from upstander import clock
from upstander.audit.models import Entry
from upstander.config import ROOT, config
from upstander.packs import current as packs
from upstander.packs.current import current
from upstander.response.advice_views import VERDICTS
from upstander.sharing.advise import Facts
from upstander.sharing.path import that_matter

pytestmark = [pytest.mark.req("R-privacy"), pytest.mark.django_db, pytest.mark.usefixtures("school")]
EMERGENCY = {"who": "police", "record": "education", "why": "safety", "urgency": "imminent"}
FACTORS = ["seriousness", "need", "able", "time"]


@pytest.fixture
def head(person, town) -> Client:
    return enter(person("okafor@prairie.example", (town.school, END_USER)))


def asked(browser: Client, status: int = 200, **said) -> str:
    answer = browser.post("/sharing/", said)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def verdict(code: str) -> str:
    return str(VERDICTS[code][1])


def test_a_question_a_page_and_what_was_said_travels_along(head):
    assert "Who asks for it?" in head.get("/sharing/").content.decode()
    page = asked(head, who="police", asked="who")
    assert "What do they ask for?" in page
    assert '<input type="hidden" name="who" value="police">' in page
    assert "Why?" in asked(head, who="police", record="education", asked="record")


def test_an_emergency_says_that_it_may_be_shared_what_must_be_done_and_by_which_law(head):
    page = asked(head, **EMERGENCY, asked="holds", holds=FACTORS)
    assert verdict("conditions") in page
    for words in (
        "no later than the next school day",
        "34 CFR 99.36",
        "105 ILCS 10/6",
        "23 Ill. Adm. Code 375.60",
    ):
        assert words in page, words
    assert current().sharing.disclaimer in page, "no answer without saying what it is"


def test_where_it_is_not_clear_the_page_sends_to_counsel(head):
    page = asked(head, **EMERGENCY, asked="holds", holds=FACTORS[:3])
    assert verdict("counsel") in page and current().sharing.counsel in page
    assert "you must" not in page, "nothing is to be done then where nothing may be shared yet"


def test_nothing_chosen_is_said_and_what_was_chosen_before_stays(head):
    page = asked(head, 422, who="police", asked="record", record="")
    assert "Choose one." in page and 'name="who" value="police"' in page
    assert asked(head, 422, who="police", asked="record", record="gossip").count("Choose one of these.") >= 1
    page = asked(head, 422, **EMERGENCY, asked="holds", holds="magic")
    assert "Choose among these." in page


def test_an_answer_can_be_changed_and_those_before_it_stay(head):
    page = asked(head, **EMERGENCY, change="record")
    assert "What do they ask for?" in page and 'name="who" value="police"' in page
    assert 'name="urgency"' not in page, "what followed from it is asked anew"
    assert "Which of these is true?" in asked(head, **EMERGENCY, change="holds")


def test_conditions_that_change_nothing_are_not_asked(head):
    page = asked(head, who="police", record="seen", why="investigation", urgency="none", asked="urgency")
    assert verdict("permitted") in page
    rules = current().sharing
    page = asked(head, **EMERGENCY, asked="urgency")
    shown = set(re.findall(r'name="holds" value="(\w+)"', page))
    assert shown == {c.code for c in that_matter(rules, Facts(*EMERGENCY.values()))}


def test_nothing_that_is_asked_is_kept(head):
    before = Entry.objects.count()
    asked(head, **EMERGENCY, asked="holds", holds=FACTORS)
    assert Entry.objects.count() == before


def test_who_is_not_signed_in_or_has_no_business_here_gets_no_answer(person):
    assert Client().get("/sharing/").status_code == 302
    assert Client().post("/sharing/", EMERGENCY).status_code in (302, 403)
    nobody = enter(person("former@prairie.example"))
    assert "Who asks for it?" not in nobody.get("/sharing/", follow=True).content.decode()


def test_a_state_without_such_rules_has_no_such_page(head):
    packs.use(ROOT / "packs" / "lakeland", clock.now)
    try:
        assert head.get("/sharing/").status_code == 404
        assert 'href="/sharing/"' not in head.get("/").content.decode()
    finally:
        packs.use(config().pack, clock.now, config().data / "packs")


def test_the_referral_and_the_header_lead_here(head, town, tell_of):
    told = tell_of(town.school)
    mine = told.referrals["Millbrook High School"]
    assert 'href="/sharing/"' in head.get("/").content.decode()
    assert head.get(f"/tips/{mine.pk}/").content.decode().count('href="/sharing/"') == 2
