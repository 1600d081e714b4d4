"""A form with a file is cut up while it arrives: any size of piece, any trick with boundaries, and never whole in memory."""

import asyncio
import json
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.conftest import video
from tests.evidence.shimmed import shim_around, through
from upstander.evidence import adopting
from upstander.evidence.lanes import at_the_desk
from upstander.evidence.models import CHUNK, Chunk, Upload
from upstander.ops.cutter import Broken, Cutter
from upstander.ops.formfiles import SLOWEST, Pace
from upstander.ops.refusals import page
from upstander.ops.shim import Limits, Shim

LINE = "----test"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={LINE}"}


def form(fields: dict[str, str], files: list[tuple[str, bytes]], line: str = LINE) -> bytes:
    body = b""
    for name, value in fields.items():
        body += f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, data in files:
        body += f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
        body += b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n"
    return body + f"--{line}--\r\n".encode()


def cut(body: bytes, steps: list[int]) -> tuple[dict[str, str], list[bytes]]:
    """Fields and files of a form that comes in pieces of these lengths, over and over."""
    cutter, at, n, files = Cutter(LINE.encode(), 60_000), 0, 0, [bytearray()]
    while at < len(body):
        step = steps[n % len(steps)]
        for _file, data, last in cutter.write(body[at : at + step]):
            assert len(data) <= CHUNK
            files[-1] += data
            if last:
                files.append(bytearray())
        at, n = at + step, n + 1
    assert cutter.whole
    return dict(cutter.fields), [bytes(f) for f in files[:-1]]


@given(
    st.binary(max_size=3000), st.binary(max_size=400), st.lists(st.integers(1, 700), min_size=1, max_size=5),
    st.dictionaries(st.sampled_from(["draft", "go", "text"]), st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))),
)  # fmt: skip
@settings(deadline=None)
def test_however_it_comes_in_pieces_it_is_the_same_form(
    one: bytes, two: bytes, steps: list[int], fields: dict[str, str]
):
    if f"\r\n--{LINE}".encode() in one + two:
        return
    found, files = cut(form(fields, [("a.jpg", one), ("b.jpg", two)]), steps)
    assert (found, files) == (fields, [one, two])


@pytest.mark.parametrize(
    "near", [b"\r\n--", b"\r\n----tes", b"\r\n----tesX", b"--", b"\r\n----test".swapcase(), b"\r"]
)
def test_what_looks_nearly_like_a_boundary_is_content(near: bytes):
    data = b"\xff\xd8\xff" + near * 50
    for step in (1, 7, 4096):
        assert cut(form({"go": "add"}, [("a.jpg", data)]), [step]) == ({"go": "add"}, [data])


@pytest.mark.parametrize(
    "body",
    [
        b"no form at all",
        b"",
        form({"a": "b"}, [])[:-8],
        b"------test\r\nbroken",
        form({}, [("x", b"y")])[:60],
    ],
)
def test_what_is_no_whole_form_is_refused_and_breaks_nothing(body: bytes):
    cutter = Cutter(LINE.encode(), 1000)
    try:
        list(cutter.write(body))
    except Broken as error:
        assert error.status in (400, 413)
    else:
        assert not cutter.whole


def test_a_form_of_a_thousand_parts_or_of_too_many_words_is_too_much():
    with pytest.raises(Broken):
        cut(form({f"f{n}": "x" for n in range(1000)}, []), [4096])
    with pytest.raises(Broken):
        cut(form({"text": "x" * 70_000}, []), [4096])


def seen_by(seen: list):
    def application(environ, start):
        seen.append((environ["CONTENT_TYPE"], environ["wsgi.input"].read()))
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    return application


pytestmark = pytest.mark.django_db(transaction=True)


def pieces(body: bytes, size: int = 50_000) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


