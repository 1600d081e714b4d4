"""Who is on call is told by text message and by call, beside the mail; a key or the code says that they have heard, no more."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave
from tests.actions.test_corrected import taken
from tests.actions.test_escalation import after, people, tip  # noqa: F401 - fixtures
from tests.actions.test_judging import standard
from upstander import clock as the_clock
from upstander.actions import escalation, escalation_phone, services, texted
from upstander.actions.escalation_ladder import ladders
from upstander.actions.models import EscalationStep, Notice
from upstander.audit.models import Entry
from upstander.config import config
from upstander.delivery.caller import ledger, speaking
from upstander.delivery.models import Delivery
from upstander.delivery.registry import render
from upstander.directory.models import Contact, ContactPoint
from upstander.ops.events import tell
from upstander.people import reach
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2")]
SECRET_WORDS = "He said he will bring a gun"
DUTY = "+12175550911"


def owed(purpose: str, contact: Contact) -> Delivery:
    return Delivery.objects.get(purpose=purpose, address_key=f"contact:{contact.pk}")


@pytest.fixture
def region(people, after) -> Contact:  # noqa: F811
    """Nobody has confirmed for a quarter of an hour: the region's on-call is told."""
    after(15)
    return people["region"]


@pytest.fixture(autouse=True)
def _told(tip) -> None:  # noqa: F811
    """A Critical, of which four people were told."""


@pytest.fixture
def duty(monkeypatch) -> None:
    """The programme has a duty telephone."""
    monkeypatch.setenv("UPSTANDER_ON_CALL_NUMBER", DUTY)
    config.cache_clear()
    yield
    monkeypatch.undo()
    config.cache_clear()


def test_they_are_told_by_text_and_by_call_where_how_grave_and_whom_to_call_and_no_word(region, town):
    text = owed("escalation_sms", region)
    said = render("escalation_sms", [text.subject_id])[text.subject_id]
    assert said.to == "+12175550300" and town.school.name in said.text and f"1 {texted.code_of(text.subject_id)}" in said.text
    call = speaking.render("escalation_call", owed("escalation_call", region).subject_id)
    assert call.numbers == ("+12175550300",) and call.asks
    assert town.school.name not in call.greeting, "whoever picks up hears nothing of a tip"
    assert town.school.name in call.after and SECRET_WORDS not in call.after + said.text and "http" not in said.text


def test_a_key_says_that_they_have_heard_ends_that_ringing_and_confirms_nobodys_notice(region, tip):  # noqa: F811
    job = taken(owed("escalation_call", region))
    reply = ledger.pressed(job, "1")
    assert reply is not None and reply.code == "confirmed"
    assert owed("escalation_call", region).state == "sent"
    step = EscalationStep.objects.get(pk=job.subject_id)
    assert step.heard_how == "key" and not Notice.objects.exclude(confirmed_at=None).exists()
    assert Entry.objects.filter(act="escalation.heard").count() == 1
    assert render("escalation_sms", [job.subject_id]) == {}, "what has not left need not"
    tried = [one for ladder in ladders(tip, the_clock.now()).values() for one in ladder.tried]
    assert any(one.heard_at == step.heard_at for one in tried if one.heard_at)


def test_key_2_rings_again_and_a_key_after_somebody_has_confirmed_says_that_it_is_over(region, people, tip):  # noqa: F811
    job = taken(owed("escalation_call", region))
    assert not ledger.pressed(job, "2").over and speaking.render(job.purpose, job.subject_id) is not None
    mine = Notice.objects.get(referral__tip_id=tip, contact=people["principal"])
    services.confirm(mine.id, as_self=True, name="", strength="link")
    assert speaking.render(job.purpose, job.subject_id) is None, "somebody has it: who is on call is rung no more"
    assert ledger.pressed(job, "1").code == "over"


@pytest.mark.parametrize(("number", "counts"), [("+12175550300", True), ("+12175550333", False)])
def test_so_does_the_code_from_their_own_number_and_from_no_other(region, number, counts, as_login):
    step = owed("escalation_sms", region).subject_id
    code = texted.code_of(step).lower()
    as_login("router")
    assert bool(escalation_phone.confirm(code, number)) is counts
    assert (EscalationStep.objects.get(pk=step).heard_how == "code") is counts


def test_who_has_a_telephone_and_no_mail_is_told_all_the_same(people, after):  # noqa: F811
    ContactPoint.objects.filter(contact=people["region"], kind="email").delete()
    after(15)
    assert owed("escalation_call", people["region"]).state == "pending"


def test_the_supervisor_is_told_on_the_duty_telephone_once_a_round(duty, after):  # noqa: F811
    after(20)
    calls = Delivery.objects.filter(purpose="escalation_call", address_key__startswith="account:")
    assert calls.count() == 2, "at 10 and at 20 minutes, though two supervise"
    assert speaking.render("escalation_call", calls[0].subject_id).numbers == (DUTY,)


def test_without_one_they_are_told_by_mail_alone(after):  # noqa: F811
    after(10)
    purposes = Delivery.objects.filter(address_key__startswith="account:").values_list("purpose", flat=True)
    assert set(purposes) == {"escalation"}


