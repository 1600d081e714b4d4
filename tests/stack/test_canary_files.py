"""A file's content and its name stand nowhere in clear: from the first chunk to the package that is handed over.

The real house: chunks by the app's door, a form without scripts that is streamed, a look at the desk, a press, a hand-over under
a passphrase. Then everything that lies on a disk is searched, while the house runs.
"""

import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import psycopg
import pyrage
import pytest

from tests.stack import covered
from tests.stack.acts import signed_in
from tests.stack.carried import picture
from tests.stack.harness import Stack, until
from tests.stack.test_canary import _dump
from tests.support.brood import Brood, below
from tests.support.visitor import Page, Visitor

CHUNK = 262_144


@dataclass
class Sent:
    """What was sent, and what it became."""

    brood: Brood = field(default_factory=Brood)
    pictures: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    phrase: str = ""
    package: bytes = b""


def ask(stack: Stack, method: str, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    return stack.ask("public", method, path, body, **headers)


def by_app(stack: Stack, sent: Sent) -> None:
    """A video of three chunks, one of them sent twice, with a report."""
    word = sent.brood.word("content of a video")
    data = b"\x00\x00\x00\x18ftypmp42" + (word * 30_000).encode()
    told = json.dumps({"size": len(data), "name": f"{sent.brood.word('name of a video')}.mp4"}).encode()
    status, answer = ask(stack, "POST", "/api/v1/uploads", told, Content_Type="application/json")
    assert status == 201, answer
    token = json.loads(answer)["upload"]
    for n in (2, 0, 0, 1):
        given = {"Authorization": f"Upload {token}", "Content_Type": "application/octet-stream"}
        status, answer = ask(stack, "PUT", f"/api/v1/uploads/{n}", data[n * CHUNK : (n + 1) * CHUNK], **given)
        assert status == 204, (n, status, answer)
    body = json.dumps({"text": "A video", "attachments": [token]}).encode()
    given = {"Content_Type": "application/json", "Idempotency_Key": secrets.token_urlsafe(24)}
    status, answer = ask(stack, "POST", "/api/v1/tips", body, **given)
    assert status == 201, answer
    sent.numbers["video"] = json.loads(answer)["tip_number"]


def by_form(stack: Stack, sent: Sent) -> None:
    """A picture with the last page of the form, without scripts."""
    page = (
        Visitor(stack.public)
        .open("/tell/")
        .press("No, but I am worried")
        .fill(text="A picture")
        .press("next")
    )
    page = page.press("next").press("next").press("next")
    data = picture(sent.brood.word("content of a picture"))
    page = with_file(page, "send", f"{sent.brood.word('name of a picture')}.jpg", data + bytes(400_000))
    assert page.status == 200 and "Received" in page, page.html[-3000:]
    found = re.search(r'class="nowrap">([0-9A-Z-]{12})<', page.html)
    assert found
    sent.numbers["picture"] = found[1]


def with_file(page: Page, go: str, name: str, data: bytes) -> Page:
    """Press a button of the page's form with a file chosen, as a browser without scripts sends it."""
    form, line = page.form("file"), f"----visitor{secrets.token_hex(8)}"
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
        for n, v in [*form.fields, ("go", go)]
    ]
    head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = b"".join([*parts, head.encode(), data, f"\r\n--{line}--\r\n".encode()])
    return page.visitor.send(
        "POST", form.action, body, f"multipart/form-data; boundary={line}", referer=page.url
    )


