"""An address of somebody who is left out, in a colleague's entry: nothing goes there, nobody is cut off by it in silence, and
whatever the desk does goes on (D-II.A, decision 72)."""

from uuid import UUID

import pytest

from tests.actions.conftest import mails_leave, refuse, rendered
from tests.actions.test_conflict import MARK, left_out, out, row, stic, told, town  # noqa: F401 - fixtures
from tests.actions.test_judging import critical, standard
from tests.support.town import Town
from upstander import clock
from upstander.actions import exclusion, queries, services, work
from upstander.actions.links import notice_for, token_for
from upstander.actions.models import Exclusion, Notice
from upstander.actions.outlook import standing
from upstander.delivery.models import Delivery
from upstander.directory.models import Contact, ContactPoint

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.A")]
THEIRS = {"email": "okafor@prairie.example", "phone": "217-555-0203"}


@pytest.fixture
def tip(town: Town, call_taker, new_tip) -> UUID:  # noqa: F811
    """A Critical about the principal, who is left out."""
    made = new_tip(town.school.pk)
    critical(made, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
    return made


def added(contact: Contact, *kinds: str) -> None:
    """The principal's addresses stand first in this contact's entry, too."""
    ContactPoint.objects.filter(contact=contact).update(position=5)
    for kind in kinds:
        ContactPoint.objects.create(contact=contact, kind=kind, value=THEIRS[kind], position=0)


def replaced(contact: Contact) -> None:
    """The principal's addresses are all that stand in this contact's entry."""
    ContactPoint.objects.filter(contact=contact).delete()
    added(contact, *THEIRS)


def reds(tip: UUID) -> set[str]:
    return {r.code for r in queries.red_tips(clock.now()).get(tip, [])}


def colleagues(town: Town) -> list[Contact]:  # noqa: F811
    return [town.contacts[name] for name in ("superintendent", "officer", "counsellor")]


class TestOneAddressAmongOthers:
    @pytest.mark.parametrize("kinds", [("email",), ("phone",), ("email", "phone")])
    def test_colleagues_are_told_at_their_own(self, town, call_taker, tip, kinds):  # noqa: F811
        for contact in colleagues(town):
            added(contact, *kinds)
            notice = Notice.objects.get(contact=contact)
            mail = rendered("notice", notice.id)
            assert mail.to_address and mail.to_address != THEIRS["email"]
            assert notice_for(token_for(notice.id)) == notice
        services.release(tip, call_taker.pk, "He hit a child.")
        to = set(Delivery.objects.filter(purpose="narrative").values_list("address_key", flat=True))
        assert to == {f"contact:{c.pk}" for c in colleagues(town)}

    def test_judging_again_cuts_nobody_off(self, town, call_taker, tip):  # noqa: F811
        for contact in colleagues(town):
            added(contact, "email", "phone")
        critical(tip, call_taker, flags=MARK, subtypes=("planned_school_attack", "bullying"))
        assert left_out(tip) == {town.contacts["principal"].pk}
        assert told(tip) == {c.pk for c in colleagues(town)}

    def test_nor_does_a_colleagues_address_in_the_entry_of_who_is_left_out(self, town, call_taker, tip):  # noqa: F811
        boss, principal = town.contacts["superintendent"], town.contacts["principal"]
        for point in boss.points.all():
            ContactPoint.objects.create(contact=principal, kind=point.kind, value=point.value, position=9)
        critical(tip, call_taker, flags=MARK, subtypes=("planned_school_attack", "bullying"))
        assert left_out(tip) == {principal.pk} and boss.pk in told(tip)
        assert set(Exclusion.objects.get().addresses) == {f"{k}:{v}" for k, v in THEIRS.items()}

    def test_it_hides_nothing_from_a_colleague_at_the_school(self, town, tip):  # noqa: F811
        boss, principal = town.contacts["superintendent"], town.contacts["principal"]
        own = boss.points.get(kind="email").value
        added(boss, "email", "phone")
        assert not exclusion.hidden_from([boss.pk], own).exists()
        assert exclusion.hidden_from([boss.pk], THEIRS["email"].upper()).exists()
        assert exclusion.hidden_from([principal.pk], own).exists()
        replaced(boss)
        assert exclusion.hidden_from([boss.pk], own).exists()


class TestNoAddressLeft:
    def test_words_are_released_to_everybody_else(self, town, call_taker, tip):  # noqa: F811
        replaced(town.contacts["superintendent"])
        services.release(tip, call_taker.pk, "He hit a child.")
        to = set(Delivery.objects.filter(purpose="narrative").values_list("address_key", flat=True))
        assert to == {f"contact:{c.pk}" for c in colleagues(town)[1:]}

    def test_a_place_is_corrected_and_they_hear_no_correction(self, town, call_taker, tip):  # noqa: F811
        boss = town.contacts["superintendent"]
        mails_leave()
        replaced(boss)
        services.change_place(tip, call_taker.pk, None, conflict=out(town.contacts["principal"]))
        corrected = set(Delivery.objects.filter(purpose="stand_down").values_list("address_key", flat=True))
        assert corrected == {f"contact:{c.pk}" for c in colleagues(town)[1:]}

    def test_nothing_reaches_them_and_the_tip_is_red_until_somebody_decides(self, town, stic, tip):  # noqa: F811
        boss, principal = town.contacts["superintendent"], town.contacts["principal"]
        assert "cut_off" not in reds(tip)
        replaced(boss)
        assert rendered("notice", Notice.objects.get(contact=boss).id) is None
        assert "cut_off" in reds(tip)
        services.decide_conflict(tip, stic.pk, out(principal, boss), standing(tip).decision.id)
        assert "cut_off" not in reds(tip) and left_out(tip) == {principal.pk, boss.pk}

    def test_who_shares_the_telephone_alone_is_told_once_somebody_says_so(self, town, stic, tip):  # noqa: F811
        boss, principal = town.contacts["superintendent"], town.contacts["principal"]
        ContactPoint.objects.filter(contact=boss).delete()
        added(boss, "phone")
        assert "cut_off" in reds(tip)
        services.decide_conflict(tip, stic.pk, out(principal, apart=(boss,)), standing(tip).decision.id)
        assert "cut_off" not in reds(tip) and boss.pk in told(tip)

    def test_judging_again_leaves_them_out_and_the_fusion_center_must_say_so(self, town, call_taker, stic, tip):  # noqa: F811
        services.decide_conflict(tip, stic.pk, out(town.contacts["principal"]), standing(tip).decision.id)
        assert row(tip).done_at
        replaced(town.contacts["superintendent"])
        critical(tip, call_taker, flags=MARK, subtypes=("planned_school_attack", "bullying"))
        assert town.contacts["superintendent"].pk in left_out(tip)
        assert row(tip).done_at is None and row(tip).owed_by == "stic_staff"

    def test_somebody_is_told_though_everybody_were_cut_off(self, town, call_taker, new_tip):  # noqa: F811
        tip = new_tip(town.school.pk)
        standard(tip, call_taker, flags=MARK, conflict=out(town.contacts["principal"]))
        for contact in colleagues(town):
            replaced(contact)
        assert "cut_off" in reds(tip)
        standard(tip, call_taker, flags=MARK, subtypes=("bullying", "harassment"))
        assert row(tip, "notify_law_enforcement") is not None and row(tip).done_at is None


def test_a_refused_mail_is_sent_again_to_their_own_address_and_no_other(town, call_taker, tip):  # noqa: F811
    boss = town.contacts["superintendent"]
    own, mail = boss.points.get(kind="email").value, row(tip, "email_contacts")
    added(boss, "email")
    (line,) = [x for x in queries.ledger(tip) if x.action.kind == mail.kind and x.notice.contact_id == boss.pk]
    assert line.address.value == own
    refuse(Delivery.objects.get(address_key=f"contact:{boss.pk}", purpose="notice"))
    assert boss.points.get(value=own).bounced_at and "mail_refused" in reds(tip)
    services.send_again(line.action.id, call_taker.pk, own)
    assert rendered("notice", line.notice.id).to_address == own


def test_the_lists_of_calls_show_no_number_of_who_is_left_out(town, tip):  # noqa: F811
    boss = town.contacts["superintendent"]
    own = boss.points.get(kind="phone").value
    added(boss, "phone")
    calls = [job for job in work.jobs(clock.now(), kinds=["call_contacts"])[0] if job.action.target_ref == str(boss.pk)]
    assert [job.phones for job in calls] == [(own,)]