def test_the_application_gets_the_words_and_a_token_and_the_database_sealed_chunks(public):
    seen: list = []
    data = video(CHUNK * 3 + 7)
    body = form({"text": "señor 😀", "go": "add"}, [("clip.mp4", data)])
    assert through(shim_around(seen_by(seen)), "POST", "/tell/files/", pieces(body), MULTIPART) == (
        200,
        b"ok",
    )
    [(kind, small)] = seen
    assert kind.startswith("multipart/form-data") and len(small) < 2000 and "señor 😀".encode() in small
    token = small.split(b'name="upload"\r\n\r\n')[1].split(b"\r\n")[0].decode()
    [ticket] = adopting.opened([token])
    assert (ticket.size, ticket.name) == (len(data), "clip.mp4")
    assert adopting.check([ticket]) == {} and Chunk.objects.count() == 4
    assert data[100:140] not in b"".join(bytes(b) for b in Chunk.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("x.zip", b"PK\x03\x04" + b"0" * 300_000, b"kind:x.zip"), ("empty.jpg", b"", b"empty:empty.jpg"),
        ("big.mp4", video(25_100_000), b"too_large:big.mp4"), ("", b"", None),
    ],
    ids=["kind", "empty", "too large", "nothing"],
)  # fmt: skip
def test_a_fault_of_the_file_is_no_fault_of_the_form(public, name, data, said):
    seen: list = []
    status, _ = through(
        shim_around(seen_by(seen)),
        "POST",
        "/return/files",
        pieces(form({"text": "words"}, [(name, data)])),
        MULTIPART,
    )
    assert status == 200 and b"words" in seen[0][1]
    assert (said in seen[0][1]) if said else b"upload" not in seen[0][1]


def test_a_client_that_goes_away_in_the_middle_leaves_an_upload_that_nobody_adopts(public):
    seen: list = []
    body = form({"text": "words"}, [("a.mp4", video(CHUNK * 2))])
    assert through(
        shim_around(seen_by(seen)), "POST", "/tell/files/", [*pieces(body)[:7], None], MULTIPART
    ) == (0, b"")
    assert not seen and Upload.objects.count() == 1


def test_a_form_that_ends_before_its_end_is_refused(public):
    body = form({"text": "words"}, [("a.mp4", video(1000))])[:-20]
    assert through(shim_around(seen_by([])), "POST", "/tell/files/", [body], MULTIPART)[0] == 400


def test_more_than_a_tips_files_is_refused_before_it_is_sent(public):
    headers = {**MULTIPART, "Content-Length": "900000000"}
    assert through(shim_around(seen_by([])), "POST", "/tell/files/", [], headers)[0] == 413


def test_an_announced_length_buys_no_time_that_no_bytes_fill():
    slow, steady = Pace(), Pace()
    for _ in range(10):
        steady.came(SLOWEST * 5, 5.0)
    with pytest.raises(TimeoutError):
        for _ in range(10):
            slow.came(100, 5.0)


def test_words_without_a_file_go_through_as_they_are(public):
    seen: list = []
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (
        through(shim_around(seen_by(seen)), "POST", "/tell/files/", [b"text=a", b"&go=send"], headers)[0]
        == 200
    )
    assert seen == [("application/x-www-form-urlencoded", b"text=a&go=send")]


def test_a_chunk_may_be_larger_than_words_and_words_may_not(public):
    shim = shim_around(seen_by([]))
    headers = {"Content-Type": "application/octet-stream"}
    assert through(shim, "PUT", "/api/v1/uploads/0", pieces(b"x" * CHUNK), headers)[0] == 200
    assert through(shim, "PUT", "/api/v1/uploads/0", pieces(b"x" * (CHUNK + 1)), headers)[0] == 413
    assert through(shim, "POST", "/tell/", pieces(b"x" * 70_000), headers)[0] == 413


def test_words_go_past_any_number_of_files_that_drip_or_wait_for_a_thread():
    """Fifty clients drip a chunk, thirty have sent theirs and hold the lane's two threads: a report is answered at once."""
    hold, inside = threading.Event(), []

    def application(environ, start):
        if environ["PATH_INFO"].startswith("/api/v1/uploads/"):
            inside.append(1)
            assert hold.wait(10)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    from upstander.evidence.lanes import lanes
    from upstander.ops.refusals import page

    shim = Shim(application, page, limits=Limits(threads=4), lanes=lanes())

    async def ask(path: str, body: bytes | None) -> int:
        sent: list = []
        messages = [{"type": "http.request", "body": body, "more_body": False}] if body is not None else []

        async def receive():
            if not messages:
                await asyncio.Event().wait()
            return messages.pop()

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "PUT",
            "path": path,
            "query_string": b"",
            "headers": [],
        }
        await shim(scope, receive, send)
        return sent[0]["status"]

    async def crowd() -> list[int]:
        dripping = [asyncio.create_task(ask("/api/v1/uploads/1", None)) for _ in range(50)]
        waiting = [asyncio.create_task(ask("/api/v1/uploads/1", b"x" * 9)) for _ in range(30)]
        while len(inside) < 2:
            await asyncio.sleep(0.01)
        try:
            said = [await asyncio.wait_for(ask("/api/v1/tips", b"{}"), 5) for _ in range(5)]
            assert len(inside) == 2, "two threads, and no more, are for files"
        finally:
            hold.set()
        assert await asyncio.gather(*waiting) == [200] * 30
        for task in dripping:
            task.cancel()
        await asyncio.gather(*dripping, return_exceptions=True)
        return said

    assert asyncio.run(crowd()) == [200] * 5


