"""The small web site before which the browser tests stand: our pages, and what their scripts talk to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django import forms
from django.template import Context, Template

from upstander.web.middleware import SECURITY_HEADERS

STATIC = Path(__file__).resolve().parents[2] / "src" / "upstander" / "web" / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ico": "image/x-icon"}
SCHOOLS = [
    {"id": "1", "name": "Lincoln Elementary", "city": "Payson", "district": "Payson CUSD 1"},
    {"id": "2", "name": "Lincoln Elementary", "city": "Quincy", "district": "Quincy SD 172"},
]
REPORT = """{% extends "upstander/public_base.html" %}{% load ui %}{% block content %}<h1>Report</h1>
{% field form.school data_picker_url=url data_picker_value="#sid" data_picker_many="{n} found" %}
<input type="hidden" id="sid">
<form method="post" action="/sent"><button class="usa-button">Next</button></form>
{% receipt "K7F2-9QXM-3TB4-W8RD" %}{% endblock %}"""
DESK = """{% extends "upstander/staff_base.html" %}{% block content %}<h1 data-count="3">Desk</h1>
<div hx-get="/fragment" hx-trigger="live:queue from:body" hx-swap="morph:innerHTML">
<p id="swaps">first</p><input id="typed" value="server"></div>
<button data-key="j" data-key-label="Judge" id="judge">J</button><textarea data-key="w" id="words"></textarea>
{% endblock %}"""


class SchoolForm(forms.Form):
    school = forms.CharField(label="Which school?")


class Site:
    """What the pages talk to; `line` is how the live line behaves."""

    line = "ok"
    event = ""
    swaps = 0
    sent = 0

    def end(self) -> None:
        """Let every request that still hangs come to its end."""
        self.line = "over"


class Visit(BaseHTTPRequestHandler):
    """One request: a static file, a page, a part of one, the live line, or what a form or the picker sends."""

    def __init__(self, site: Site, *connection: Any) -> None:
        self.site = site
        super().__init__(*connection)

    def log_message(self, *args: object) -> None:
        """Nothing: pytest shows what failed."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/static/"):
            self.file(STATIC / path.removeprefix("/static/"))
        elif path == "/fragment":
            self.fragment()
        elif path == "/live/":
            self.live()
        else:
            self.page(DESK if path == "/desk" else REPORT)

    def do_POST(self) -> None:
        if self.path == "/sent":
            self.site.sent += 1
            self.answer("text/html", b"<h1>Sent</h1>")
        else:
            self.schools()

    def file(self, path: Path) -> None:
        self.answer(KINDS[path.suffix], path.read_bytes())

    def page(self, source: str) -> None:
        known = {"form": SchoolForm(), "live_url": "/live/", "url": "/api/v1/schools"}
        self.answer("text/html; charset=utf-8", Template(source).render(Context(known)).encode())

    def fragment(self) -> None:
        self.site.swaps += 1
        text = f'<p id="swaps">swap {self.site.swaps}</p><input id="typed" value="server">'
        self.answer("text/html", text.encode())

    def schools(self) -> None:
        """The picker's source: what was typed comes in the body, never in the address."""
        assert self.path == "/api/v1/schools"
        assert self.rfile.read(int(self.headers["Content-Length"])).startswith(b"q=")
        self.answer("application/json", json.dumps({"schools": SCHOOLS}).encode())

    def live(self) -> None:
        """The live line, for as long as it behaves as it did when it began; half-open it stands and says nothing."""
        self.begin("text/event-stream")
        begun_as = self.site.line
        while self.site.line == begun_as:
            if begun_as == "ok":
                text, self.site.event = self.site.event or "event: heartbeat\ndata: {}\n\n", ""
                try:
                    self.wfile.write(text.encode())
                    self.wfile.flush()
                except OSError:  # the page was left
                    return
            time.sleep(0.2)

    def answer(self, kind: str, body: bytes) -> None:
        self.begin(kind)
        self.wfile.write(body)

    def begin(self, kind: str) -> None:
        """The head of an answer, with the security headers of the real ones."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        for name, value in SECURITY_HEADERS:
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def served(site: Site, visit: type[Visit] = Visit) -> Iterator[str]:
    """The address of a site, until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(visit, site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        site.end()
        server.shutdown()
