"""The JSON door: what the app and partners may rely on, and what a stranger learns (nothing)."""

import json
import os

import pytest
import schemathesis
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance, unsupported_method

from upstander.intake import store
from upstander.intake.models import Tip
from upstander.intake.services import open_dialogue, say

pytestmark = pytest.mark.django_db
TIPS, DIALOGUE, SCHOOLS = "/api/v1/tips", "/api/v1/dialogue", "/api/v1/schools"
UPLOADS = "/api/v1/uploads"


@pytest.fixture
def send(web, key):
    """`send({...}, key=..., lang=...)` posts a report and gives status and body."""

    def _send(body: object, key_value: str | None = None, **headers: str):
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        headers = {"Idempotency-Key": key() if key_value is None else key_value} | headers
        answer = web.post(
            TIPS, raw, content_type="application/json", headers={k: v for k, v in headers.items() if v}
        )
        return answer.status_code, answer.json()

    return _send


def dialogue(web, code: str | None, **more):
    headers = {"Authorization": f"Receipt {code}"} if code is not None else {}
    return web.get(DIALOGUE, headers=headers | more)


def reply(web, code: str, text: object, key: str = ""):
    headers = {"Authorization": f"Receipt {code}"} | ({"Idempotency-Key": key} if key else {})
    return web.post(DIALOGUE, json.dumps({"text": text}), content_type="application/json", headers=headers)


@pytest.mark.illinois
@pytest.mark.req("D-II.E")
def test_a_report_is_stored_and_its_receipt_opens_the_dialogue(web, send, school):
    status, body = send(
        {
            "text": "He has a knife.", "school_id": school.id, "subtype": "threat_of_violence", "danger_now": True,
            "who": "Sam", "contact": {"email": "kid@example.org", "phone": None},
        }
    )  # fmt: skip
    assert status == 201 and set(body) == {"tip_number", "receipt"}
    answer = dialogue(web, body["receipt"]).json()
    assert answer["status"] == "received" and answer["tip_number"] == body["tip_number"]
    assert answer["status_text"].startswith("We have your report.")
    first, second = answer["messages"]
    assert set(first) == {"from", "text", "at"} and (first["from"], first["text"]) == (
        "reporter",
        "He has a knife.",
    )
    assert (second["field"], second["text"]) == ("who", "Sam")
    tip = Tip.objects.get()
    assert (tip.place_id, tip.reported_subtype, tip.danger_now, tip.channel) == (
        school.id,
        "threat_of_violence",
        True,
        "api",
    )


