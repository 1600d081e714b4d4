"""An urgent notice that must be confirmed is asked for by the ways and minutes of the pack, step after step; then the officer is
told, and reads first where nobody knows of it."""

import re

import pytest

from tests.circulation.conftest import MAIL, PUSH, REMIND, TEXT, copies_of, relayed, texted, to, work
from tests.circulation.test_pages import page_of
from tests.network.support import account, client_for, make_member, make_second, played
from tests.products.conftest import FOUO, HEAD, bulletin
from tests.support import town as towns
from tests.support.pushservice import Phone
from upstander import clock as the_clock
from upstander.circulation import alarms, confirming, devices
from upstander.circulation.models import Alarm, Copy, Ping
from upstander.delivery.models import Delivery
from upstander.network import pack
from upstander.network.models import Member

pytestmark = [pytest.mark.req("S-products"), pytest.mark.req("S-sio")]
STEPS = "at once: push, sms; after 10 minutes: email, push; after 15: email, push, sms"


@pytest.fixture(autouse=True)
def every_way(network):
    """The practice system offers each."""


def urgent(out, **more):
    return out(bulletin(urgent=True, acknowledge=True, **more))


def steps(member: Member) -> list[tuple[int, str]]:
    rows = Ping.objects.filter(copy__member=member).order_by("stage", "kind")
    return list(rows.values_list("stage", "kind"))


def told(member: Member) -> None:
    named = Phone(f"https://updates.push.services.mozilla.com/wpush/{member.pk}").named
    devices.tell(member.pk, member.account_id, named)


def test_channel_after_channel_until_they_confirm(out, clock, sio):
    steps_of_the_pack = [(s.after_minutes, sorted(s.by)) for s in pack.network().confirming.steps]
    assert steps_of_the_pack == [(0, ["push", "sms"]), (10, ["email", "push"]), (15, ["email", "push", "sms"])], STEPS
    reached, bare, ready = make_member(), make_member(), make_member()
    texted(reached)
    told(reached)
    told(ready)
    urgent(out)
    assert steps(reached) == [(0, "push"), (0, "text")] and steps(bare) == [] and steps(ready) == [(0, "push")]
    Copy.objects.filter(member=ready).update(read_at=the_clock.now())
    relayed()
    clock(11 * 60)
    work()
    work()
    assert steps(reached)[2:] == [(1, "push"), (1, "reminder")] and steps(bare) == [(1, "reminder")]
    assert set(to(relayed(REMIND, PUSH, TEXT))) == {reached.account.email, bare.account.email}
    clock(16 * 60)
    work()
    assert steps(reached)[4:] == [(2, "push"), (2, "reminder"), (2, "text")]
    assert steps(ready) == [(0, "push")]
    assert all(HEAD not in str(m) and FOUO not in str(m) for m in relayed(REMIND, PUSH, TEXT).values())


def test_a_worker_that_was_away_takes_the_present_step_and_makes_up_for_none(out, clock, sio):
    member = make_member()
    urgent(out)
    clock(3 * 3600)
    work()
    assert steps(member) == [(2, "reminder")]


def test_whoever_confirmed_while_a_step_was_on_its_way_is_not_asked(out, clock, sio):
    member = make_member()
    urgent(out)
    relayed(MAIL)
    clock(11 * 60)
    work()
    Copy.objects.filter(member=member).update(read_at=the_clock.now())
    assert not relayed(REMIND)


def test_the_officer_is_told_once_and_by_a_mail_without_a_word(out, clock, sio):
    make_member("Silent Sam")
    release = urgent(out)
    relayed()
    clock(19 * 60)
    work()
    assert not Alarm.objects.exists()
    clock(21 * 60)
    work()
    work()
    (mail,) = to(relayed(alarms.PURPOSE)).values()
    assert mail.to_address == sio.email and "1 have not" in mail.text and f"/desk/circulation/{release.id}/" in mail.text
    assert HEAD not in mail.text + mail.subject and "Silent Sam" not in mail.text
    assert Delivery.objects.get(purpose=alarms.PURPOSE).priority == 2 and Alarm.objects.count() == 1


def test_where_there_is_no_officer_the_second_persons_are_told_and_where_all_confirmed_nobody_is(out, clock, sio):
    make_member()
    second = make_second("Bea Quill")
    account("Somebody Else")
    urgent(out)
    sio.role_grants.update(ends_at=the_clock.now())
    clock(21 * 60)
    work()
    told = set(Alarm.objects.values_list("account_id", flat=True))
    assert second.pk in told and sio.pk not in told
    Copy.objects.update(read_at=the_clock.now())
    assert not relayed(alarms.PURPOSE)


def test_of_who_is_suspended_meanwhile_the_officer_is_not_told(out, clock, sio):
    silent = make_member()
    urgent(out)
    relayed()
    clock(21 * 60)
    work()
    Member.objects.filter(pk=silent.pk).update(state=Member.State.SUSPENDED)
    assert Alarm.objects.exists() and not relayed(alarms.PURPOSE)


def test_the_officer_reads_first_where_nobody_knows_and_beside_others_who_stands_in(out, clock, sio):
    town = towns.build()
    ready = make_member("Ready Rita", organisation=town.school)
    make_member("Silent Sam", organisation=town.school)
    make_member("Alone Al", organisation=town.district)
    make_member("Alone Bo", organisation=town.district)
    urgent(out)
    browser, mine = client_for(ready), copies_of(ready)[0].id
    with played("network"):
        browser.post(f"/received/{mine}/read/")
    clock(31 * 60)
    shown = page_of(client_for(sio), "/desk/circulation/")
    late = shown[: shown.index("</section>")]
    assert max(late.index("Alone Al"), late.index("Alone Bo")) < late.index("Silent Sam")
    assert re.search(r"Silent Sam.*There it is known: Ready Rita has confirmed", late, re.S)
    assert late.count("There it is known") == 1


def test_whom_a_short_list_has_room_for_is_who_stands_first_in_the_whole_of_it(out, clock, sio):
    town = towns.build()
    ready = make_member("Ready Rita", organisation=town.school)
    make_member("Silent Sam", organisation=town.school)
    gone = make_member("Gone Gus", organisation=town.district)
    out(bulletin(acknowledge=True))
    clock(60)
    urgent(out)
    Copy.objects.filter(member=ready).update(read_at=the_clock.now())
    clock(120)
    make_member("Late Lou", organisation=town.district)
    urgent(out)
    Copy.objects.filter(member=ready).update(read_at=the_clock.now())
    Member.objects.filter(pk=gone.pk).update(state=Member.State.SUSPENDED)

    def first(**more: object) -> str:
        (row,) = confirming.waiting(most=1, **more)
        return f"{row.copy.member.account.name}, {row.copy.issue.urgent}, {row.stands_in}"

    assert first() == first(ordinary=False) == "Late Lou, True, ", "no colleague of theirs knows; the suspended take no place"
    Copy.objects.filter(member__account__name="Late Lou").update(read_at=the_clock.now())
    assert first() == "Silent Sam, False, Ready Rita" and first(ordinary=False) == "Silent Sam, True, Ready Rita"
