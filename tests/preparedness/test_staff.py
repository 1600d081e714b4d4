"""Filings, the staff's training, exercises: noted, counted, sealed."""

from datetime import timedelta

import pytest

from tests.preparedness.conftest import OUTSIDE, Cast
from tests.support.wrong import kept_out
from upstander import clock
from upstander.ids import new_id
from upstander.preparedness import exercises, facts, queries, reach, staff, years
from upstander.preparedness.errors import NotTheirs
from upstander.preparedness.models import Exercise, Filing, Member, Training

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-plans")]
WORD = "LANTERN-7731"


def state(cast: Cast, code: str, place: object = None) -> str:
    """How the high school, or another place, stands with a duty."""
    with reach.acting(cast.district):
        where = place or cast.town.school
        (known,) = facts.facts([type(where).objects.select_related("parent").get(pk=where.pk)], years.this_year())  # type: ignore[attr-defined]
        return next(row.standing.state for row in queries.rows(known, years.this_year()) if row.duty.code == code)


def test_all_staff_are_trained_when_each_of_them_is(cast, as_login):
    client, here = cast.sign_in("principal"), f"/preparedness/places/{cast.town.school.pk}/training/"
    assert client.post(here, {"act": "add", "names": " \n "}).status_code == 422
    assert client.post(here, {"act": "add", "names": f"P. Okafor\nR. {WORD}\n\nP. Okafor"}).status_code == 302
    assert client.post(here, {"act": "add", "names": "p. okafor"}).status_code == 302
    ids = [str(pk) for pk in Member.objects.values_list("pk", flat=True)]
    assert len(ids) == 2 and not any(WORD.encode() in bytes(m.sealed_words) for m in Member.objects.all())
    page = client.get(here).content.decode()
    assert "2 of 2 are not trained" in page and WORD in page and "never yet" in page
    today = clock.today()
    assert client.post(here, {"act": "train", "day": today.isoformat()}).status_code == 422
    assert client.post(here, {"act": "train", "who": [str(new_id())], "day": today.isoformat()}).status_code == 422
    tomorrow = (today + timedelta(1)).isoformat()
    assert client.post(here, {"act": "train", "who": ids, "day": tomorrow}).status_code == 422
    assert client.post(here, {"act": "train", "who": ids[:1], "day": today.isoformat()}).status_code == 302
    assert state(cast, "staff_training") != "met"
    for _twice in range(2):
        assert client.post(here, {"act": "train", "who": ids, "day": today.isoformat()}).status_code == 302
    assert Training.objects.count() == 2 and state(cast, "staff_training") == "met"
    assert client.post(here, {"act": "add", "names": "New person"}).status_code == 302
    assert state(cast, "staff_training") != "met"
    new = Member.objects.latest("made_at")
    assert client.post(here, {"act": "end", "who": [str(new.pk)]}).status_code == 302
    assert state(cast, "staff_training") == "met"


def test_the_procedure_is_filed_by_the_board_and_counts_for_its_schools(cast):
    client, here = cast.sign_in("district"), f"/preparedness/places/{cast.town.district.pk}/filings/threat_procedure/"
    assert client.get(here).status_code == 200 and client.get(here.replace("threat_procedure", "other")).status_code == 404
    assert client.post(here, {"day": (clock.today() + timedelta(1)).isoformat()}).status_code == 422
    assert client.post(here, {"day": clock.today().isoformat(), "note": f"ROE, number {WORD}"}).status_code == 302
    assert WORD in client.get(here).content.decode() and WORD.encode() not in bytes(Filing.objects.get().sealed_words)
    assert state(cast, "threat_procedure") == "met"


def test_an_exercise_is_planned_led_and_recorded(cast):
    client, here = cast.sign_in("principal"), f"/preparedness/places/{cast.town.school.pk}/exercises/"
    entry = {"scenario": "told_and_lost", "day": clock.today().isoformat(), "entry": str(new_id())}
    assert client.post(here, entry | {"scenario": "nothing"}).status_code == 422
    for _twice in range(2):
        answer = client.post(here, entry)
        assert answer.status_code == 302
    assert Exercise.objects.count() == 1
    page = client.get(answer["Location"]).content.decode()
    assert "EXERCISE" in page and "cafeteria worker" in page and "Secret Service" in page
    tomorrow = {"held_on": (clock.today() + timedelta(1)).isoformat(), "findings": WORD}
    wrong = client.post(answer["Location"], tomorrow)
    assert wrong.status_code == 422 and WORD in wrong.content.decode()
    seen = {"held_on": clock.today().isoformat(), "groups": ["teachers", "students"], "people": "14"}
    assert client.post(answer["Location"], seen | {"findings": WORD, "role_0": WORD, "answer_1": WORD}).status_code == 302
    one = Exercise.objects.get()
    assert one.groups == ["teachers", "students"] and WORD.encode() not in bytes(one.sealed_words)
    assert client.get(answer["Location"]).content.decode().count(WORD) == 3 and state(cast, "exercise") == "met"


@pytest.mark.parametrize("who", [*OUTSIDE, "haas", "region"])
def test_nobody_else_reads_or_writes_them(cast, who, as_login):
    place, id = cast.town.school.pk, new_id()
    with reach.acting(cast.principal) as mine:
        staff.add_people(mine, place, [WORD])
        exercises.plan(mine, place, id, "told_and_lost", clock.today())
    member = Member.objects.get().pk
    client = cast.sign_in(who)
    for page in (f"places/{place}/training/", f"places/{place}/exercises/", f"exercises/{id}/"):
        assert kept_out(client.get(f"/preparedness/{page}")), page
        assert kept_out(client.post(f"/preparedness/{page}", {"act": "add", "names": "x"})), page
    with reach.acting(getattr(cast, who)) as mine:
        for act in (
            lambda: staff.add_people(mine, place, ["x"]), lambda: staff.train(mine, place, {member}, clock.today()),
            lambda: staff.end(mine, place, {member}), lambda: staff.file(mine, place, "threat_procedure", clock.today(), ""),
            lambda: exercises.plan(mine, place, new_id(), "told_and_lost", clock.today()), lambda: exercises.theirs(mine, id),
        ):  # fmt: skip
            with pytest.raises(NotTheirs):
                act()
    as_login("school")
    with reach.acting(getattr(cast, who)):
        assert not Member.objects.update(ended_at=clock.now()) and not Exercise.objects.update(people=1)
        assert Member.objects.count() == (1 if who == "region" else 0)
