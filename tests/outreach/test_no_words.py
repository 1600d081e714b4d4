"""Outreach, and the School Intelligence Officer, reach no word of a tip: not on a page, not by a query, not by an import."""

import ast
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import action_of
from tests.support.canary import canary, spellings
from upstander.actions import services as actions
from upstander.ids import new_id
from upstander.intake import services as intake
from upstander.intake.queries import QueueRow
from upstander.outreach import services

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.5.a"), pytest.mark.req("D-IV.A.4.NOTE")]
ROOM = Path(services.__file__).parent


@pytest.fixture
def tip(casey, town, new_tip, judged) -> tuple[QueueRow, list[str]]:
    """A tip told to outreach and taken up for the officer, with a word of its own in every place that holds words."""
    words = [canary() for _ in range(9)]
    w = iter(words)
    found = new_tip(town.far_school, text=next(w), who=next(w), when=next(w), place_text=next(w))
    intake.say(found.id, "desk", next(w), casey.account.pk)
    intake.say(found.id, "note", next(w), casey.account.pk)
    judged(found, casey.account, "bullying", reason=next(w), narrative=next(w))
    told = action_of(found.id, "notify_outreach")
    actions.mark_done(told.id, casey.account.pk, "", "told")
    actions.take_up(found.id, "sio_coordination", casey.account.pk)
    actions.mark_done(action_of(found.id, "document").id, casey.account.pk, next(w))
    return found, words


def addresses(town) -> list[str]:
    return ["/", "/owed/", "/outreach/", "/outreach/place-not-known/", f"/outreach/{town.far_district.pk}/"]


@pytest.mark.parametrize("role", ["outreach", "sio"])
def test_no_page_of_theirs_holds_a_word_of_the_tip(signed_in, tip, town, role):
    reader = signed_in("Reading Person", role)
    seen = b""
    for address in addresses(town):
        answer = reader.get(address)
        assert answer.status_code == 200, address
        seen += answer.content
    assert tip[0].number.encode() in seen, "they read of the tip"
    for word in tip[1]:
        assert not any(form in seen for form in spellings(word))


@pytest.mark.parametrize("role", ["outreach", "sio"])
def test_no_page_of_theirs_asks_the_database_for_a_word(signed_in, tip, town, role):
    reader = signed_in("Reading Person", role)
    with CaptureQueriesContext(connection) as caught:
        for address in addresses(town):
            reader.get(address)
    asked = "\n".join(query["sql"] for query in caught)
    for column in ("intake_message", "sealed_detail", "sealed_reason", "sealed_narrative", "sealed_decision", "sealed_summary"):
        assert column not in asked, column


@pytest.mark.parametrize("role", ["outreach", "sio"])
def test_every_page_of_the_tip_is_closed_to_them_also_what_they_owe(signed_in, tip, role):
    reader, found = signed_in("Reading Person", role), tip[0]
    for part in ("", "head/", "words/", "panels/", "plan/", "callsheet/", "place/"):
        assert reader.get(f"/tip/{found.number}/{part}").status_code == 403, part
    row = action_of(found.id, "sio_coordination")
    answer = reader.post(f"/owed/{row.id}/", {"result": "done", "note": "Met the principal", "back": role})
    assert answer.status_code == (302 if role == "sio" else 403)


def test_what_an_analyst_releases_opens_nothing_else(signed_in, tip, town):
    riley, robin = signed_in("Riley Haddad", "stic_analyst"), signed_in("Robin Castellano", "outreach")
    word = canary()
    released = services.release(tip[0].number, riley.account.pk, f"Told anew: {word}", new_id())
    page = robin.get(f"/outreach/words/{released.pk}/").content
    assert word.encode() in page
    assert not any(form in page for other in tip[1] for form in spellings(other))


def test_the_room_imports_nothing_that_opens_a_word():
    """As import-linter holds, and here without it: only what the desk tells in codes, and this room's own words."""
    found = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
    of_actions = {name for name in found if name.startswith("upstander.actions")}
    assert all(name.startswith("upstander.actions.outreach") for name in of_actions - {"upstander.actions"})
    assert not {name for name in found if name.startswith(("upstander.intake", "upstander.evidence", "upstander.desk"))}
