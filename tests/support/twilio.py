"""Twilio, as far as a house meets it: requests that it signs, and an API that takes texts."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from upstander.inbound.doors import Request


def signed(
    base: str, path: str, form: Mapping[str, str], token: str, query: str = "", then: Mapping[str, str] | None = None
) -> Request:
    """A request as Twilio signs it; `then`: what somebody changed on the way."""
    url = f"{base}{path}{'?' if query else ''}{query}"
    said = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
    body = urlencode({**form, **(then or {})}).encode()
    return Request(path, query.encode(), {"x-twilio-signature": mac}, body)


@dataclass(frozen=True)
class Kept:
    """What lies at an address: a status, the content, a place to go on to; `cut`: the line breaks after so many bytes."""

    status: int = 200
    content: bytes = b""
    location: str = ""
    cut: int | None = None


class Twilio:
    """The API, on loopback. `answer` is what it says to the next texts: a status and an error's code. `media` is what it keeps of
    what came with texts, by path; `asked` says what was asked for, with which login.
    """

    def __init__(self) -> None:
        self.texts: list[dict[str, str]] = []
        self.logins: list[str] = []
        self.answer: tuple[int, int] = (201, 0)
        self.media: dict[str, Kept] = {}
        self.asked: list[tuple[str, str]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                api.logins.append(base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode())
                status, code = api.answer
                if status == 201:
                    api.texts.append({"path": self.path, **dict(parse_qsl(body))})
                said = json.dumps({"sid": "SM1"} if status == 201 else {"code": code}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def do_GET(self) -> None:
                login = self.headers.get("Authorization", "").removeprefix("Basic ")
                api.asked.append((self.path, base64.b64decode(login).decode()))
                kept = api.media.get(self.path, Kept(404))
                self.send_response(kept.status)
                if kept.location:
                    self.send_header("Location", kept.location)
                self.send_header("Content-Length", str(len(kept.content)))
                self.end_headers()
                self.wfile.write(kept.content[: kept.cut])
                self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
