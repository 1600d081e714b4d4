"""What an agency's system passes on by the API: the same tip as at the desk, from whom its token says, and from nobody else."""

import json
import os
import secrets
from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from tests.people.conftest import as_login, organisation, refused  # noqa: F401 - a fixture
from upstander.audit.models import Entry
from upstander.config import config
from upstander.intake import submitters
from upstander.intake.models import Channel, Message, Tip
from upstander.people import tokens
from upstander.people.models import AgencyToken

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.B.3")]
URL = "/api/v1/referrals"
REPORT = {
    "text": "A child came in with bruises.", "mandated": "yes", "person": "Nurse Adeyemi", "callback": "217-555-0123 x 4",
    "reference": "MH-77", "who": "a boy of nine", "danger_now": True, "weapon": "no",
}  # fmt: skip


@pytest.fixture
def hospital(db):
    return organisation("mental_health", "Millbrook Hospital", city="Millbrook")


@pytest.fixture
def token(hospital) -> str:
    return tokens.make("account:1", hospital.pk, "agency", 365)[1]


@pytest.fixture
def send(web, key):
    """`send(token, {...}, key=...)` passes a report on."""

    def _send(token: str | None, body: object = REPORT, key_value: str | None = None, scheme: str = "Bearer"):
        headers = {"Idempotency-Key": key() if key_value is None else key_value}
        headers |= {"Authorization": f"{scheme} {token}"} if token is not None else {}
        return web.post(URL, json.dumps(body), content_type="application/json", headers=headers)

    return _send


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_it_becomes_a_tip_with_who_passed_it_on(send, token, school, hospital):
    answer = send(token, REPORT | {"school_id": school.pk, "agency": "State Police", "kind": "partner"})
    assert answer.status_code == 201 and set(answer.json()) == {"tip_number"}
    tip = Tip.objects.get()
    assert answer.json()["tip_number"] == tip.number
    assert (tip.channel, tip.submitter, tip.place_id, tip.danger_now, tip.weapon) == (
        Channel.REFERRAL, "agency", school.pk, True, "no",
    )  # fmt: skip
    passed = submitters.of(tip.id)
    assert passed is not None and (passed.kind, passed.agency) == ("agency", "Millbrook Hospital"), (
        "as its token says"
    )
    assert (passed.mandated, passed.person, passed.callback, passed.reference) == (
        "yes",
        "Nurse Adeyemi",
        "217-555-0123 x 4",
        "MH-77",
    )
    assert [m.field for m in Message.objects.order_by("id")] == ["text", "who"]
    assert Entry.objects.get(act="intake.received").actor == f"agency_token:{AgencyToken.objects.get().pk}"


def test_unless_it_says_that_it_reports_itself_the_call_center_does(send, token):
    assert send(token, {"text": "Bruises."}).status_code == 201
    assert Tip.objects.get().submitter == "partner"


def test_a_retry_is_the_same_tip_and_another_body_another(send, token, key):
    mark = key()
    first, again, other = (
        send(token, REPORT, mark),
        send(token, REPORT, mark),
        send(token, REPORT | {"who": "a girl"}, mark),
    )
    assert first.json() == again.json() != other.json() and again.status_code == 201
    assert Tip.objects.count() == 2
    assert (
        Tip.objects.order_by("id").first().submission_tag == Tip.objects.order_by("id").last().submission_tag
    )


def test_another_agency_with_the_same_key_and_words_is_another_tip_in_its_own_name(send, web, token, key):
    police = organisation("law_enforcement", "Payson Police")
    theirs, mark = tokens.make("account:1", police.pk, "agency", 90)[1], key()
    assert send(token, REPORT, mark).json() != send(theirs, REPORT, mark).json()
    assert {submitters.of(tip.id).agency for tip in Tip.objects.all()} == {
        "Millbrook Hospital",
        "Payson Police",
    }
    web.post(
        "/api/v1/tips",
        json.dumps({"text": REPORT["text"]}),
        content_type="application/json",
        headers={"Idempotency-Key": mark},
    )
    assert len({bytes(tip.submission_tag) for tip in Tip.objects.all()}) == 3, (
        "nor is a reporter's key an agency's"
    )


