"""What keeps everything from a member, at its hour or at once: a lapsed word, agreement, address, a decision (S-membership)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.network.applying import link_in
from tests.network.support import client_for, entitle, make_member, make_second, make_sio, played, vouch
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.delivery.models import Delivery
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import agreements, bounced, chores, mails, membership, own, pack, standing, walls
from upstander.network.models import AgencyCheck, Asking, Attestation, Entitlement, Member, Signature
from upstander.network.standing import lacks, level_of
from upstander.people.models import RoleGrant

DAY = 86400


@pytest.fixture
def another_text(monkeypatch):
    """From now on the pack has a new version of the agreement."""
    known = pack.network()
    newer = replace(known, agreement=replace(known.agreement, version="2027.1", text="1. I promise more than before."))
    monkeypatch.setattr(pack, "maybe", lambda: newer)


def told(member: Member) -> list[tuple[str, str]]:
    return list(Asking.objects.filter(member=member).order_by("at", "id").values_list("kind", "stage"))


def worker() -> None:
    with played("worker"):
        while chores.turn():
            pass


@pytest.mark.req("S-membership")
def test_a_year_after_their_last_word_nothing_reaches_a_member_until_they_say_it_again(network, clock):
    member = make_member(position="Principal", organisation_name="Bluestem School")
    due = pack.months_after(member.joined_at, 12)
    ahead = (due - the_clock.now()).total_seconds()
    for days, stages in ((-40, []), (-29, ["asked"]), (-6, ["reminded"]), (-0.5, ["last"])):
        clock(ahead + days * DAY)
        worker()
        worker()
        assert [stage for kind, stage in told(member) if kind == "attest"][-1:] == stages[-1:]
        assert level_of(member.id) == Level.FOUO
    clock(ahead + 1)
    assert level_of(member.id) is None and lacks(member.id) == ("attestation",)
    worker()
    assert told(member)[-1] == ("attest", "lapsed")
    row = Delivery.objects.filter(purpose="network_due").latest("created_at")
    with played("relay"):
        mail = mails.RENDERERS["network_due"](row.subject_id)
    assert "suspended" in mail.subject

    browser = client_for(member)
    assert browser.get("/")["Location"] == "/me/", "they are led to what they can mend, and see nothing else"
    with played("network"):
        assert browser.get("/me/").status_code == 200
        wrong = {"press": str(new_id()), "position": "Retired", "works_at": "Bluestem School", "keeps": "on"}
        assert browser.post(link_in(mail.text), wrong).status_code == 422, "who changed does not attest"
        assert browser.post(link_in(mail.text), {**wrong, "position": "Principal", "keeps": ""}).status_code == 422
        assert browser.post(link_in(mail.text), {**wrong, "position": "Principal"}).status_code == 302
    assert level_of(member.id) == Level.FOUO
    assert browser.get("/").status_code == 200
    with played("relay"):
        assert mails.RENDERERS["network_due"](row.subject_id) is None, "what was done is not asked for"


@pytest.mark.req("S-membership")
def test_who_attests_by_a_double_press_is_on_record_once(network):
    member = make_member(position="Principal", organisation_name="Bluestem School")
    given = {"press": str(new_id()), "position": "Principal", "works_at": "Bluestem School", "keeps": "on"}
    browser = client_for(member)
    with played("network"):
        assert [browser.post("/me/attest/", given).status_code for _press in range(2)] == [302, 302]
    assert member.attestations.count() == Entry.objects.filter(act="network.attested").count() == 1


@pytest.mark.req("S-membership")
def test_a_new_version_is_signed_by_everybody_within_the_days_or_nothing_reaches_them(network, clock, another_text):
    with pytest.MonkeyPatch.context() as before:
        before.setattr(pack, "maybe", lambda: pack.current().network)
        member, other = make_member(), make_member()
    clock(60)  # the pack's new version is in force
    worker()
    assert told(member) == [("sign", "asked")] and level_of(member.id) == Level.FOUO
    browser = client_for(member)
    digest = own.agreement().digest
    with played("network"):
        press = {"press": str(new_id()), "digest": digest, "typed_name": "Somebody Else"}
        assert browser.post("/me/agreement/", press).status_code == 422
        stale = {**press, "digest": "0" * 64, "typed_name": member.account.name}
        assert "has changed" in browser.post("/me/agreement/", stale).content.decode()
        for _twice in range(2):
            assert browser.post("/me/agreement/", {**stale, "digest": digest}).status_code == 302
    assert Signature.objects.filter(member=member).count() == 2
    clock(31 * DAY)
    assert level_of(member.id) == Level.FOUO
    assert level_of(other.id) is None and lacks(other.id) == ("agreement",)
    worker()
    assert told(other)[-1] == ("sign", "lapsed")


@pytest.mark.req("S-membership")
def test_three_mails_that_came_back_for_good_and_nothing_more_goes_there_until_somebody_made_sure(network):
    member, sio = make_member(), make_sio()

    def refused(code: str, purpose: str = "network_due") -> None:
        made = Delivery.objects.create(
            id=new_id(), purpose=purpose, subject_id=new_id(), address_key=member.account.actor, priority=5, state="failed",
            created_at=the_clock.now(), not_before=the_clock.now(), message_id=f"<{new_id()}@x>", last_error=code,
        )  # fmt: skip
        with played("relay"):
            bounced.failed(delivery_id=made.id, written_at=the_clock.now())
            bounced.failed(delivery_id=made.id, written_at=the_clock.now())

    for code in ("returned-4.2.2", "timeout", "smtp-452", "smtp-550", "returned-5.1.1"):
        refused(code)
    refused("smtp-550", purpose="notice")
    assert level_of(member.id) == Level.FOUO
    refused("returned-5.1.1", purpose="product_release")
    assert level_of(member.id) is None and lacks(member.id) == ()
    assert client_for(member).get("/").status_code == 403
    with played("network"), walls.reading(walls.STAFF):
        membership.address_works(member.id, sio, "Called them.", new_id())
    assert level_of(member.id) == Level.FOUO


@pytest.mark.req("S-levels")
@pytest.mark.parametrize(("highest", "reads"), [(Level.OPEN, Level.OPEN), (Level.FOUO, Level.FOUO), (None, Level.OPEN)])
def test_what_the_pack_lets_a_discipline_read_now_counts_whatever_was_granted_before(network, monkeypatch, highest, reads):
    members = [make_member(), make_member(level=Level.LES, discipline="administrator", sworn=True)]
    assert [level_of(member.id) for member in members] == [Level.FOUO, Level.FOUO]
    known = pack.network()
    left = [one for one in known.disciplines if one.code != "administrator"]
    lowered = [replace(one, highest=highest) for one in known.disciplines if one.code == "administrator" and highest is not None]
    monkeypatch.setattr(pack, "maybe", lambda: replace(known, disciplines=(*left, *lowered)))
    assert [level_of(member.id) for member in members] == [reads, reads]


@pytest.mark.req("S-membership")
@pytest.mark.parametrize("act", ["suspended", "left", "removed"])
def test_the_sios_press_takes_effect_at_once_and_twice_is_once(network, act):
    member, sio = make_member(), client_for(make_sio())
    browser = client_for(member)
    assert browser.get("/").status_code == 200
    address, press = f"/desk/members/{member.pk}/", {"act": act, "press": str(new_id()), "reason": "Their district wrote to us."}
    assert sio.post(address, {**press, "reason": ""}).status_code == 422
    assert sio.post(address, press).status_code == 302 == sio.post(address, press).status_code
    assert level_of(member.id) is None
    assert browser.get("/").status_code == 403 and browser.get("/me/").status_code == 403
    page = sio.get(address).content.decode()
    assert page.count("Their district wrote to us.") == 1


@pytest.mark.req("S-membership")
def test_a_member_leaves_by_themselves(network):
    member = make_member()
    browser = client_for(member)
    with played("network"):
        browser.post("/me/leave/", {"press": str(new_id())})
        assert level_of(member.id) == Level.FOUO, "said by accident it is not said"
        assert "You have left" in browser.post("/me/leave/", {"press": str(new_id()), "sure": "yes"}).content.decode()
    assert level_of(member.id) is None and browser.get("/").status_code == 403


@pytest.mark.req("S-levels")
def test_the_database_refuses_les_for_whoever_is_not_sworn_and_vouched_for(network):
    plain, sworn = make_member(), make_member(sworn=True)
    for member in (plain, sworn):
        with pytest.raises(DatabaseError, match="LES is for the sworn"), transaction.atomic():
            Entitlement.objects.create(member=member, level=2, granted_by="x", starts_at=the_clock.now())
        with pytest.raises(DatabaseError, match="LES is for the sworn"), transaction.atomic():
            member.entitlements.update(level=2)
    vouch(plain)
    with pytest.raises(DatabaseError, match="LES is for the sworn"), transaction.atomic():
        Entitlement.objects.create(member=plain, level=2, granted_by="x", starts_at=the_clock.now())
    once = AgencyCheck.objects.create(
        id=new_id(), member=sworn, discipline="sworn_officer", agency="x", said_by="x", how="x", at=the_clock.now(), account_id=1
    )
    with pytest.raises(DatabaseError, match="LES is for the sworn"), transaction.atomic():
        Entitlement.objects.create(member=sworn, level=2, granted_by="x", starts_at=the_clock.now())
    with pytest.raises(DatabaseError, match="two_persons"), transaction.atomic():
        AgencyCheck.objects.filter(pk=once.pk).update(second_account_id=1, second_at=the_clock.now())
    AgencyCheck.objects.filter(pk=once.pk).update(second_account_id=2, second_at=the_clock.now())
    entitle(sworn, Level.LES)
    assert level_of(sworn.id) == Level.LES
    with pytest.raises(DatabaseError, match="LES ends before"), transaction.atomic():
        Member.objects.filter(pk=sworn.pk).update(discipline="administrator")
    AgencyCheck.objects.filter(pk=once.pk).update(ended_at=the_clock.now())
    assert level_of(sworn.id) == Level.FOUO, "also where the entitlement still stands"


@pytest.mark.req("S-levels")
def test_a_pack_that_says_they_are_not_sworn_any_more_takes_les_from_them_at_once(network, monkeypatch):
    officer = make_member(level=Level.LES)
    assert level_of(officer.id) == Level.LES
    known = pack.network()
    others = tuple(replace(d, sworn=False, highest=Level.FOUO) for d in known.disciplines)
    monkeypatch.setattr(pack, "maybe", lambda: replace(known, disciplines=others))
    assert level_of(officer.id) == Level.FOUO


@pytest.mark.req("S-levels")
def test_les_is_given_later_by_two_people_and_ended_by_one(network):
    officer, sio, second = make_member(sworn=True), client_for(make_sio()), client_for(make_second())
    address = f"/desk/members/{officer.pk}/"
    said = {"act": "agency", "press": str(new_id()), "said_by": "Sgt. Ortiz", "how": "217-555-0100"}
    assert second.post(address, said).status_code == 422
    assert sio.post(address, said).status_code == 302
    assert level_of(officer.id) == Level.FOUO
    sio.post(address, {"act": "seen"})
    assert level_of(officer.id) == Level.FOUO, "the one who asked is not the second"
    RoleGrant.objects.create(account=officer.account, role="stic_analyst", granted_by="test", starts_at=the_clock.now())
    client_for(officer).post(address, {"act": "seen"})
    assert level_of(officer.id) == Level.FOUO, "nobody is the second for themselves"
    assert second.post(address, {"act": "seen"}).status_code == 302
    assert level_of(officer.id) == Level.LES
    sio.post(address, {"act": "les_ended", "press": str(new_id()), "reason": "Moved to another unit."})
    assert level_of(officer.id) == Level.FOUO
    plain = make_member()
    assert sio.post(f"/desk/members/{plain.pk}/", {**said, "press": str(new_id())}).status_code == 422


@pytest.mark.req("S-membership")
def test_one_member_cannot_write_for_another(network):
    me, other = make_member(), make_member()
    with played("network"), walls.reading(Level.FOUO, me.id):
        assert Member.objects.filter(pk=other.pk).update(topics=["cyber"]) == 0
        assert Member.objects.filter(pk=me.pk).update(topics=["cyber"]) == 1
        for write in (
            lambda: Attestation.objects.create(id=new_id(), member=other, position="", works_at="", at=the_clock.now()),
            lambda: agreements.sign(new_id(), pack.network().agreement.digest, "x", "x", member=other),
            lambda: Member.objects.filter(pk=me.pk).update(state="active"),
            lambda: Entitlement.objects.create(member=me, level=1, granted_by="x", starts_at=the_clock.now()),
        ):
            with pytest.raises(DatabaseError, match=r"permission denied|row-level security"), transaction.atomic():
                write()


@pytest.mark.req("S-membership")
def test_what_nobody_confirmed_is_forgotten(network, clock):
    from tests.network.applying import apply
    from upstander.network.models import Application

    apply(Client())
    clock(9 * DAY)
    worker()
    assert not Application.objects.exists()


def test_without_a_network_in_the_pack_there_is_no_member(network, monkeypatch):
    member = make_member()
    monkeypatch.setattr(pack, "maybe", lambda: None)
    assert level_of(member.id) is None and standing.lacks(member.id) == ()
    assert Client().get("/apply/").status_code == 404


@pytest.mark.req("S-membership")
@pytest.mark.parametrize("login", ["network", "relay", "worker"])
def test_in_service_nobody_is_a_member_whose_password_is_public(network, settings, login):
    member, practised = make_member(), make_member(level=Level.LES)
    type(practised.account).objects.filter(pk=practised.account_id).update(is_demo=True)
    settings.UPSTANDER_SANDBOX = False
    with played(login):
        assert standing.levels([member.id, practised.id]) == {member.id: Level.FOUO}


@pytest.mark.req("S-membership")
def test_a_member_who_has_not_come_in_yet_gets_another_link_and_the_old_one_is_void(network):
    from tests.network.applying import mail_of

    member, sio = make_member(), client_for(make_sio())
    member.account.set_unusable_password()
    member.account.save()
    links = []
    for _each in range(2):
        assert sio.post(f"/desk/members/{member.pk}/", {"act": "invite"}).status_code == 302
        links.append(link_in(mail_of("network_invitation").text))
    assert Client().get(links[1]).status_code == 200
    assert "set-up" in links[0] and links[0] != links[1]
    assert b"password1" not in Client().get(links[0]).content
