"""How grave a case is, the threshold for the police, the safety plan with its reviews, the end."""

from datetime import timedelta

import pytest

from tests.assessment.conftest import EVERYBODY, told
from upstander import clock
from upstander.assessment import levels, plan, plans, reach, teams
from upstander.assessment.levels import Decided
from upstander.assessment.models import Case, Item, Level, Member
from upstander.assessment.plan import Planned
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.ids import new_id
from upstander.packs.assessment import Assessment
from upstander.packs.current import current

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-ta")]
LOW = Decided("low", "Finch reason", ("not_met",), "Nothing points to a plan")


@pytest.fixture
def case(cast):
    return told(cast.principal, cast.town.school.pk)


def section() -> Assessment:
    found = current().assessment
    assert found is not None
    return found


@pytest.mark.parametrize("scale", ["kind", "risk"])
def test_a_district_decides_by_the_scale_that_it_has_chosen(cast, case, scale):
    with reach.acting(cast.district) as mine:
        teams.set_up(mine, cast.town.district.pk, "own", scale)
    page = cast.sign_in("counselor").get(f"/team/cases/{case}/level/").content.decode()
    for level in section().levels:
        assert (level.says.partition(".")[0] in page) == (level.scale == scale)


@pytest.mark.parametrize("level", [one.code for one in section().of_scale("risk")])
def test_at_a_grave_level_the_threshold_for_the_police_is_met_with_its_reason(cast, case, level):
    grave = section().level("risk", level).police
    with reach.acting(cast.counselor) as mine:
        said = Decided(level, "why", ("not_met",), "why not")
        if grave:
            with pytest.raises(CannotDo):
                levels.decide(mine, case, said)
            said = Decided(level, "why", ("weapon", "violence"), "told at once", police_told=True)
        levels.decide(mine, case, said)
    found = Level.objects.get()
    assert found.level == level and (found.police_told_at is not None) == grave
    days = section().level("risk", level).review_days
    assert Case.objects.get().review_on == (clock.today() + timedelta(days) if days else None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Decided("transient", "x", ("not_met",), "x"), "level"), (Decided("low", " ", ("not_met",), "x"), "reason"),
        (Decided("low", "x", (), "x"), "thresholds"), (Decided("low", "x", ("not_met", "weapon"), "x"), "thresholds"),
        (Decided("low", "x", ("not_met",), " "), "police_reason"),
        (Decided("low", "x", ("not_met",), "x", police_told=True), "thresholds"),
    ],
)  # fmt: skip
def test_a_decision_without_its_reasons_is_not_taken(cast, case, wrong, field):
    with reach.acting(cast.counselor) as mine:
        with pytest.raises(CannotDo) as why:
            levels.decide(mine, case, wrong)
    assert why.value.field == field and not Level.objects.exists()


def test_the_latest_decision_counts_and_the_earlier_ones_stay(cast, case):
    client = cast.sign_in("counselor")
    where = f"/team/cases/{case}/"
    said = {"level": "low", "reason": "Finch reason", "thresholds": ["not_met"], "police_reason": "Nothing to tell"}
    said["entry"] = str(new_id())
    for _press in range(2):
        assert client.post(f"{where}level/", said).status_code == 302
    assert "Most cases of this level end here" in client.get(where).content.decode()
    said |= {"level": "high", "thresholds": ["threat"], "police_told": "on", "entry": str(new_id())}
    assert client.post(f"{where}level/", said).status_code == 302
    page = client.get(where).content.decode()
    assert page.index("High · now") < page.index("Low</h3>") and page.count("Finch reason") == 2
    assert all(b"Finch" not in bytes(one.sealed_reason) for one in Level.objects.all())
    answer = client.post(f"{where}level/", said | {"reason": "", "entry": str(new_id())})
    assert answer.status_code == 422 and "Nothing to tell" in answer.content.decode()


