"""Voicemail: a file of the box becomes a tip that nobody has heard, and is red until somebody wrote down what is said."""

import base64
import io
import re
import secrets
from datetime import timedelta

import pytest

from tests.evidence.conftest import picture
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from tests.support import sounds
from upstander import clock as the_clock
from upstander.audit.models import Entry
from upstander.desk import board
from upstander.evidence.models import CustodyEvent, File
from upstander.intake import queries as intake
from upstander.intake import services, voicemail
from upstander.intake.models import Message, Tip
from upstander.intake.services import Submission
from upstander.intake.submission import Refused
from upstander.vault.models import ReporterAddress

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-II.E")]
URL = "/enter/voicemail/"
REASON = {"reason": "A voicemail: to hear what the caller reports."}


def upload(client, data: bytes | None = None, name: str = "msg0007.wav", **more):
    file = io.BytesIO(sounds.speech() if data is None else data)
    file.name = name
    given = {"key": secrets.token_urlsafe(24)} | more
    return client.post(URL, given | ({"file": file} if data != b"" else {}))


def entered(client, **more) -> intake.QueueRow:
    answer = upload(client, **more)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    found = intake.by_number(answer["Location"].strip("/").rpartition("/")[2])
    assert found is not None
    return found


def heard(client, tip: intake.QueueRow, **given):
    return client.post(f"/evidence/{File.objects.get(tip_id=tip.id).id}/listen/", given or REASON)


def test_a_file_of_the_box_becomes_a_tip_sealed_and_unopened(casey):
    tip = entered(casey, phone="217-555-0144", happened_hour="00:00")
    assert tip.channel == "voicemail" and tip.received_at <= the_clock.now() and tip.wants_answer
    file = File.objects.get(tip_id=tip.id)
    assert (file.kind, file.state) == ("wav", "quarantined")
    assert (
        CustodyEvent.objects.get().actor
        == casey.account.actor
        == Entry.objects.get(act="intake.received").actor
    )
    assert ReporterAddress.objects.get(holder=tip.id).kinds == ["phone"]
    page = casey.get(f"/tip/{tip.number}/").content.decode()
    assert "Nobody has written down yet" in page and "Listen to it" in page and "217-555-0144" not in page
    assert "data:audio" not in page


def test_it_stands_in_the_queue_as_not_yet_listened_to_and_turns_red(casey, clock):
    tip = entered(casey)
    assert "voicemail, not yet listened to" in casey.get("/").content.decode()
    assert tip.id not in board.red_now(the_clock.now())
    clock(timedelta(minutes=11).total_seconds())
    assert [r.code for r in board.red_now(the_clock.now())[tip.id]] == ["voicemail_unheard"]
    assert "a voicemail of which nobody has written down what is said" in casey.get("/red/").content.decode()
    voicemail.transcribe(tip.id, "A boy has a knife.", casey.account.pk)
    assert tip.id not in board.red_now(the_clock.now())
    assert "not yet listened to" not in casey.get("/").content.decode()


@pytest.mark.parametrize("kind", sorted(sounds.KINDS))
def test_a_recorded_decision_plays_it_once_without_what_stood_beside_it(casey, kind):
    data = sounds.speech(kind)
    assert kind == "mulaw" or b"Needle" in data
    tip = entered(casey, data=data)
    answer = heard(casey, tip)
    html = answer.content.decode()
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store" and "<script" not in html
    assert (
        "media-src data:" in answer["Content-Security-Policy"]
        and "sandbox" in answer["Content-Security-Policy"]
    )
    played = base64.b64decode(re.search(r'src="data:audio/wav;base64,([^"]+)"', html)[1])
    assert played.startswith(b"RIFF") and b"Needle" not in played and len(played) > 20_000
    link = CustodyEvent.objects.get(act="listened")
    assert link.actor == casey.account.actor and link.sealed_words and b"hear" not in bytes(link.sealed_words)
    assert casey.get(f"/evidence/{link.file_id}/listen/").status_code == 405, "there is no other way to it"


def test_without_a_reason_nothing_is_opened(casey):
    tip = entered(casey)
    answer = heard(casey, tip, reason=" ")
    assert answer.status_code == 422 and "data:audio" not in answer.content.decode()
    assert not CustodyEvent.objects.filter(act="listened").exists()


def test_what_is_no_sound_inside_is_told_and_on_record(casey):
    tip = entered(casey, data=sounds.speech()[:40] + b"\xff" * 200)
    answer = heard(casey, tip)
    assert answer.status_code == 409 and "damaged" in answer.content.decode()
    assert [e.act for e in CustodyEvent.objects.order_by("at")] == ["received", "listened", "not_played"]


@pytest.mark.illinois
@pytest.mark.req("D-IV.A.2.c.5")
def test_nothing_is_played_of_a_tip_judged_to_involve_sexual_images_or_once_sealed(casey, judged):
    tip = entered(casey)
    judged(tip, casey.account, "sexual_images_of_children")
    answer = heard(casey, tip)
    assert answer.status_code == 409 and "data:audio" not in answer.content.decode()
    other = entered(casey)
    casey.post(f"/evidence/{File.objects.get(tip_id=other.id).id}/seal/", {"ground": "suspected"})
    assert heard(casey, other).status_code == 409
    assert not CustodyEvent.objects.filter(act="listened").exists()