def test_a_retry_gets_the_same_answer_and_other_words_a_new_one(send, key):
    k = key()
    first = send({"text": "words"}, k)
    assert send({"text": "words"}, k) == first and first[0] == 201
    other = send({"text": "other words"}, k)
    assert other[0] == 201 and other[1] != first[1] and Tip.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "text"), ({"text": ""}, 422, "text"), ({"text": " \n"}, 422, "text"), ({"text": 5}, 422, "text"),
        ({"text": None}, 422, "text"), ({"text": "x" * 20_001}, 422, "text"), ({"text": "x", "school_id": 404}, 422, "school_id"),
        ({"text": "x", "school_id": "1"}, 422, "school_id"), ({"text": "x", "school_id": -1}, 422, "school_id"),
        ({"text": "x", "danger_now": "yes"}, 422, "danger_now"), ({"text": "x", "weapon": "gun"}, 422, "weapon"),
        ({"text": "x", "contact": {"email": "nobody"}}, 422, "contact.email"),
        ({"text": "x", "contact": {"email": 5}}, 422, "contact.email"), ([], 422, "body"), ("text", 422, "body"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_names_its_field(send, body, status, field):
    got, answer = send(json.dumps(body) if isinstance(body, str) else body)
    assert (
        got == status and answer["error"]["code"] == "invalid" and list(answer["error"]["fields"]) == [field]
    )
    assert Tip.objects.count() == 0


@pytest.mark.illinois
def test_an_unknown_kind_is_told_with_the_list(send):
    status, answer = send({"text": "x", "subtype": "nonsense"})
    assert status == 422 and "cyber_bullying" in answer["error"]["fields"]["subtype"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe", b'{"text": "x"} x', b'{"x": ' + b"[" * 5000, b'{"text": NaN}']
)
def test_what_is_no_json_is_malformed(send, raw):
    assert (send(raw)[0], send(raw)[1]["error"]["code"]) == (400, "malformed")


def test_half_an_emoji_does_not_lose_the_words_around_it(web, send):
    status, body = send(b'{"text": "help \\ud83d me\\u0000"}')
    assert status == 201
    assert dialogue(web, body["receipt"]).json()["messages"][0]["text"] == "help \ufffd me\ufffd"


@pytest.mark.parametrize("weak", ["", "short", "a" * 21, "0" * 31])
def test_without_a_strong_key_there_is_no_report(send, weak):
    status, answer = send({"text": "x"}, weak)
    assert status == 400 and answer["error"]["code"] == "idempotency_key"


def test_a_body_that_is_too_large_is_refused(send):
    assert send({"text": "x" * 70_000})[0] == 413


@pytest.mark.illinois
def test_errors_speak_the_language_of_the_client(send):
    english, spanish = (
        send({}, **{"Accept-Language": tag})[1]["error"]["fields"]["text"] for tag in ("en", "es-MX")
    )
    assert english != spanish and spanish.startswith("Por favor")


def test_codes_that_open_nothing_look_alike_whatever_is_wrong_with_them(web, send):
    send({"text": "words"})
    answers = [dialogue(web, code) for code in (None, "", "x", "0" * 16, "K7F2-9QPX-3M4V-0000", "z" * 4000)]
    answers += [
        web.get(DIALOGUE, headers={"Authorization": value}) for value in ("Bearer x", "Receipt", "Basic eDp5")
    ]
    answers += [reply(web, "0" * 16, "words"), reply(web, "", "words")]
    seen = {(a.status_code, a.content, tuple(sorted(a.headers.items()))) for a in answers}
    assert len(seen) == 1 and answers[0].status_code == 404


def test_the_dialogue_goes_both_ways_and_a_note_stays_inside(web, tell, key):
    receipt, k = tell("words"), key()
    say(receipt.tip_id, "desk", "Where is he now?", account_id=7)
    say(receipt.tip_id, "note", "zebra-note", account_id=7)
    say(receipt.tip_id, "system", "We have your message.")
    answer = dialogue(web, receipt.receipt).json()
    assert answer["status"] == "asked" and [m["from"] for m in answer["messages"]] == [
        "reporter",
        "desk",
        "system",
    ]
    assert "zebra-note" not in json.dumps(answer)
    for _ in range(3):
        assert reply(web, receipt.receipt, "In the gym.", k).status_code == 201
    assert [m["text"] for m in dialogue(web, receipt.receipt).json()["messages"]][-1] == "In the gym."
    assert len(open_dialogue(receipt.receipt).said) == 4
    assert reply(web, receipt.receipt, "In the gym.").status_code == 201, (
        "without a key each press is a message"
    )
    assert len(open_dialogue(receipt.receipt).said) == 5


@pytest.mark.parametrize(("text", "status"), [("", 422), (" ", 422), (5, 422), ("x" * 20_001, 422)])
def test_a_reply_must_hold_words(web, tell, text, status):
    assert reply(web, tell("words").receipt, text).status_code == status


def test_other_words_under_the_key_of_earlier_ones_are_kept(web, tell, key):
    """Somebody goes back to a page that was sent, and writes something else there."""
    receipt, same = tell("words"), key()
    for words in ("At the north door.", "At the north door.", "No, at the south door!"):
        assert reply(web, receipt.receipt, words, same).status_code == 201
    said = [u.text for u in open_dialogue(receipt.receipt).said]
    assert said[-2:] == ["At the north door.", "No, at the south door!"] and len(said) == 3


@pytest.mark.illinois
def test_the_status_follows_in_the_reporters_language(web, tell):
    receipt = tell("words")
    Tip.objects.update(status="passed_on")
    assert dialogue(web, receipt.receipt).json()["status_text"] == "We have told people who can help."
    spanish = dialogue(web, receipt.receipt, **{"Accept-Language": "es"}).json()
    assert (spanish["status"], spanish["status_text"]) == (
        "passed_on",
        "Hemos avisado a personas que pueden ayudar.",
    )


def test_schools_are_found(web, school):
    found = web.get(SCHOOLS, {"q": "lincoln"}).json()["schools"]
    assert found == [{"id": school.id, "name": "Lincoln Elementary", "city": "Springfield", "district": ""}]
    for nothing in ("", "x", "\x00\x00", "no such school at all", "%" * 300):
        assert web.get(SCHOOLS, {"q": nothing}).json() == {"schools": []}
    assert web.get(SCHOOLS).json() == {"schools": []}


def test_what_is_typed_into_the_picker_need_not_stand_in_an_address(web, school):
    same = web.get(SCHOOLS, {"q": "lincoln"}).json()
    assert same["schools"] and web.post(SCHOOLS, {"q": "lincoln"}).json() == same
    assert web.post(SCHOOLS, {"q": "a\x00"}).json() == {"schools": []}
    form = "application/x-www-form-urlencoded"
    many = "&".join(f"a{n}=1" for n in range(300))
    for body, kind, status in (
        ("q=" + "x" * 70_000, form, 413),
        (many, form, 400),
        ("x", "multipart/form-data", 400),
    ):
        answer = web.post(SCHOOLS, body, content_type=kind)
        assert (answer.status_code, set(answer.json())) == (status, {"error"})


@pytest.mark.parametrize(
    ("path", "allow"),
    [(TIPS, "POST, OPTIONS"), (DIALOGUE, "GET, POST, HEAD, OPTIONS"), (SCHOOLS, "GET, POST, HEAD, OPTIONS")],
)
def test_other_methods_are_refused_with_what_is_allowed(web, path, allow):
    for method in ("put", "patch", "delete", "trace"):
        answer = getattr(web, method)(path)
        assert (answer.status_code, answer["Allow"]) == (405, allow)
        assert answer.json()["error"]["code"] == "method_not_allowed"
    assert (web.options(path).status_code, web.options(path)["Allow"]) == (204, allow)
    assert web.head(path).status_code in (200, 404, 405)


def test_when_nothing_can_be_stored_it_says_so(send, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(store, "fetch", away)
    status, answer = send({"text": "words"})
    assert status == 503 and answer["error"]["code"] == "unavailable"


def test_a_503_may_follow_a_commit_and_the_same_press_again_is_safe_as_the_document_says(
    web, send, tell, key, monkeypatch
):
    stored = store.fetch

    def late(*given) -> None:
        stored(*given)
        raise OperationalError

    told, news, more = key(), tell("earlier").receipt, key()
    with monkeypatch.context() as broken:
        broken.setattr(store, "fetch", late)
        assert send({"text": "words"}, told)[0] == 503 and Tip.objects.count() == 2
    assert send({"text": "words"}, told)[0] == 201 and Tip.objects.count() == 2
    for _ in range(2):
        assert reply(web, news, "and more", more).status_code == 201
    assert [u.text for u in open_dialogue(news).said] == ["earlier", "and more"]
    paths = web.get("/api/v1/openapi.json").json()["paths"]
    for path in (TIPS, DIALOGUE):
        said = paths[path]["post"]["responses"]["503"]["description"]
        assert "Perhaps it was stored" in said and "same Idempotency-Key: that is safe" in said
    assert not any("othing was stored" in str(path) for path in paths.values())


def test_the_document_is_made_from_the_types_and_stays_small(web):
    answer = web.get("/api/v1/openapi.json")
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert document["components"]["schemas"]["TipIn"]["required"] == ["text"]
    assert set(document["paths"]) == {TIPS, DIALOGUE, SCHOOLS, UPLOADS, f"{UPLOADS}/{{n}}", "/api/v1/referrals"}


def test_no_answer_of_the_api_may_be_kept_or_names_the_client(web, send):
    answer = web.get(
        "/api/v1/openapi.json", REMOTE_ADDR="203.0.113.77", headers={"User-Agent": "zebra-agent"}
    )
    assert answer["Cache-Control"] == "no-store" and not web.cookies


@pytest.mark.parametrize("address", [f"{UPLOADS}/{'n' * 43}", "/api/v1/nothing", "/api/v2/tips", "/api/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "options"])
def test_an_address_that_the_api_has_not_is_refused_in_its_own_words(web, address, method):
    answer = getattr(web, method)(address)
    assert answer.status_code == 404 and answer["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == "not_found" and answer.json()["error"]["message"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_hostile_bodies_never_break_the_api_or_its_promises(app, tell):
    """Schemathesis against the document; UPSTANDER_ATTACK sets how many examples an operation gets (default 15)."""
    examples = int(os.environ.get("UPSTANDER_ATTACK", "15"))
    refused = [400, 401, 404, 405, 409, 413, 415, 422, 503]  # 413: too long is refused before anybody reads what it is
    known = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": refused}}})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=known)
    # A name that no school has, or a code that opens nothing, is refused although its form is right.
    left_out = [positive_data_acceptance, unsupported_method]
    for result in schema.get_all_operations():
        operation = result.ok()
        modes = [
            operation.as_strategy(generation_mode=mode)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        ]

        @settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=st.one_of(*modes))
        def attack(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=left_out)

        attack()
