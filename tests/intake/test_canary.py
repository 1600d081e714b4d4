"""What a reporter wrote stands nowhere in clear: not in rows, logs, files or a dump; and neither does the reporter's device."""

import base64
import json
import logging

import pytest
from django.db import connection

from tests.intake.reader import Reader
from tests.intake.test_receive import every_row
from tests.support.canary import Search, canary, spellings
from upstander.intake import queries, worker
from upstander.intake.models import Tip
from upstander.intake.services import say
from upstander.ops import pgbin
from upstander.ops.logs import ContentFree


@pytest.mark.parametrize("shift", range(3))
def test_a_word_is_found_in_every_spelling(tmp_path, shift):
    word, neighbour = canary(), b"x" * shift
    hidden = {
        "utf8": word.encode(), "utf16le": word.encode("utf-16-le"), "utf16be": word.encode("utf-16-be"),
        "hex": (neighbour + word.encode() + b"yy").hex().encode(), "json": json.dumps({"a": word}).encode(),
        "base64": base64.b64encode(neighbour + word.encode() + b"yyy"),
        "base64url": base64.urlsafe_b64encode(neighbour + word.encode("utf-16-le") + b"y"),
        "url": b"q=" + word.replace("ñ", "%C3%B1").encode(), word: b"nothing",
    }  # fmt: skip
    for name, content in hidden.items():
        folder = tmp_path / name.replace(word, "named")
        folder.mkdir()
        (folder / (word if name == word else "file")).write_bytes(b"before " + content + b" after")
        assert Search([word]).folder(folder).report([word]), name
    assert not Search([canary()]).folder(tmp_path).report([word])


def test_a_word_that_lies_across_two_chunks_is_found():
    word = canary()
    raw = word.encode()
    assert Search([word]).data([raw[:7], raw[7:]], "stream").found(word)


def test_the_spellings_of_one_word_are_not_those_of_another():
    assert not set(spellings(canary())) & set(spellings(canary()))


AGENT, ADDRESS = "zebra-agent/1.0", "203.0.113.77"


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("D-II.F")
def test_no_word_and_no_trace_of_the_device_is_kept_anywhere(web, caplog, monkeypatch, settings):
    caplog.set_level(logging.DEBUG)
    lines: list[str] = []
    monkeypatch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers, _Kept(lines)])
    words = {
        name: canary()
        for name in ("text", "place", "who", "when", "name", "reply", "note", "api", "desk", "mail")
    }
    web.defaults |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT, "HTTP_X_FORWARDED_FOR": ADDRESS}
    page = Reader(web, "/tell/").press("next", danger="no").press("next", text=words["text"])
    page.press("next", place_text=words["place"]).press("next", who=words["who"], when=words["when"])
    page.press("next", name=words["name"], email=f"{words['mail']}@example.org").press("send")
    page.press("news").press("reply", text=words["reply"])
    web.post("/api/v1/tips", json.dumps({"text": words["api"]}), content_type="application/json",
             headers={"Idempotency-Key": "k" * 11 + "-" * 11})  # fmt: skip
    tip = Tip.objects.order_by("running").first()
    say(tip.id, "note", words["note"], account_id=1)
    say(tip.id, "desk", words["desk"], account_id=1)
    worker.tokenise()
    assert [row.number for row in queries.search(words["note"])] == [tip.number]
    Reader(web, "/no-such-page/")
    control, everything = "intake.received", [*words.values(), AGENT, ADDRESS]
    leaks = Search([*everything, control])
    leaks.data([every_row()], "tables").data([caplog.text.encode()], "log records")
    leaks.data(["\n".join(lines).encode()], "log lines")
    leaks.dump(_url(), str(pgbin.programs(pgbin.run_as()) / "pg_dump"))  # the wheel's: as new as any server
    assert leaks.found(control), "the search itself works"
    assert not leaks.report(everything)


class _Kept(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(ContentFree())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


def _url() -> str:
    s = connection.settings_dict
    login = f"{s['USER']}:{s['PASSWORD']}"
    return f"postgresql://{login}@:{s['PORT']}/{s['NAME']}?host={s['HOST']}"