def test_a_correction_goes_by_the_channels_by_which_they_were_told(region, tip, call_taker, supervisor):  # noqa: F811
    mails_leave()
    Delivery.objects.filter(purpose="escalation_sms").update(state="sent", sent_at=the_clock.now())
    ledger.ended(taken(owed("escalation_call", region)), "no_key", 9, numbers=1, first=timedelta(minutes=1))
    lowering = standard(tip, call_taker, reason="It was a film project", narrative="It was a film.")
    services.decide_lowering(lowering.id, supervisor.pk, True, "The teacher says so")
    over = owed("escalation_over_call", region)
    assert not speaking.render("escalation_over_call", over.subject_id).asks
    assert owed("escalation_call", region).state == "cancelled"
    text = owed("escalation_over_sms", region).subject_id
    assert "no longer stands" in render("escalation_over_sms", [text])[text].text


def test_the_caller_rings_them_with_its_own_login(region, as_login):
    step: UUID = owed("escalation_call", region).subject_id
    as_login("caller")
    assert speaking.render("escalation_call", step) is not None
    assert speaking.pressed("escalation_call", step, "1").code == "confirmed"


def test_the_worker_owes_it_with_its_own(people, clock, as_login):  # noqa: F811
    from upstander.actions import escalation

    clock(15 * 60 + 1)
    as_login("worker")
    escalation.criticals()
    assert Delivery.objects.filter(purpose="escalation_call").exists()


class TestOwnNumbers:
    """Whoever supervises and has numbers of their own is told on those; the duty telephone stands in for who has none."""

    @pytest.fixture
    def ana(self, people) -> Account:  # noqa: F811
        """One of the two who supervise."""
        return Account.objects.get(name="Ana")

    def keep(self, account, **numbers: str) -> None:
        reach.keep("account:1", account, reach.Numbers(**numbers))

    def to(self, account, purpose: str) -> list[Delivery]:
        return list(Delivery.objects.filter(purpose=purpose, address_key=f"account:{account.pk}").order_by("created_at"))

    def test_they_are_rung_texted_and_mailed_there(self, ana, duty, after):  # noqa: F811
        self.keep(ana, text="+12175550401", phone="+12175550402", mail="at@home.example")
        after(10)
        (call,), (sms,) = self.to(ana, "escalation_call"), self.to(ana, "escalation_sms")
        assert speaking.render("escalation_call", call.subject_id).numbers == ("+12175550402",)
        assert render("escalation_sms", [sms.subject_id])[sms.subject_id].to == "+12175550401"
        (mail,) = self.to(ana, "escalation")
        assert render("escalation", [mail.subject_id])[mail.subject_id].to_address == "at@home.example"

    def test_for_a_channel_that_they_have_not_and_for_who_has_none_the_duty_telephone_once(self, ana, duty, after):  # noqa: F811
        self.keep(ana, text="+12175550401")
        after(10)
        calls = Delivery.objects.filter(purpose="escalation_call", address_key__startswith="account:")
        assert [speaking.render("escalation_call", call.subject_id).numbers for call in calls] == [(DUTY,)]
        texts = Delivery.objects.filter(purpose="escalation_sms", address_key__startswith="account:")
        sent = render("escalation_sms", [text.subject_id for text in texts])
        assert {text.to for text in sent.values()} == {"+12175550401", DUTY}

    def test_a_telephone_that_is_nobodys_is_rung_no_more_and_the_duty_telephone_is(self, ana, duty, after):  # noqa: F811
        self.keep(ana, phone="+12175550402")
        after(10)
        (call,) = self.to(ana, "escalation_call")
        tell("delivery.called", purpose="escalation_call", subject_id=call.subject_id, code="wrong_number", seconds=0)
        assert speaking.render("escalation_call", call.subject_id).numbers == (DUTY,)
        assert Entry.objects.filter(act="account.reach_wrong").count() == 1

    def test_the_code_from_their_own_number_says_that_they_have_heard(self, ana, after, as_login):  # noqa: F811
        self.keep(ana, text="+12175550401")
        after(10)
        (sms,) = self.to(ana, "escalation_sms")
        as_login("router")
        assert not escalation_phone.confirm(texted.code_of(sms.subject_id), "+12175550499")
        assert escalation_phone.confirm(texted.code_of(sms.subject_id), "+12175550401")

    @pytest.mark.parametrize(
        ("login", "purpose"), [("caller", "escalation_call"), ("relay", "escalation_sms"), ("relay", "escalation")]
    )
    def test_each_process_opens_them_with_its_own_login(self, ana, after, as_login, login, purpose):  # noqa: F811
        self.keep(ana, text="+12175550401", phone="+12175550402", mail="at@home.example")
        after(10)
        (owed_,) = self.to(ana, purpose)
        as_login(login)
        said = speaking.render(purpose, owed_.subject_id) if login == "caller" else render(purpose, [owed_.subject_id])
        assert said
        if login == "caller":
            reach.wrong("system:caller", ana.pk)

    def test_the_worker_owes_it_and_opens_no_number(self, ana, after, as_login, clock):  # noqa: F811
        self.keep(ana, phone="+12175550402")
        clock(10 * 60 + 1)
        as_login("worker")
        escalation.criticals()
        steps = EscalationStep.objects.filter(target_kind="account", target_id=ana.pk).values("pk")
        assert Delivery.objects.filter(purpose="escalation_call", subject_id__in=steps).exists()

    def test_the_ladder_says_beforehand_by_what_they_are_told(self, ana, tip, after):  # noqa: F811
        def said() -> str:
            drawn = ladders(tip, the_clock.now()).values()
            return " ".join(f"{ladder.next.label} {ladder.next.whom}" for ladder in drawn if ladder.next)

        after(9)
        assert f"{ana.name}, by mail alone" in said()
        self.keep(ana, phone="+12175550402")
        assert f"{ana.name}, on their own number" in said()