def test_a_piece_of_the_plan_has_an_owner_and_a_day_and_is_looked_at_until_it_is_done(cast, case):
    client = cast.sign_in("counselor")
    where = f"/team/cases/{case}/"
    owner = Member.objects.get(account_id=cast.teacher.pk)
    said = {"what": "Crane check-in each morning", "owner": str(owner.id), "review_on": clock.today().isoformat()}
    said["entry"] = str(new_id())
    for _press in range(2):
        assert client.post(f"{where}plan/", said).status_code == 302
    item = Item.objects.get()
    page = client.get(where).content.decode()
    assert "Crane check-in" in page and "T. Stone" in page and b"Crane" not in bytes(item.sealed_text)
    assert "your part of the safety plan" in cast.sign_in("teacher").get("/team/").content.decode()
    assert "a part of the safety plan, Robin Quill" in client.get("/team/").content.decode()
    later = (clock.today() + timedelta(20)).isoformat()
    assert client.post(f"{where}plan/{item.id}/again/", {"review_on": "2020-01-01"}).status_code == 422
    assert client.post(f"{where}plan/{item.id}/again/", {"review_on": later}).status_code == 302
    assert "What is due" not in client.get("/team/").content.decode()
    for wrong, words in (
        ({"owner": ""}, "Say who sees to it"), ({"what": ""}, "Write something"),
        ({"review_on": "2020-01-01"}, "This day is over."),
    ):  # fmt: skip
        answer = client.post(f"{where}plan/", said | {"entry": str(new_id())} | wrong)
        assert answer.status_code == 422 and words in answer.content.decode()
    assert client.post(f"{where}plan/{item.id}/done/").status_code == 302
    assert client.post(f"{where}plan/{item.id}/done/").status_code == 404


def test_a_review_that_is_over_stands_on_the_teams_page_until_it_is_held(cast, case):
    with reach.acting(cast.counselor) as mine:
        levels.decide(mine, case, Decided("moderate", "x", ("not_met",), "x", review_on=clock.today()))
        Case.objects.update(review_on=clock.today() - timedelta(3))
        assert [one.review for one in plans.due(mine)[cast.team]] == [True]
    client = cast.sign_in("teacher")
    page = client.get("/team/").content.decode()
    assert "Overdue" in page and "review of the case" in page
    today = client.get("/today/").content.decode()
    assert "1 review or part of a safety plan" in today and "Robin" not in today
    assert "safety plan" not in cast.sign_in("principal").get("/today/").content.decode()
    later = (clock.today() + timedelta(60)).isoformat()
    assert client.post(f"/team/cases/{case}/review/", {"review_on": later}).status_code == 302
    assert "review of the case" not in client.get("/team/").content.decode()


def test_a_case_is_closed_with_its_reason_when_nothing_is_open(cast, case):
    client = cast.sign_in("counselor")
    where = f"/team/cases/{case}/"
    end = {"closing": "settled", "reason": "Heron reason"}
    answer = client.post(f"{where}close/", end)
    assert answer.status_code == 422 and "Decide first" in answer.content.decode() and "Heron reason" in answer.content.decode()
    with reach.acting(cast.counselor) as mine:
        levels.decide(mine, case, LOW)
        plan.add(mine, case, Planned("walk to the bus", clock.today(), None, "his aunt"))
    assert "still open" in client.post(f"{where}close/", end).content.decode()
    with reach.acting(cast.counselor) as mine:
        plan.done(mine, Item.objects.get().id)
    assert client.post(f"{where}close/", end | {"closing": "moved"}).status_code == 422
    assert client.post(f"{where}close/", end).status_code == 302
    page = client.get(where).content.decode()
    assert "It is closed" in page and "Heron reason" in page and "Write into the case" not in page
    assert b"Heron" not in bytes(Case.objects.get().sealed_closing)
    assert "Nothing is added" in client.post(f"{where}review/", {"review_on": clock.today().isoformat()}).content.decode()
    assert "No case is open" in client.get("/team/").content.decode()


@pytest.mark.parametrize("who", [w for w in EVERYBODY if w not in ("counselor", "teacher", "officer", "former")])
def test_nobody_else_decides_plans_or_closes(cast, case, who):
    with reach.acting(cast.counselor) as mine:
        plan.add(mine, case, Planned("x", clock.today(), None, "somebody"))
    item, client = Item.objects.get().id, cast.sign_in(who)
    for page in ("level/", "plan/", "review/", "close/", f"plan/{item}/again/"):
        assert client.get(f"/team/cases/{case}/{page}").status_code == 404
    assert client.post(f"/team/cases/{case}/plan/{item}/done/").status_code == 404
    with reach.acting(getattr(cast, who)) as mine:
        for act in (
            lambda: levels.decide(mine, case, LOW), lambda: levels.close(mine, case, "settled", "x"),
            lambda: plan.done(mine, item), lambda: plan.add(mine, case, Planned("x", clock.today(), None, "y")),
            lambda: levels.review(mine, case, None),
        ):  # fmt: skip
            with pytest.raises(NotTheirs):
                act()


def test_a_piece_of_another_case_is_not_reached_through_ones_own(cast, case, person):
    """The address names a case that they read, and a piece of one that they do not."""
    other = told(cast.principal, cast.town.school.pk, about="Ash Pine")
    with reach.acting(cast.counselor) as mine:
        plan.add(mine, other, Planned("x", clock.today(), None, "y"))
    client = cast.sign_in("counselor")
    assert client.get(f"/team/cases/{case}/plan/{Item.objects.get().id}/again/").status_code == 404
