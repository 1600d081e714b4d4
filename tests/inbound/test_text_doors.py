"""The doors of text messages: each says yes to its own carrier only."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.twilio import signed
from upstander.config import Config
from upstander.inbound import doors, text_doors
from upstander.inbound.doors import Rejected, Request

OURS = "https://sms.example.gov"


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that Twilio brings texts to."""
    set_to = Config(sms="twilio", sms_user="AC1", sms_password="auth", sms_token="t" * 24, inbound_url=OURS, sms_number="1")
    monkeypatch.setattr(text_doors, "config", lambda: set_to)


FORM = {"MessageSid": "SM1", "From": "+12175550123", "To": "+12175550100", "Body": "él 😟 & +1", "NumMedia": "0"}


def test_what_twilio_signed_is_taken_and_answered_in_its_own_tongue():
    arriving = text_doors.twilio(signed(OURS, "/sms/twilio", FORM, "auth"))
    assert (arriving.channel, arriving.carrier, arriving.external_id) == ("sms", "twilio", "SM1")
    assert arriving.payload == {"from": "+12175550123", "to": "+12175550100", "text": "él 😟 & +1", "media": "0", "files": []}
    assert arriving.answer.endswith(b"<Response/>") and arriving.content_type == "text/xml"


@pytest.mark.parametrize(
    "request_",
    [
        signed(OURS, "/sms/twilio", FORM, "another token"),
        signed("https://elsewhere.example", "/sms/twilio", FORM, "auth"),
        signed(OURS, "/sms/twilio", FORM, "auth", then={"Body": "other words"}),
        signed(OURS, "/sms/twilio", FORM, "auth", then={"More": "1"}),
        Request("/sms/twilio", b"", {}, urlencode(FORM).encode()),
    ],
)
def test_what_it_did_not_sign_so_is_not(request_):
    with pytest.raises(Rejected) as rejected:
        text_doors.twilio(request_)
    assert rejected.value.status == 403


def test_where_the_pictures_of_a_text_lie_is_kept_with_it():
    form = FORM | {"NumMedia": "2", "MediaUrl0": "https://api.twilio.com/a", "MediaUrl1": "https://api.twilio.com/b", "Body": ""}
    arriving = text_doors.twilio(signed(OURS, "/sms/twilio", form, "auth"))
    assert arriving.payload["files"] == ["https://api.twilio.com/a", "https://api.twilio.com/b"]


def test_what_is_signed_and_says_nothing_is_rejected():
    with pytest.raises(Rejected) as rejected:
        text_doors.twilio(signed(OURS, "/sms/twilio", {"Body": "words"}, "auth"))
    assert rejected.value.status == 400


def test_reports_name_the_text_and_what_became_of_it():
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    arriving = text_doors.twilio_report(signed(OURS, "/sms/twilio/report", form, "auth", query="ref=abc"))
    assert (arriving.channel, arriving.external_id) == ("sms_report", "abc:delivered")
    kannel = text_doors.kannel_report(Request("/", f"key={'t' * 24}&ref=abc&type=8".encode(), {}, b""))
    assert kannel.payload == {"ref": "abc", "state": "8"}
    with pytest.raises(Rejected):
        text_doors.kannel_report(Request("/", f"key={'t' * 24}&ref=abc&type=x".encode(), {}, b""))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_whatever_a_stranger_sends_is_rejected(query, body):
    for read in (text_doors.kannel, text_doors.kannel_report, text_doors.twilio, text_doors.twilio_report):
        with pytest.raises(Rejected):
            read(Request("/sms/twilio", query, {"x-twilio-signature": "x"}, body))


def test_only_the_carrier_in_use_has_doors(monkeypatch):
    monkeypatch.setattr(doors, "DOORS", {})
    text_doors.open_doors()
    assert sorted(doors.DOORS) == ["/sms/twilio", "/sms/twilio/report"]
    doors.DOORS.clear()
    monkeypatch.setattr(text_doors, "config", lambda: Config(sms="off"))
    text_doors.open_doors()
    assert not doors.DOORS
