"""Who passed a tip on: a code in clear, names sealed with the tip, shown to nobody outside the desk."""

import secrets
from dataclasses import replace

import pytest

from tests.people.conftest import as_login  # noqa: F401 - a fixture
from upstander.audit.models import Entry
from upstander.intake import queries, submitters
from upstander.intake.models import Tip
from upstander.intake.services import Refused, Submission, Submitted, open_dialogue, receive
from upstander.vault import services as vault
from upstander.vault.envelope import CannotOpen

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.B.3")]
HOSPITAL = Submitted("agency", "Millbrook Hospital", "yes", "Nurse Adeyemi", "217-555-0123 x 4", "MH-77/a")
REPORT = Submission(channel="referral", text="A child came in with bruises", submitted=HOSPITAL, entered_by=7)


def key() -> str:
    return secrets.token_urlsafe(24)


@pytest.mark.parametrize(
    ("kind", "mandated", "code"),
    [
        ("agency", "yes", "agency"), ("partner", "yes", "agency"), ("agency", "no", "partner"),
        ("agency", "unknown", "partner"), ("partner", "no", "partner"), ("other", "yes", "partner"),
    ],
)  # fmt: skip
def test_only_an_agency_of_which_the_duty_is_known_stands_as_one_that_reports_itself(kind, mandated, code):
    stored = receive(replace(REPORT, submitted=replace(HOSPITAL, kind=kind, mandated=mandated)), key())
    found = queries.tip(stored.tip_id)
    assert found is not None and found.submitter == code


def test_what_was_said_of_the_agency_opens_at_the_desk_and_stands_nowhere_in_clear():
    stored = receive(REPORT, key())
    assert submitters.of(stored.tip_id) == HOSPITAL
    tip = Tip.objects.get(id=stored.tip_id)
    for word in (b"Hospital", b"Adeyemi", b"0123", b"MH-77"):
        assert word not in bytes(tip.sealed_submitter)
    entry = Entry.objects.get(act="intake.received")
    assert entry.actor == "account:7" and "Hospital" not in str(entry.detail)


def test_the_receipt_shows_the_report_and_not_who_passed_it_on():
    said = open_dialogue(receive(REPORT, key()).receipt).said
    assert [u.text for u in said] == ["A child came in with bruises"]


def test_the_same_press_is_one_tip_and_another_agency_under_its_key_is_another():
    press = key()
    first = receive(REPORT, press)
    assert receive(REPORT, press) == replace(first, replayed=True)
    other = receive(replace(REPORT, submitted=replace(HOSPITAL, agency="Another")), press)
    assert other.tip_id != first.tip_id and Tip.objects.count() == 2


def test_a_reporters_own_tip_has_no_other_submitter():
    stored = receive(Submission(channel="web", text="words"), key())
    assert submitters.of(stored.tip_id) is None
    assert Tip.objects.get().submitter == "reporter"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agency": "  "}, "agency"), ({"agency": "x" * 201}, "agency"), ({"person": "x" * 201}, "person"),
        ({"callback": "x" * 201}, "callback"), ({"reference": "x" * 101}, "reference"), ({"kind": "king"}, "kind"),
        ({"mandated": ""}, "mandated"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_by_the_name_of_its_field(wrong, field):
    with pytest.raises(Refused) as refused:
        receive(replace(REPORT, submitted=replace(HOSPITAL, **wrong)), key())
    assert list(refused.value.fields) == [field] and not Tip.objects.exists()


def test_it_is_destroyed_with_the_tips_words_and_opens_in_no_other_tip():
    one, other = receive(REPORT, key()), receive(replace(REPORT, text="another"), key())
    Tip.objects.filter(id=one.tip_id).update(
        sealed_submitter=Tip.objects.get(id=other.tip_id).sealed_submitter
    )
    with pytest.raises(CannotOpen):
        submitters.of(one.tip_id)
    vault.expunge(other.tip_id)
    with pytest.raises(CannotOpen):
        submitters.of(other.tip_id)


def test_the_desks_login_writes_down_a_report_and_reads_no_address(as_login, school):  # noqa: F811
    as_login("desk")
    stored = receive(replace(REPORT, place_id=school.id), key())
    assert submitters.of(stored.tip_id) == HOSPITAL