def at_the_desk(stack: Stack, sent: Sent) -> None:
    """One look at the picture, then both files are sealed, and the video is ordered for an agency."""
    desk = signed_in(stack.desk, "casey")
    for kind in ("picture", "video"):
        page = until(
            lambda kind=kind: _hashed(desk.open(f"/tip/{sent.numbers[kind]}/")),
            60,
            "the worker has hashed it",
        )
        assert sent.brood.stem in page.html, "its name is shown to whoever may see it"
        if kind == "picture":
            seen = page.submit(
                "reason", action="/look/", reason=f"I must know {sent.brood.word('reason of a look')}"
            )
            assert seen.status == 200 and "data:image/jpeg" in seen.html and sent.brood.stem not in seen.html
        sealed = page.submit("ground", action="/seal/", ground="suspected")
        assert sealed.status == 200 and sent.brood.stem not in sealed.html, "and no more when it is sealed"
    keeper = signed_in(stack.desk, "avery")
    row = re.search(
        rf'href="(/evidence/[0-9a-f-]+/)">{sent.numbers["video"]}', keeper.open("/evidence/").html
    )
    assert row
    w = sent.brood.word
    page = keeper.open(row[1]).submit(
        "agency",
        action="/hand-over/",
        agency=w("agency"),
        officer=w("officer"),
        reference=w("case number"),
        key="",
    )
    found = re.search(r'class="spoken">([0-9A-Z-]+)<', page.html)
    assert found, page.html[-3000:]
    sent.phrase = sent.brood.also(found[1], "passphrase")
    page = until(lambda: _packed(keeper.open(row[1])), 60, "the package is made")
    sent.package = downloaded(stack, page)
    asked = keeper.open(row[1]).submit(
        "reason",
        action="/destroy/",
        agency=w("destruction: agency"),
        officer=w("destruction: officer"),
        reference=w("destruction: case number"),
        reason=w("destruction: what they wrote"),
    )
    assert asked.status == 200, asked.html[-3000:]


def downloaded(stack: Stack, page: Page) -> bytes:
    """What the button of the package gives: no page, so it is asked for as it is."""
    form = page.form(action="/package/")
    cookies = "; ".join(f"{name}={value}" for name, value in page.visitor.cookies.items())
    status, body = stack.ask(
        "desk", "POST", form.action, urlencode(form.fields).encode(), Content_Type=form.kind, Cookie=cookies, Origin=stack.desk,
        Host=stack.desk.removeprefix("http://"),
    )  # fmt: skip
    assert status == 200, status
    return body


def _hashed(page: Page) -> Page | None:
    return page if "SHA-256" in page.html else None


def _packed(page: Page) -> Page | None:
    assert "No package could be made" not in page.html
    return page if "The package is ready" in page.html else None


@pytest.fixture(scope="module")
def sent(stack: Stack) -> Iterator[Sent]:
    """Everything has been sent, looked at, sealed and packed."""
    found = Sent()
    by_app(stack, found)
    by_form(stack, found)
    at_the_desk(stack, found)
    yield found


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_agency_opens_what_the_reporter_sent(sent: Sent):
    plain = pyrage.passphrase.decrypt(sent.package, sent.phrase)
    assert sent.brood.hits([("package", plain)]), "the search finds it where it may be"
    assert not sent.brood.hits([("package", sent.package)])


@pytest.mark.req("D-IV.A.2.c.5")
def test_every_sealed_column_of_a_file_has_been_written(sent: Sent, stack: Stack):
    assert covered.unwritten(covered.FILES, sent.brood) == []
    with psycopg.connect(stack.dsn("owner"), autocommit=True) as line:
        assert covered.empty(covered.FILES, line) == []


@pytest.mark.req("D-IV.A.2.c.5")
def test_nothing_of_a_file_lies_on_the_disk(sent: Sent, stack: Stack):
    assert not sent.brood.hits(below(stack.data))


def test_nothing_of_a_file_stands_in_a_dump(sent: Sent, stack: Stack):
    try:
        dump = _dump(stack, "--inserts")
    except subprocess.CalledProcessError as error:
        raise AssertionError(error.stderr) from None
    assert b"evidence_chunk" in dump and not sent.brood.hits([("dump", dump)])


@pytest.mark.req("D-IV.A.2.c.5")
@pytest.mark.parametrize(
    "login", ["public", "desk", "school", "worker", "relay", "events", "sealer", "custody"]
)
def test_no_login_of_the_house_reads_a_chunk_of_what_is_sealed_and_packed(
    sent: Sent, stack: Stack, login: str
):
    with psycopg.connect(stack.dsn(login), autocommit=True) as line:
        try:
            rows = line.execute(
                "SELECT c.body FROM evidence_chunk c WHERE c.file_id IN (SELECT id FROM evidence_file WHERE state = 'sealed')"
            ).fetchall()
        except psycopg.errors.InsufficientPrivilege:
            rows = []
        assert rows == []