def test_who_has_no_token_or_a_wrong_one_learns_nothing_and_stores_nothing(send, token, web):
    for shown in (None, "", "upsa_" + "x" * 43, token[:-1], token + "x", token.upper(), "\u00fc" * 9):
        answer = send(shown)
        assert refusal(answer) == (401, "token"), shown
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert refusal(send(token, scheme="Receipt")) == (401, "token")
    assert refusal(web.get(URL)) == (401, "token")
    assert not Tip.objects.exists() and AgencyToken.objects.get().last_used_at is None


def test_a_revoked_token_opens_nothing_and_its_use_is_on_record_once_an_hour(send, token, clock):
    made = AgencyToken.objects.get()
    assert tokens.revoke("account:2", made.pk) and not tokens.revoke("account:3", made.pk)
    for seconds, records in ((0, 1), (60, 1), (4000, 2)):
        clock(seconds)
        assert refusal(send(token)) == (401, "token_over")
        assert Entry.objects.filter(act="agency_token.refused").count() == records
    made.refresh_from_db()
    assert (
        made.revoked_by == "account:2"
        and made.refused_at
        and made.last_used_at is None
        and not Tip.objects.exists()
    )


def test_an_expired_token_opens_nothing(send, token, clock):
    clock(timedelta(days=365, seconds=2).total_seconds())
    assert refusal(send(token)) == (401, "token_over")


def test_a_token_opens_only_what_it_was_made_for(send, token, web):
    AgencyToken.objects.update(scopes=[])
    assert refusal(send(token)) == (403, "scope")
    answer = web.get(URL, headers={"Authorization": f"Bearer {token}"})
    assert (
        answer.status_code == 200
        and answer.json()["agency"] == "Millbrook Hospital"
        and answer.json()["scopes"] == []
    )
    assert not Tip.objects.exists()


def test_one_agency_s_flood_stops_with_words_and_no_other_s_does(send, token, clock, monkeypatch):
    monkeypatch.setattr(config(), "agency_per_minute", 3)
    other = tokens.make("account:1", organisation("law_enforcement", "Payson Police").pk, "agency", 90)[1]
    answers = [send(token, {"text": f"Report {n}"}) for n in range(5)]
    if {a.status_code for a in answers} == {201}:  # a minute began among them
        answers = [send(token, {"text": f"Report {n}"}) for n in range(5)]
    late = answers[-1]
    assert refusal(late) == (429, "too_often") and 0 < int(late["Retry-After"]) <= 60
    assert send(other).status_code == 201
    clock(61)
    assert send(token).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": " "}, "text"), ({"text": None}, "text"),
        ({"mandated": "perhaps"}, "mandated"), ({"person": "x" * 201}, "person"),
        ({"reference": "x" * 101}, "reference"), ({"language": "tlh"}, "language"), ({"weapon": "big"}, "weapon"),
        ({"school_id": 987654}, "school_id"), ({"subtype": "nonsense"}, "subtype"),
        ({"attachments": ["no token"]}, "attachments"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(send, token, wrong, field):
    answer = send(token, REPORT | wrong)
    assert refusal(answer) == (422, "invalid") and list(answer.json()["error"]["fields"]) == [field]
    assert not Tip.objects.exists()


def test_a_weak_key_and_a_body_that_is_no_json_are_refused(send, token, web):
    assert refusal(send(token, REPORT, "short")) == (400, "idempotency_key")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_urlsafe(16)}
    assert refusal(web.post(URL, "{", content_type="application/json", headers=headers)) == (400, "malformed")
    assert web.put(URL, headers=headers).status_code == 405


def test_the_public_login_may_do_this_and_make_no_token(send, token, as_login):  # noqa: F811
    as_login("public")
    assert send(token).status_code == 201
    for change in ({"expires_at": None}, {"scopes": ["everything"]}, {"revoked_at": None}):
        assert refused(lambda c=change: AgencyToken.objects.update(**c)), change


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_hostile_bodies_with_a_right_token_never_break_it(app, token, monkeypatch):
    """Schemathesis against the document, with the token; UPSTANDER_ATTACK sets how many examples (default 15)."""
    monkeypatch.setattr(config(), "agency_per_minute", 1_000_000)
    refused = [400, 401, 403, 404, 405, 413, 415, 422, 503]
    known = SchemathesisConfig.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": refused}}}
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=known)
    operation = schema[URL]["POST"]
    modes = [
        operation.as_strategy(generation_mode=mode)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    ]

    @settings(max_examples=int(os.environ.get("UPSTANDER_ATTACK", "15")), deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=st.one_of(*modes))
    def attack(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=[positive_data_acceptance, unsupported_method],
        )

    attack()
