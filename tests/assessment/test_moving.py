"""When a student moves, the new district's team takes the case over: what it is given is recorded, nothing else goes along."""

import pytest

from tests.assessment.conftest import put, told, wrote
from tests.response.conftest import ADMINISTRATOR, END_USER
from upstander.assessment import moving, reach, teams
from upstander.assessment.models import Case, HandOver
from upstander.disclosure import log
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.models import Disclosure, Student

pytestmark = [pytest.mark.django_db, pytest.mark.req("R-ta")]


@pytest.fixture
def case(cast):
    found = told(cast.principal, cast.town.school.pk)
    wrote(cast.counselor, found, "school", "Wren words that stay")
    return found


@pytest.fixture
def elsewhere(cast, person):
    """Farfield's team with one member who has signed."""
    with reach.acting(cast.far) as mine:
        team = teams.set_up(mine, cast.town.far_district.pk, "own", "kind").id
    there = person("there@farfield.example", (cast.town.far_school, END_USER), name="F. Arfield")
    put(cast.far, team, "counselor", there)
    return team, there


def test_a_case_moves_and_both_districts_know_what_was_told(cast, case, elsewhere, as_login):
    team, there = elsewhere
    as_login("school")
    with reach.acting(cast.counselor) as mine:
        assert moving.teams_elsewhere() == [(team, cast.town.far_district.name)]
        moving.offer(mine, case, team, "Heron summary")
        with pytest.raises(CannotDo):
            moving.offer(mine, case, team, "again")
        assert b"Heron" not in bytes(HandOver.objects.get().sealed_words)
    with reach.acting(there) as mine:
        offer = moving.offered(mine)[0]
        assert (offer.about, offer.given, offer.place) == ("Robin Quill", "Heron summary", cast.town.district.name)
        assert not Case.objects.exists() and not Student.objects.exists(), "of the other district nothing but the hand-over"
        with pytest.raises(CannotDo):
            moving.take_over(mine, offer.row.id, cast.town.school.pk)
        new = moving.take_over(mine, offer.row.id, cast.town.far_school.pk)
        assert [c.id for c in Case.objects.all()] == [new] and moving.offered(mine) == []
    with reach.acting(cast.counselor) as mine:
        old = Case.objects.get()
        assert old.id == case and old.closing == "moved" and old.closed_at is not None
        line = log.of(old.student)[0]
        assert line.recipient == cast.town.far_district.name and line.content == "Heron summary"
        assert "34 CFR 99.31(a)(2)" in line.row.cites


def test_the_pages_of_a_hand_over(cast, case, elsewhere):
    team, there = elsewhere
    client, where = cast.sign_in("counselor"), f"/team/cases/{case}/"
    assert client.post(f"{where}offer/", {"team": "", "given": "kept words"}).status_code == 422
    assert client.post(f"{where}offer/", {"team": str(team), "given": "Heron summary"}).status_code == 302
    assert "Offered to another district" in client.get(where).content.decode()
    assert client.post(f"{where}offer/back/").status_code == 302
    assert client.post(f"{where}offer/back/").status_code == 404
    assert client.post(f"{where}offer/", {"team": str(team), "given": "Heron summary"}).status_code == 302
    offer = HandOver.objects.get(withdrawn_at=None).id
    for who in ("counselor", "principal", "far", "unsigned"):
        assert cast.sign_in(who).get(f"/team/offers/{offer}/").status_code == 404
    from tests.response.conftest import enter

    new = enter(there)
    assert "Handed over to you" in new.get("/team/").content.decode()
    page = new.get(f"/team/offers/{offer}/").content.decode()
    assert "Heron summary" in page and "Wren words" not in page and "Millbrook High" not in page
    assert new.post(f"/team/offers/{offer}/", {"place": cast.town.school.pk}).status_code == 422
    answer = new.post(f"/team/offers/{offer}/", {"place": cast.town.far_school.pk})
    assert answer.status_code == 302 and "Heron summary" in new.get(answer["Location"]).content.decode()
    assert new.get(where).status_code == 404
    page = client.get(where).content.decode()
    assert "It is closed" in page and "taken it over" in page


def test_an_officer_hands_nothing_over_and_nobody_hands_over_what_they_do_not_read(cast, case, elsewhere):
    team, there = elsewhere
    with reach.acting(cast.officer) as mine:
        with pytest.raises(CannotDo):
            moving.offer(mine, case, team, "x")
    assert not Disclosure.objects.exists()
    for who in (cast.principal, cast.district, cast.unsigned, there, cast.far):
        with reach.acting(who) as mine:
            with pytest.raises(NotTheirs):
                moving.offer(mine, case, team, "x")


def test_a_team_without_readers_is_offered_nothing_by_hand(cast, case, elsewhere, person, as_login):
    """An administrator of the new district who is not on its team reads no offer."""
    team, _there = elsewhere
    head = person("head@farfield.example", (cast.town.far_district, ADMINISTRATOR))
    with reach.acting(cast.counselor) as mine:
        moving.offer(mine, case, team, "x")
    as_login("school")
    with reach.acting(head) as mine:
        assert not HandOver.objects.exists() and moving.offered(mine) == []