def test_when_all_places_of_the_lane_are_taken_the_next_is_told_to_try_again():
    from upstander.evidence.lanes import lanes
    from upstander.ops.refusals import page

    lane = lanes()[0]
    shim = Shim(seen_by([]), page, lanes=[lane])
    lane._inside = 200
    status, body = through(shim, "PUT", "/api/v1/uploads/0", [b"x"], {})
    assert status == 503 and json.loads(body)
    assert through(shim, "POST", "/api/v1/tips", [b"x"], {"Content-Type": "application/json"})[0] == 200


def test_words_are_sent_while_slow_files_hold_every_place():
    """The last page and the dialogue are sent to the address of files; whoever holds all its places stops no words."""
    from upstander.evidence.lanes import lanes
    from upstander.ops.refusals import page

    seen = []
    shim = Shim(seen_by(seen), page, lanes=lanes())
    for lane in shim._lanes:
        lane._inside = 200
    words = form({"draft": "x", "go": "send"}, [("", b"")])
    told = {**MULTIPART, "Content-Length": str(len(words))}
    for path in ("/tell/files/", "/return/files/"):
        assert through(shim, "POST", path, [words], told)[0] == 200
        assert through(shim, "GET", path, [b""], {"Content-Type": ""})[0] == 200
    assert len(seen) == 4


@pytest.mark.parametrize("path", ["/tell/files/", "/return/files/"])
def test_words_that_come_with_a_file_are_sent_while_every_place_is_held_and_the_file_is_not(public, path):
    """Without JavaScript words and picture are one form: the words may be a child's who is in danger."""
    from upstander.evidence.lanes import lanes
    from upstander.ops.refusals import page

    seen: list = []
    shim = Shim(seen_by(seen), page, lanes=lanes())
    for lane in shim._lanes:
        lane._inside = 200
    body = form({"text": "He is outside my door"}, [("clip.mp4", video(CHUNK * 3)), ("", b"")])
    told = {**MULTIPART, "Content-Length": str(len(body))}
    assert through(shim, "POST", path, pieces(body), told) == (200, b"ok")
    [(_kind, small)] = seen
    assert (
        b"He is outside my door" in small and small.count(b"upload_fault") == 1 and b"full:clip.mp4" in small
    )
    assert Upload.objects.count() == Chunk.objects.count() == 0
    assert all(lane._inside == 200 for lane in shim._lanes)


class Voicebox:
    """An application at the desk that says who works here, and keeps what its form brought."""

    def __init__(self, status: str) -> None:
        self.status, self.bodies = status, []

    def __call__(self, environ, start):
        if environ["PATH_INFO"] == "/live-allowed":
            start(self.status, [])
            return [b""]
        self.bodies.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b"taken"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("status", "tokens", "chunks"), [("204 No Content", 1, 3), ("302 Found", 0, 0)])
def test_at_the_desk_a_voicemail_is_sealed_as_it_comes_of_whoever_is_signed_in(status, tokens, chunks):
    app = Voicebox(status)
    shim = Shim(app, page, limits=Limits(threads=2), lanes=at_the_desk())
    body = form({"phone": "217-555-0144"}, [("msg.wav", b"RIFF\0\0\0\0WAVE" + b"s" * 600_000)])
    parts = [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
    status_, _answer = through(
        shim, "POST", "/enter/voicemail/", parts, MULTIPART | {"Content-Length": str(len(body))}
    )
    assert status_ == 200 and len(app.bodies[0]) < 3_000, "words and a token: never the file"
    assert b"217-555-0144" in app.bodies[0] and app.bodies[0].count(b'name="upload"') == tokens
    assert Chunk.objects.count() == chunks