def test_what_is_written_down_becomes_the_tips_words_with_who_wrote_it(casey, jordan):
    tip = entered(casey)
    said = "He says that Zebulon has a gun in the locker at Lincoln."
    answer = casey.post(f"/tip/{tip.number}/transcript/", {"text": said})
    assert answer.status_code == 302
    page = jordan.get(f"/tip/{tip.number}/").content.decode()
    assert (
        said in page
        and "Casey Lindgren listened and wrote down" in page.replace("\n", " ")
        and "Nobody has written down yet" not in page
    )
    message = Message.objects.get(field="transcript")
    assert message.account_id == casey.account.pk and b"Zebulon" not in bytes(message.body)
    assert Entry.objects.get(act="intake.transcribed").actor == casey.account.actor
    assert Tip.objects.get().status == "read" and Tip.objects.get().words_added == 0, (
        "it is no word that waits"
    )
    from upstander.intake import worker

    while worker.tokenise():
        pass
    assert [row.id for row in intake.search("zebulon locker")] == [tip.id]


def test_it_can_be_corrected_and_the_same_again_adds_nothing(casey):
    tip = entered(casey)
    for text in ("A boy has a nife.", "A boy has a knife.", "A boy has a knife."):
        assert casey.post(f"/tip/{tip.number}/transcript/", {"text": text}).status_code == 302
    assert Message.objects.filter(field="transcript").count() == 2
    page = casey.get(f"/tip/{tip.number}/transcript/").content.decode()
    assert "a knife" in page and "nife." in page and "a nife" not in page


def test_an_empty_or_endless_one_is_refused_with_the_words_kept(casey):
    tip = entered(casey)
    assert casey.post(f"/tip/{tip.number}/transcript/", {"text": "  "}).status_code == 422
    answer = casey.post(f"/tip/{tip.number}/transcript/", {"text": "word " * 5000})
    assert (
        answer.status_code == 422
        and "word word" in answer.content.decode()
        and "too long" in answer.content.decode()
    )
    assert not Message.objects.filter(field="transcript").exists()


def test_nobody_writes_others_words_over_a_reporters_own(casey, new_tip):
    tip = new_tip()
    assert casey.get(f"/tip/{tip.number}/transcript/").status_code == 404
    with pytest.raises(voicemail.NoVoicemail):
        voicemail.transcribe(tip.id, "Something else", casey.account.pk)
    with pytest.raises(Refused):
        voicemail.transcribe(tip.id, " ", casey.account.pk)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"data": b""}, "Choose the file"), ({"data": picture()}, "no sound that can be played"),
        ({"data": b"MZ\x90\x00" * 100}, "no sound that can be played"), ({"phone": "12"}, "does not look like a phone number"),
        ({"happened_hour": "25:99"}, "Write the time as 14:30"),
        ({"happened_day": "2031-01-01", "happened_hour": "09:00"}, "still to come"),
        ({"upload_fault": "too_large:x.wav"}, "too large"), ({"data": b"", "upload": "nonsense"}, "did not arrive"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_form_comes_back_filled(casey, more, words):
    answer = upload(casey, **({"phone": "217-555-0144"} | more))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert more.get("phone", "217-555-0144") in page and not Tip.objects.exists()


def test_a_file_that_has_arrived_is_not_asked_for_twice(casey):
    page = upload(casey, phone="12").content.decode()
    token = re.search(r'name="upload" value="([^"]+)"', page)[1]
    answer = casey.post(URL, {"upload": token, "phone": "217-555-0144", "key": secrets.token_urlsafe(24)})
    assert answer.status_code == 302 and File.objects.count() == 1


def test_the_same_press_twice_is_one_tip(casey):
    page = upload(casey, phone="12").content.decode()
    token = re.search(r'name="upload" value="([^"]+)"', page)[1]
    given = {"upload": token, "phone": "217-555-0144", "key": secrets.token_urlsafe(24)}
    first, again = casey.post(URL, given), casey.post(URL, given)
    assert first["Location"] == again["Location"] and Tip.objects.count() == 1


@pytest.mark.parametrize("role", ["sio", "auditor", "programme_admin", "outreach", "stic_analyst"])
def test_who_takes_no_calls_brings_hears_and_writes_none(signed_in, casey, role):
    tip = entered(casey)
    stranger = signed_in("Stranger", role)
    assert stranger.get(URL).status_code == upload(stranger).status_code == 403
    assert heard(stranger, tip).status_code == 403
    assert stranger.post(f"/tip/{tip.number}/transcript/", {"text": "x"}).status_code == 403
    assert Tip.objects.count() == 1


def test_other_channels_are_no_voicemail(casey, new_tip):
    new_tip()
    assert voicemail.unheard() == {}
    stored = services.receive(
        Submission(channel="voicemail", text=voicemail.words()), secrets.token_urlsafe(16)
    )
    assert list(voicemail.unheard()) == [stored.tip_id] and voicemail.unheard([]) == {}


def test_the_desks_login_suffices_for_all_of_it(casey, as_login):  # noqa: F811
    as_login("desk")
    tip = entered(casey)
    assert heard(casey, tip).status_code == 200
    assert casey.post(f"/tip/{tip.number}/transcript/", {"text": "A boy has a knife."}).status_code == 302
    assert refused(lambda: File.objects.update(tip_id=tip.id))
    assert refused(lambda: File.objects.all()._raw_delete("default"))


def test_the_school_origin_has_none_of_it():
    from django.urls import Resolver404, resolve

    for address in (URL, "/tip/K7F2-9QPX-3M/transcript/", "/evidence/00000000-0000-0000-0000-000000000007/listen/"):
        assert resolve(address, "upstander.urls.desk")
        with pytest.raises(Resolver404):
            resolve(address, "upstander.urls.school")
