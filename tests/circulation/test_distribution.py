"""Who is sent what of what was released: by level, region, discipline, topic and choice; corrected and called back."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.circulation.conftest import DIGEST, MAIL, TEXT, copies_of, relayed, texted, to, work
from tests.network.support import client_for, entitle, make_member, played
from tests.products.conftest import BULLETIN, FOUO, HEAD, LES, OPEN, bulletin, product_of, text, title
from upstander import clock as the_clock
from upstander.circulation import confirming, limits, numbers, own, spreading
from upstander.circulation.models import Copy, Issue, Ping
from upstander.delivery.models import Delivery
from upstander.delivery.services import send
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.network.models import Member
from upstander.products import releasing

pytestmark = pytest.mark.req("S-products")


@pytest.mark.req("S-levels")
def test_each_reads_by_mail_what_their_level_has_and_of_les_only_that_it_is_there(out):
    educator, officer = make_member(), make_member(level=Level.LES)
    opened = make_member(level=Level.OPEN)
    out()
    mails = to(relayed())
    assert set(mails) == {m.account.email for m in (educator, officer, opened)}
    words = {m.pk: mails[m.account.email].text + mails[m.account.email].html for m in (educator, officer, opened)}
    assert OPEN in words[opened.pk] and FOUO not in words[opened.pk]
    assert FOUO in words[educator.pk] and LES not in words[educator.pk]
    assert not any(said in words[officer.pk] for said in (OPEN, FOUO, LES, HEAD))
    lines = mails[educator.account.email].text.strip().splitlines()
    assert lines[0] == lines[-1] == "FOR OFFICIAL USE ONLY"
    number = copies_of(educator)[0].number
    assert f"Copy for {educator.account.name}, number {number}" in mails[educator.account.email].text
    assert "<img" not in words[educator.pk] and "src=" not in words[educator.pk]


@pytest.mark.req("S-levels")
def test_what_an_officer_reads_that_is_fouo_throughout_is_mailed_to_them_too(out):
    officer = make_member(level=Level.LES)
    out(bulletin(title(), text(FOUO, "fouo")))
    assert FOUO in to(relayed())[officer.account.email].text


@pytest.mark.req("S-geo")
def test_office_discipline_and_topic_narrow_it_and_urgent_overrides_the_topic_alone(out):
    here, there = make_member(regions=[1]), make_member(regions=[2])
    anywhere, other = make_member(), make_member(regions=[1], discipline="mental_health")
    bored = make_member(regions=[1], topics=["narcotics"])
    out(bulletin(regions=(1,), disciplines=("administrator",)))
    assert set(to(relayed())) == {here.account.email, anywhere.account.email}
    out(bulletin(regions=(1,), disciplines=("administrator",), urgent=True))
    assert set(to(relayed())) == {m.account.email for m in (here, anywhere, bored)}
    assert not copies_of(there) and not copies_of(other)


def test_who_chose_a_topic_gets_its_parts(out):
    member = make_member(topics=["concerns"])
    out(bulletin(topics=("bystanders",)))
    assert len(copies_of(member)) == 1


@pytest.mark.req("S-levels")
def test_who_chose_a_topic_that_only_officers_may_know_of_is_sent_nothing_for_it(out):
    """Else the mail itself would say that there is more."""
    educator, officer = make_member(topics=["narcotics"]), make_member(level=Level.LES, topics=["narcotics"])
    out(bulletin(topics=("threats",), topics_les=("narcotics",)))
    assert not copies_of(educator) and len(copies_of(officer)) == 1
    assert Issue.objects.get().topics == ["threats"]  # which members' logins may read


@pytest.mark.req("S-levels")
def test_who_is_suspended_in_the_middle_gets_nothing_more(out):
    members = [make_member() for _ in range(3)]
    out()
    Member.objects.filter(pk=members[0].pk).update(state=Member.State.SUSPENDED)
    members[1].entitlements.update(ends_at=the_clock.now())
    entitle(members[1], Level.OPEN)
    mails = to(relayed())
    assert set(mails) == {members[1].account.email, members[2].account.email}
    assert FOUO not in mails[members[1].account.email].text  # lowered since: as they may read now


def test_killed_between_two_pages_nothing_is_lost_and_nothing_twice(released, monkeypatch):
    members = {make_member().pk for _ in range(7)}
    released()
    monkeypatch.setattr(spreading, "PAGE", 3)
    with played("worker"):
        spreading.issuing.look()
        spreading.page()
        real = spreading.delivery.send_all_new

        def dies(mails):
            real(mails)
            raise KeyboardInterrupt

        monkeypatch.setattr(spreading.delivery, "send_all_new", dies)
        with pytest.raises(KeyboardInterrupt):
            spreading.page()
        monkeypatch.setattr(spreading.delivery, "send_all_new", real)
        assert Copy.objects.count() == 3 and Issue.objects.get().done_at is None
    work()
    work()
    assert {copy.member_id for copy in Copy.objects.all()} == members
    assert Copy.objects.count() == Delivery.objects.filter(purpose=MAIL).count() == 7


def test_a_correction_reaches_who_had_it_and_says_nothing_where_nothing_changed(out):
    educator, officer, late = make_member(told="daily"), make_member(level=Level.LES), make_member(topics=["narcotics"])
    first = out(bulletin(*BULLETIN))
    relayed()
    newer = bulletin(*BULLETIN[:-1], text("The account belongs to nobody.", "les"))
    second = out(newer, of=first.version, note="The account.", note_marking="les")
    assert [c.issue.what for c in copies_of(officer)] == ["release", "correction"]
    assert [c.issue.what for c in copies_of(educator)] == ["release"] and not copies_of(late)
    mail = to(relayed(MAIL))[officer.account.email]
    assert mail.subject.startswith("Corrected") and "nobody" not in mail.text
    third = bulletin(*BULLETIN[:2], text("Four schools had calls.", "open"), *BULLETIN[3:-1])
    out(third, of=second.version, note="Four, not three.", note_marking="open")
    mails = to(relayed(MAIL))
    assert "Four, not three." in mails[educator.account.email].text  # at once, although told once a day: they have a copy
    assert not to(relayed(DIGEST))


def test_what_was_replaced_before_it_left_does_not_leave(out):
    member = make_member()
    first = out()
    out(bulletin(*BULLETIN, text("More.", "open")), of=first.version, note="More.", note_marking="open")
    mails = relayed(MAIL)
    assert len(mails) == 1 and "More." in to(mails)[member.account.email].text


def test_a_correction_that_leaves_nothing_tells_who_had_it_and_nobody_else(out):
    had = make_member()
    first = out()
    relayed()
    new = make_member()
    out(bulletin(title("Officers only", "les"), text(LES, "les")), of=first.version, note="For officers.", note_marking="les")
    mails = to(relayed(MAIL))
    assert "nothing of it is left for you" in mails[had.account.email].text
    assert new.account.email not in mails and LES not in mails[had.account.email].text


def test_a_recall_reaches_each_by_every_way_and_cancels_what_has_not_left(out, sio):
    one, reached, waits, gone = make_member(), make_member(), make_member(), make_member()
    texted(one)
    release = out(bulletin(urgent=True))
    relayed(TEXT)
    sent = Delivery.objects.filter(purpose=MAIL, subject_id__in=[c.id for m in (one, reached, gone) for c in copies_of(m)])
    sent.update(state="sent")
    Member.objects.filter(pk=gone.pk).update(state=Member.State.SUSPENDED)
    releasing.recall(product_of(release), sio.pk, new_id(), "Wrong person", "Destroy every copy.")
    work()
    found = relayed()
    mails = to(found)
    assert set(mails) == {one.account.email, reached.account.email}
    assert "Destroy every copy." in mails[reached.account.email].text
    assert copies_of(reached)[0].number in mails[reached.account.email].text
    assert [t.text for t in found.values() if not hasattr(t, "to_address")][0].count("called back") == 1
    assert Delivery.objects.get(purpose=MAIL, subject_id=copies_of(waits)[0].id).state == "cancelled"
    assert len(copies_of(waits)) == 1


@pytest.mark.req("S-levels")
def test_a_note_for_the_sworn_keeps_the_words_out_of_mail_and_a_recall_is_told_under_its_mark(out, sio):
    educator, officer = make_member(), make_member(level=Level.LES)
    first = out(bulletin(title(), text(FOUO, "fouo")))
    assert FOUO in to(relayed())[officer.account.email].text
    out(bulletin(title(), text("Another meeting.", "fouo")), of=first.version, note="An informant said so.", note_marking="les")
    mails = to(relayed())
    words = {who.pk: mails[who.account.email].text + mails[who.account.email].html for who in (educator, officer)}
    assert not any(said in words[officer.pk] for said in ("informant", "Another meeting."))
    assert "Another meeting." in words[educator.pk] and "informant" not in words[educator.pk]
    officers = client_for(officer).get(f"/received/{copies_of(officer)[-1].id}/").content.decode()
    assert "LAW ENFORCEMENT SENSITIVE" in officers and "(LES) What has changed" in officers
    releasing.recall(product_of(first), sio.pk, new_id(), "Wrong", "It was a drill.", "tlp_amber")
    work()
    lines = to(relayed())[educator.account.email].text.strip().splitlines()
    assert lines[0] == lines[-1] == "TLP:AMBER" and "(TLP:AMBER) It was a drill." in lines


@pytest.mark.req("S-levels")
def test_words_of_a_recall_that_only_the_sworn_read_are_in_no_mail_and_no_feed(out, sio):
    officer = make_member(level=Level.LES)
    release = out(bulletin(title("Warrants", "les"), text(LES, "les")))
    relayed()
    releasing.recall(product_of(release), sio.pk, new_id(), "Wrong", "The informant lied.", "les")
    work()
    mail = to(relayed())[officer.account.email]
    assert "called back" in mail.text and "informant" not in mail.text + mail.html
    with played("network"):
        with walls.reading(Level.LES, officer.pk):
            token = own.make_feed(officer)
        assert "informant" not in Client().get(f"/feed/{token}.atom").content.decode()
    page = client_for(officer).get(f"/received/{copies_of(officer)[-1].id}/").content.decode()
    assert "(LES) The informant lied." in page and "LAW ENFORCEMENT SENSITIVE" in page


@pytest.mark.req("S-products")
def test_urgent_comes_at_once_whatever_was_chosen_by_mail_and_text_without_a_word(out):
    weekly = make_member(told="weekly")
    texted(weekly)
    out(bulletin(urgent=True))
    found = relayed(MAIL, TEXT)
    assert len(found) == 2
    said = next(t for t in found.values() if not hasattr(t, "to_address"))
    assert said.to == "+12175550142" and not any(w in said.text for w in (HEAD, OPEN, FOUO))
    assert set(Delivery.objects.exclude(purpose=numbers.PURPOSE).values_list("priority", flat=True)) == {2}


def test_a_digest_gathers_and_says_what_is_so_when_it_leaves(out, clock, sio):
    daily, officer = make_member(told="daily"), make_member(level=Level.LES, told="daily")
    first, second = out(), out(bulletin(title("Second"), text("Second words.", "fouo")))
    assert not relayed()
    releasing.recall(product_of(first), sio.pk, new_id(), "Wrong", "Destroy it.")
    clock(25 * 3600)
    work()
    mails = to(relayed())
    assert set(mails) == {daily.account.email, officer.account.email}
    assert "Second words." in mails[daily.account.email].text and OPEN not in mails[daily.account.email].text
    assert mails[daily.account.email].text.startswith("FOR OFFICIAL USE ONLY")
    assert Delivery.objects.filter(purpose=DIGEST, priority=limits.DIGEST).count() == 2
    assert Copy.objects.filter(issue__release=second, digest=None).count() == 0


def test_it_never_stands_before_a_critical(out):
    make_member()
    out(bulletin(kind="newsletter_monthly"))
    out(bulletin(urgent=True))
    send("notice", new_id(), "contact:1", 0)
    order = list(Delivery.objects.order_by("priority", "not_before").values_list("purpose", "priority"))
    assert order == [("notice", 0), (MAIL, 2), (MAIL, 9)]


def test_who_must_confirm_is_asked_again_and_then_stands_by_name_in_red(out, clock, sio):
    silent, ready = make_member(), make_member()
    out(bulletin(urgent=True, acknowledge=True))
    relayed()
    mine, theirs = copies_of(ready)[0].id, copies_of(silent)[0].id
    with played("network"), walls.reading(Level.FOUO, ready.pk):
        assert confirming.read(mine, ready.pk, ready.account_id)
        assert not confirming.read(theirs, silent.pk, ready.account_id)  # another's word is not theirs to say
    clock(16 * 60)
    work()
    work()
    assert list(Ping.objects.values_list("copy__member", "stage")) == [(silent.pk, 2)]
    assert set(to(relayed())) == {silent.account.email}
    assert [row.late for row in confirming.waiting()] == [False]
    clock(32 * 60)
    assert [(row.copy.member_id, row.late) for row in confirming.waiting()] == [(silent.pk, True)]


def test_what_waits_for_its_hour_goes_then(released, clock):
    make_member()
    released(goes_at=the_clock.now() + timedelta(hours=2))
    work()
    assert not Issue.objects.exists()
    clock(2 * 3600 + 5)
    work()
    assert len(relayed()) == 1
