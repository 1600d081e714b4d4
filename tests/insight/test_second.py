"""The second person's day begins with what waits for her alone, by its name; nobody looks at their own words (S-sio)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.insight.test_day import page
from tests.network.applying import OFFICER, waiting
from tests.network.support import client_for, make_second, make_sio
from tests.products.conftest import HEAD, bulletin, saved, second, sio  # noqa: F401 - fixtures
from upstander.ids import new_id
from upstander.network import vetting
from upstander.products import releasing, reviewing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.req("S-sio")]
MINE = "Waits for you: a second person"


def hers(who) -> str:
    said = page(who)
    return said[said.index(MINE) :].split("</section>")[0] if MINE in said else ""


def test_a_draft_waits_for_who_did_not_write_it_and_for_nobody_else(saved, sio):  # noqa: F811
    ada, ben = make_second(), make_second("Ben Quill")
    version = saved(bulletin())
    assert not hers(ada)
    reviewing.ask(version.product_id, 1, sio.pk, new_id())
    assert f"/desk/products/{version.product_id}/look/" in hers(ada) and HEAD in hers(ada)
    assert not hers(sio), "the officer cannot do it herself"
    type(version).objects.filter(pk=version.pk).update(saved_by=ada.pk)
    assert not hers(ada) and HEAD in hers(ben), "nobody looks at their own words"
    reviewing.answer(version.product_id, 1, ben.pk, new_id(), "agreed")
    assert not hers(ben)


def test_what_went_out_on_one_persons_name_waits_and_is_late_after_its_hours(saved, sio, clock):  # noqa: F811
    ada, version = make_second(), saved(bulletin(urgent=True))
    releasing.release(version.product_id, 1, sio.pk, new_id(), looked=True)
    assert "Went out on one person" in hers(ada) and "Overdue" not in hers(ada)
    clock(timedelta(hours=30).total_seconds())
    assert "Overdue" in hers(ada)


def test_an_application_waits_for_her_voice_until_she_gives_it_and_not_for_its_sponsor():
    officer, ada = make_sio(), make_second()
    one = waiting(Client())
    assert f"/desk/members/applications/{one.pk}/" in hers(ada) and "Dana Whitlock" in hers(ada)
    type(one).objects.filter(pk=one.pk).update(sponsor_email=ada.email)
    assert not hers(ada) and not hers(officer)
    type(one).objects.filter(pk=one.pk).update(sponsor_email="ida@switchgrass.example")
    vetting.tick(one.pk, "second_look", ada)
    assert not hers(ada)


def test_what_an_agency_said_waits_for_her_only_when_it_has_been_asked():
    officer, ada = make_sio(), make_second()
    one = waiting(Client(), **OFFICER)
    assert not hers(ada)
    vetting.agency_said(one.pk, officer, "Sgt. Ortiz", "by telephone", new_id())
    assert "LES: see what the agency said: Chris Delgado" in hers(ada)
    vetting.agency_seen(one.pk, ada)
    assert not hers(ada)


def test_the_queries_do_not_grow_with_what_waits_for_her(saved, sio):  # noqa: F811
    browser = client_for(make_second())

    def asked() -> int:
        browser.get("/desk/")
        with CaptureQueriesContext(connection) as caught:
            browser.get("/desk/")
        return len(caught)

    def more(n: int) -> None:
        version = saved(bulletin())
        reviewing.ask(version.product_id, 1, sio.pk, new_id())
        waiting(Client(), email=f"dana{n}@switchgrass.example")

    more(0)
    few = asked()
    more(1)
    more(2)
    assert asked() == few
