"""A file arrives in chunks, in any order, sealed; a tip takes it over whole or not at all."""

import json
import secrets

import pytest
from django.db import connection

from tests.evidence.conftest import brought, picture, video
from upstander.evidence import adopting, receiving, tokens
from upstander.evidence.kinds import sniff
from upstander.evidence.models import CHUNK, Chunk, CustodyEvent, File, FileKey, Upload
from upstander.evidence.receiving import CannotTake
from upstander.intake.models import Tip
from upstander.intake.services import Submission, receive, reply

pytestmark = pytest.mark.django_db
JSON = "application/json"


def begun(web, size: int, name: str = "photo.jpg"):
    return web.post("/api/v1/uploads", json.dumps({"size": size, "name": name}), content_type=JSON)


def put(web, token: str, n: int, data: bytes):
    headers = {"Authorization": f"Upload {token}"}
    return web.put(f"/api/v1/uploads/{n}", data, content_type="application/octet-stream", headers=headers)


def missing(web, token: str):
    return web.get("/api/v1/uploads", headers={"Authorization": f"Upload {token}"})


def sent(web, *attachments: str, key: str | None = None, text: str = "words", **more):
    body = {"text": text, "attachments": list(attachments), **more}
    headers = {"Idempotency-Key": key or secrets.token_urlsafe(16)}
    return web.post("/api/v1/tips", json.dumps(body), content_type=JSON, headers=headers)


def parts(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]


def test_a_file_comes_in_any_order_goes_on_where_it_broke_and_belongs_to_the_report(web):
    data = video(CHUNK * 2 + 1000)
    told = begun(web, len(data)).json()
    assert told["chunk_bytes"] == CHUNK and told["chunks"] == 3
    token, (first, second, third) = told["upload"], parts(data)
    assert put(web, token, 2, third).status_code == 204
    assert put(web, token, 0, first).status_code == 204
    assert missing(web, token).json() == {"missing": [1]}
    assert sent(web, token).status_code == 422, "not before it is whole"
    assert put(web, token, 1, second).status_code == put(web, token, 1, second).status_code == 204
    assert missing(web, token).json() == {"missing": []}
    assert sent(web, token).status_code == 201
    file = File.objects.get()
    assert (file.kind, file.size, file.chunks, file.state) == ("mp4", len(data), 3, "quarantined")
    assert file.tip_number == Tip.objects.get().number
    assert not Upload.objects.exists() and missing(web, token).status_code == 404
    assert set(FileKey.objects.values_list("audience", flat=True)) == {"desk", "evidence"}
    assert CustodyEvent.objects.get().act == "received"


def test_nothing_of_a_file_and_not_its_name_lies_in_clear(web):
    data = b"\xff\xd8\xff" + b"needle-in-a-picture" * 500
    assert sent(web, brought(data, "needle-of-a-name.jpg")).status_code == 201
    with connection.cursor() as cursor:
        for table in ("upload", "chunk", "file", "file_key", "custody_event"):
            cursor.execute(f"SELECT t::text FROM evidence_{table} t")
            rows = "".join(row[0] for row in cursor.fetchall())
            assert "needle" not in rows and b"needle".hex() not in rows, table


def test_the_same_press_is_the_same_report_and_the_same_file_is_in_no_second_one(web):
    token, key = brought(picture()), secrets.token_urlsafe(16)
    first = sent(web, token, key=key)
    again = sent(web, token, key=key)
    assert first.json() == again.json() and File.objects.count() == 1
    other = sent(web, token)
    assert other.status_code == 422 and "attachments" in other.json()["error"]["fields"]
    assert Tip.objects.count() == 1, "and nothing of it was stored: the API says so before"
    assert sent(web, key=key).status_code == 201 and Tip.objects.count() == 2, (
        "without the file it is another report"
    )


@pytest.mark.parametrize("token", ["", "x", "A" * 300, "é", "AQ=="])
def test_a_token_that_is_none_is_answered_alike_everywhere(web, token):
    quoted = token.encode("utf-8", "replace").decode("latin-1")
    assert put(web, quoted, 0, b"x").status_code == 404
    assert missing(web, quoted).status_code == 404
    assert sent(web, token).status_code == 422


