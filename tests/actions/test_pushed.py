"""News on a contact's phone on the ladder: drawn like every channel, and a step that a pack may name."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.actions.conftest import mails_leave
from tests.actions.test_escalation import after, people, tip  # noqa: F401 - fixtures
from tests.actions.test_judging import critical, standard
from tests.support.pushservice import Phone
from upstander import clock as the_clock
from upstander.actions import devices, escalation, pushed
from upstander.actions.confirm import confirm
from upstander.actions.escalation_ladder import Ladder, ladders
from upstander.actions.models import ContactPush, EscalationStep, Notice
from upstander.config import config
from upstander.delivery.models import Delivery
from upstander.directory.calendars_services import set_quiet
from upstander.directory.models import Contact, Device
from upstander.packs import current
from upstander.people import services as accounts
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.a.1")]
ILLINOIS = Path(__file__).resolve().parents[2] / "packs" / "illinois"
STEP = """
[[step]]
code = "{code}"
label = "their phone once more"
classes = {classes}
after_minutes = {minutes}
act = "channel"
channel = "push"
while = "silent"
source = "Ours"
"""


@pytest.fixture
def with_steps(tmp_path) -> Iterator[None]:
    """A pack of which two steps push: one of a Critical after three minutes, one of a Standard after an hour."""
    folder = tmp_path / "illinois"
    shutil.copytree(ILLINOIS, folder)
    steps = folder / "escalation.toml"
    grave = '["imminent_harm", "emergency", "crime_against_person"]'
    added = STEP.format(code="push_again", classes=grave, minutes=3) + STEP.format(
        code="push_standard", classes='["standard"]', minutes=60
    )
    steps.write_text(steps.read_text() + added)
    current.use(folder, the_clock.now)
    yield
    current.use(config().pack, the_clock.now)


@pytest.fixture
def phones(town) -> Contact:
    """The principal has two phones that are told."""
    principal = town.contacts["principal"]
    account = Account.objects.create_user("okafor@prairie.example", name="P. Okafor")
    accounts.designate("system:test", account.pk, town.school.pk, contact_id=principal.pk)
    for name in ("one", "two"):
        assert devices.tell(account, Phone(f"https://fcm.googleapis.com/fcm/send/{name}").named)
    return principal


def told(town, call_taker, new_tip) -> UUID:
    made = new_tip(town.school.pk)
    critical(made, call_taker)
    mails_leave()
    pushed.turn()
    return made


def drawn(tip_id: UUID, contact: Contact) -> Ladder:
    return ladders(tip_id, the_clock.now())[str(contact.pk)]


def left(state: str = "sent") -> None:
    Delivery.objects.filter(channel="push", state="pending").update(state=state, sent_at=the_clock.now())


def test_what_was_pushed_stands_on_the_ladder_once_however_many_phones_and_how_far_it_is(
    phones, town, call_taker, new_tip
):
    made = told(town, call_taker, new_tip)
    (one,) = [t for t in drawn(made, phones).tried if t.label == "news on their phone"]
    assert (one.state, one.whom) == ("pending", "")
    first = Delivery.objects.filter(channel="push").first()
    Delivery.objects.filter(pk=first.pk).update(state="failed")
    left()
    (one,) = [t for t in drawn(made, phones).tried if t.label == "news on their phone"]
    assert one.state == "sent", "one of their phones has it"


def test_a_step_pushes_to_each_phone_again_and_whoever_has_none_cannot_be_told_so(
    with_steps,
    phones,
    town,
    call_taker,
    new_tip,
    after,  # noqa: F811
):
    made = told(town, call_taker, new_tip)
    left()
    after(3)
    assert "their phone once more" in drawn(made, town.contacts["counsellor"]).missing
    steps = EscalationStep.objects.filter(step="push_again")
    assert [step.notice.contact_id for step in steps] == [phones.pk]
    assert ContactPush.objects.filter(says="reminder").count() == 2
    waits = Delivery.objects.filter(channel="push", state="pending")
    assert {(d.purpose, d.priority) for d in waits} == {("contact_push", 0)} and len(waits) == 2
    (tried,) = [t for t in drawn(made, phones).tried if t.label == "their phone once more"]
    assert tried.state == "pending" and pushed.render(steps.get().subject_id) is not None


def test_who_confirms_is_not_reminded_by_what_has_not_left(
    with_steps,
    phones,
    town,
    call_taker,
    new_tip,
    after,  # noqa: F811
):
    told(town, call_taker, new_tip)
    left()
    after(3)
    confirm(Notice.objects.get(contact=phones).pk, as_self=True, name="", strength="link")
    assert pushed.render(EscalationStep.objects.get(step="push_again").subject_id) is None


def test_a_step_that_pushes_for_less_than_a_critical_waits_for_the_end_of_quiet_hours(
    with_steps, phones, town, call_taker, new_tip, clock
):
    from datetime import time

    set_quiet(phones.pk, {"push": (time(), time())}, "system:test")
    made = new_tip(town.school.pk)
    standard(made, call_taker)
    clock(61 * 60)
    escalation.others()
    assert not EscalationStep.objects.filter(step="push_standard").exists()
    set_quiet(phones.pk, {}, "system:test")
    escalation.others()
    assert EscalationStep.objects.filter(step="push_standard").count() == 1


def test_where_the_house_tells_no_phones_any_more_they_are_forgotten(
    phones, monkeypatch
):
    monkeypatch.setenv("UPSTANDER_PUSH", "off")
    config.cache_clear()
    try:
        assert devices.clear() is False and not Device.objects.exists()
    finally:
        monkeypatch.undo()
        config.cache_clear()


def test_the_worker_takes_the_step_and_the_desk_draws_it_with_their_own_logins(
    with_steps, phones, town, call_taker, new_tip, clock, as_login
):
    made = told(town, call_taker, new_tip)
    clock(4 * 60)
    as_login("worker")
    escalation.criticals()
    as_login_again(as_login)
    assert any(t.label == "their phone once more" for t in drawn(made, phones).tried)


def as_login_again(as_login) -> None:
    """From the worker to the desk, in one test."""
    from django.db import connection

    from upstander.ops import grants

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"GRANT {grants.role('desk')} TO CURRENT_USER")
        cursor.execute(f"SET LOCAL ROLE {grants.role('desk')}")


def test_a_push_of_nothing_is_none():
    assert pushed.render(uuid4()) is None
