# ruff: noqa: F811 - tests take fixtures by name
"""Who may read what was written into papers: the desk's login alone, which changes nothing of it.

No other origin has these pages.
"""

import uuid

import pytest
from django.db import connection
from django.urls import Resolver404, resolve

from tests.desk.conftest import action_of
from tests.desk.paper import digest, read
from tests.evidence.conftest import brought, picture
from tests.evidence.test_custody import RECEIVED, turned
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.desk.models import Paper, PaperCopy
from upstander.desk.paper_urls import urlpatterns
from upstander.evidence import adopting, handing, sealing, tokens
from upstander.evidence.models import File, HandOver
from upstander.ops import grants

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.4")]
ADDRESSES = [
    str(p.pattern).replace("<str:number>", "K7F2-9QPX-3M").replace("<uuid:action_id>", str(uuid.UUID(int=7)))
    for p in urlpatterns
]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def tip(casey, town, new_tip, judged):
    return judged(new_tip(town.school), casey.account, "child_abduction")


def test_the_desks_own_login_does_all_of_it(casey, tip, as_login):
    as_login("desk")
    assert casey.post(f"/tip/{tip.number}/packet/", {"name": "Ana", "seen": "0"}).status_code == 302
    made = casey.post(f"/tip/{tip.number}/packet/pdf/")
    assert "Ana" in read(made)[1]
    row = action_of(tip.id, "amber_alert")
    given = {"result": "handed_over", "answered_by": "Sgt. Ruiz", "packet": digest(made), "note": ""}
    assert casey.post(f"/tip/{tip.number}/packet/{row.id}/", given).status_code == 302
    assert casey.get(f"/tip/{tip.number}/help/").status_code == 200
    for statement in ("UPDATE desk_paper SET n = 9", "DELETE FROM desk_paper", "UPDATE desk_papercopy SET sha256 = ''",
                      "DELETE FROM desk_papercopy"):  # fmt: skip
        assert refused(lambda: run(statement)), statement  # noqa: B023 - called at once
    assert (Paper.objects.count(), PaperCopy.objects.count()) == (1, 1)


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_desks_own_login_records_the_receipt_of_evidence(
    casey, signed_in, town, new_tip, judged, as_login
):
    tip = judged(new_tip(town.school), casey.account, "sexual_images_of_children")
    adopting.adopt(tip.id, tip.number, [tokens.reveal(brought(picture()))], the_clock.now())
    file = File.objects.get(tip_id=tip.id)
    sealing.seal(file.id, "suspected", casey.account.actor, casey.account.pk)
    avery = signed_in("Avery Lindholm", "custodian")
    handing.order(file.id, avery.account, {"agency": "PD", "officer": "Sgt.", "reference": "1"})
    turned()
    as_login("desk")
    handing.received(HandOver.objects.get().id, avery.account, RECEIVED)
    assert action_of(tip.id, "evidence_hold").result == "handed_over"


@pytest.mark.parametrize("login", sorted(set(grants.LOGINS) - {"desk"}))
def test_no_other_login_reads_a_paper_or_what_was_made_of_it(casey, tip, as_login, login):
    casey.post(f"/tip/{tip.number}/packet/", {"name": "Ana", "seen": "0"})
    as_login(login)
    for table in ("desk_paper", "desk_papercopy"):
        assert refused(lambda: run(f"SELECT 1 FROM {table}")), table  # noqa: B023 - called at once


@pytest.mark.parametrize("role", ["custodian", "sio", "outreach", "programme_admin", "auditor"])
def test_a_role_that_reads_no_tips_opens_none_of_these_pages(signed_in, tip, role):
    person = signed_in("Other Person", role)
    for address in ADDRESSES:
        url = "/" + address.replace("K7F2-9QPX-3M", tip.number)
        for answer in (person.get(url), person.post(url)):
            assert answer.status_code in (403, 405), url
    assert not Paper.objects.exists() and not Entry.objects.filter(act="tip.viewed").exists()


def test_a_stranger_is_led_to_the_sign_in(desk, client, tip):
    for address in ADDRESSES:
        answer = client.post("/" + address.replace("K7F2-9QPX-3M", tip.number))
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), address


@pytest.mark.parametrize("origin", ["school", "public"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_other_origin_has_these_pages(address, origin):
    with pytest.raises(Resolver404):
        resolve(f"/{address}", urlconf=f"upstander.urls.{origin}")