def test_a_token_altered_in_any_place_opens_nothing(web):
    token = begun(web, 100).json()["upload"]
    for at in (0, 5, 30, len(token) // 2, len(token) - 3):
        wrong = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(tokens.NotOurs):
            tokens.reveal(wrong)


def test_a_token_is_good_for_six_hours(web, clock):
    token = begun(web, 100).json()["upload"]
    clock(6 * 3600 - 60)
    assert missing(web, token).status_code == 200
    clock(6 * 3600 + 120)
    assert missing(web, token).status_code == 404


def test_what_is_too_large_too_small_or_no_chunk_is_refused_in_words(web):
    assert begun(web, 25_000_001).status_code == 413
    assert begun(web, 0).status_code == 422 and begun(web, -1).status_code == 422
    token = begun(web, CHUNK + 10).json()["upload"]
    head = picture()
    for n, data in (
        (0, head),
        (1, b"x" * 11),
        (1, b""),
        (2, b"x"),
        (999_999, b"x"),
        (0, b"\xff\xd8\xff" * CHUNK),
    ):
        answer = put(web, token, n, data[: CHUNK + 5])
        assert answer.status_code in (413, 422) and answer.json()["error"]["message"], (n, len(data))
    assert missing(web, token).json() == {"missing": [0, 1]}


def test_another_chunk_under_a_number_that_has_come_is_refused_and_changes_nothing(web):
    data = video(CHUNK + 50)
    token = begun(web, len(data)).json()["upload"]
    assert put(web, token, 1, data[CHUNK:]).status_code == 204
    assert put(web, token, 1, b"y" * 50).status_code == 409
    assert Chunk.objects.count() == 1


def test_two_tabs_bring_the_same_file_together(web):
    data = video(CHUNK * 2)
    token = begun(web, len(data)).json()["upload"]
    one, two = parts(data)
    answers = [put(web, token, n, part).status_code for n, part in ((0, one), (1, two), (1, two), (0, one))]
    assert answers == [204] * 4 and Chunk.objects.count() == 2


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (picture(), "jpeg"), (picture("PNG"), "png"), (picture("GIF"), "gif"), (picture("WEBP"), "webp"),
        (picture("AVIF"), "avif"),
        (b"%PDF-1.7", "pdf"), (video(100), "mp4"), (b"\x00\x00\x00\x14ftypqt  ", "mov"), (b"\x00\x00\x00\x18ftypheic", "heic"),
        (b"\x1aE\xdf\xa3", "webm"), (b"ID3\x04", "mp3"), (b"RIFF____WAVE", "wav"), (b"OggS", "ogg"),
        (b"GIF89a=0;alert(1)//", "gif"), (b"<html>", ""), (b"MZ\x90", ""), (b"PK\x03\x04", ""), (b"", ""), (b"RIFF____AVI ", ""),
        (b"<svg xmlns=", ""), (b"\x7fELF", ""),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:8].hex(),
)  # fmt: skip
def test_the_first_bytes_alone_say_what_it_is(head, kind):
    assert sniff(head[:64]) == kind


def test_a_kind_that_is_not_taken_is_refused_with_its_first_chunk_whatever_its_name(web):
    data = b"PK\x03\x04" + b"\x00" * 200
    token = begun(web, len(data), "picture.jpg").json()["upload"]
    answer = put(web, token, 0, data)
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "file_kind"


def test_an_eleventh_file_is_refused_and_the_tenth_is_not(web):
    files = [brought(picture(size=(32, 32))) for _ in range(11)]
    assert sent(web, *files).status_code == 422 and not Tip.objects.exists()
    assert sent(web, *files[:10]).status_code == 201


def test_files_of_a_tip_are_counted_over_its_dialogue_too(with_files, monkeypatch):
    receipt = with_files(*[picture(size=(32, 32))] * 9)
    later = [tokens.reveal(brought(picture(size=(32, 32)))) for _ in range(2)]
    with pytest.raises(CannotTake, match="too_many"):
        reply(receipt.receipt, "and these", files=later)
    assert reply(receipt.receipt, "and this", files=later[:1])
    assert File.objects.filter(message_id__isnull=False).count() == 1


def test_when_there_is_no_room_files_wait_and_words_do_not(web, monkeypatch):
    monkeypatch.setattr(receiving, "room", lambda: 1_000_000)
    assert begun(web, 900_000).status_code == 201
    answer = begun(web, 200_000)
    assert answer.status_code == 503 and answer.json()["error"]["code"] == "file_full"
    assert sent(web).status_code == 201


@pytest.mark.req("D-IV.A.2.c.5")
def test_a_reporter_who_says_what_it_is_gives_the_desk_no_key_to_it(web):
    assert sent(web, brought(picture()), subtype="sexual_images_of_children").status_code == 201
    file = File.objects.get()
    assert (file.state, file.ground) == ("sealed", "reporter")
    assert [k.audience for k in FileKey.objects.all()] == ["evidence"]
    assert (file.keep_until - file.sealed_at).days == 365


@pytest.mark.req("D-IV.A.2.c.5")
def test_what_comes_later_to_such_a_report_is_sealed_as_well(db):
    told = receive(
        Submission(channel="web", text="words", subtype="sexual_images_of_children"),
        secrets.token_urlsafe(16),
    )
    assert reply(told.receipt, "", files=[tokens.reveal(brought(picture()))])
    assert File.objects.get().state == "sealed"


def test_a_repeated_press_of_a_reply_brings_its_file_once(with_files):
    receipt, ticket = with_files(picture()), tokens.reveal(brought(picture()))
    assert reply(receipt.receipt, "more", "p" * 22, [ticket])
    assert not reply(receipt.receipt, "more", "p" * 22, [ticket])
    assert File.objects.count() == 2


def test_check_names_each_file_at_fault(db):
    good, half = tokens.reveal(brought(picture())), receiving.begin(5000, "half.jpg")
    assert adopting.check([good, half]) == {half.id: "gone"}
