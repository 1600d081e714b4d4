"""Somebody with a browser that runs no scripts: opens pages over HTTP, fills in forms, presses buttons, keeps cookies.

    page = Visitor("http://127.0.0.1:8000").open("/tell/")
    page = page.press("no").fill(text="They wait for him at the bus.").press("next")

A visitor comes from a loopback address of their own (`source`) and names a browser (`agent`), so that a test can look for both
where neither may be.
"""

import http.client
import secrets
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

_UNPRESSED = ("submit", "button", "image", "reset", "file")


@dataclass
class Button:
    """What pressing it adds to the form, and where it sends it instead of where the form says."""

    name: str
    value: str
    words: str = ""
    action: str = ""


@dataclass
class Form:
    """A form as a browser without scripts would send it."""

    action: str
    method: str = "get"
    kind: str = "application/x-www-form-urlencoded"
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


class _Forms(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select = ""
        self._first: str | None = None
        self._button: Button | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._form = Form(a.get("action", ""), a.get("method", "get").lower(), a.get("enctype", Form.kind))
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "input" and "name" in a:
            self._input(self._form, a)
        elif tag == "textarea":
            self._form.names.add(a["name"])
            self._form.fields.append((a["name"], ""))
            self._area = a["name"]
        elif tag == "select":
            self._form.names.add(a["name"])
            self._select, self._first = a["name"], None
        elif tag == "option" and self._select:
            if "selected" in a or self._first is None:
                self._first = a.get("value", "")
        elif tag == "button":
            self._button = Button(a.get("name", ""), a.get("value", ""), action=a.get("formaction", ""))
            self._form.buttons.append(self._button)
            self._form.names.add(self._button.name)

    @staticmethod
    def _input(form: Form, a: dict[str, str]) -> None:
        kind = a.get("type", "text")
        form.names.add(a["name"])
        if kind in _UNPRESSED or (kind in ("radio", "checkbox") and "checked" not in a):
            return
        form.fields.append((a["name"], a.get("value", "on" if kind in ("radio", "checkbox") else "")))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            name, before = self._form.fields[-1]
            self._form.fields[-1] = (name, before + data)
        elif self._button is not None:
            self._button.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "textarea" and self._form is not None and self._area is not None:
            name, typed = self._form.fields[-1]
            self._form.fields[-1] = (name, typed.removeprefix("\n"))
            self._area = None
        elif tag == "select" and self._form is not None and self._select:
            if self._first is not None:
                self._form.fields.append((self._select, self._first))
            self._select = ""


class Page:
    """An answer, with its forms. `fill` types into the forms that have the field; `press` sends the form of the button."""

    def __init__(self, visitor: "Visitor", url: str, status: int, body: bytes) -> None:
        self.visitor, self.url, self.status, self.body = visitor, url, status, body
        self.html = body.decode(errors="replace")
        found = _Forms()
        found.feed(self.html)
        self.forms = found.forms

    def __contains__(self, words: str) -> bool:
        return words in unescape(self.html)

    def form(self, *fields: str, action: str = "") -> Form:
        """The first form with all these fields whose path ends with that of `action`; AssertionError where there is none."""
        for found in self.forms:
            if set(fields) <= found.names and urlsplit(found.action).path.endswith(urlsplit(action).path):
                return found
        raise AssertionError(f"no form with {fields} {action!r} at {self.url} ({self.status}): {self.html[:3000]}")

    def fill(self, **typed: str) -> Self:
        """Type into every form that has the field; AssertionError where none has."""
        for name, value in typed.items():
            assert any(name in f.names for f in self.forms), f"no field {name} at {self.url}: {self.html[:3000]}"
            for one in self.forms:
                if name in one.names:
                    one.fields = [(n, v) for n, v in one.fields if n != name] + [(name, value)]
        return self

    def press(self, value: str) -> "Page":
        """Press the button that has this value, or these words on it."""
        for one in self.forms:
            for button in one.buttons:
                if value in (button.value, " ".join(button.words.split())):
                    return self.send(one, button)
        raise AssertionError(f"no button {value!r} at {self.url}: {[f.buttons for f in self.forms]}")

    def submit(self, *fields: str, action: str = "", **typed: str | list[str]) -> "Page":
        """Fill in and send the form that has these fields (a button's name is one), as the Enter key or that button does."""
        one = self.form(*fields, *typed, action=action)
        for name, value in typed.items():
            values = value if isinstance(value, list) else [value]
            one.fields = [(n, v) for n, v in one.fields if n != name] + [(name, v) for v in values]
        return self.send(one)

    def send(self, form: Form, button: Button | None = None) -> "Page":
        """Send `form` as it stands."""
        fields = list(form.fields)
        if button is not None and button.name:
            fields.append((button.name, button.value))
        # The part of the page to go to (`#reply`) is the browser's own business: no server is asked for it.
        action = urldefrag(urljoin(self.url, (button.action if button else "") or form.action or self.url)).url
        if form.method == "get":
            return self.visitor.open(f"{action}?{urlencode(fields)}")
        if form.kind == "multipart/form-data":
            return self.visitor.send("POST", action, *multipart(fields), referer=self.url)
        return self.visitor.send("POST", action, urlencode(fields).encode(), form.kind, referer=self.url)


def multipart(fields: list[tuple[str, str]]) -> tuple[bytes, str]:
    """A body as `enctype=multipart/form-data` makes it, and its content type."""
    boundary = f"----visitor{secrets.token_hex(8)}"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode(), f"multipart/form-data; boundary={boundary}"


class Visitor:
    """One browser: its cookies, where it comes from, what it calls itself, and headers that it always sends."""

    def __init__(self, origin: str, *, source: str = "127.0.0.1", agent: str = "Visitor/1", **headers: str) -> None:
        self.origin, self.source = origin, source
        self.headers = {"User-Agent": agent} | {k.replace("_", "-"): v for k, v in headers.items()}
        self.cookies: dict[str, str] = {}

    def open(self, path: str) -> Page:
        """Go to a page of the origin (or to a whole address), following redirects."""
        return self.send("GET", urljoin(self.origin, path))

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", *, referer: str = "", **headers: str
    ) -> Page:
        """One request; a redirect is followed as a browser does."""
        url = urljoin(self.origin, path)
        for _ in range(6):
            given = self.headers | {k.replace("_", "-"): v for k, v in headers.items()}
            if self.cookies:
                given["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
            if method == "POST":
                parts = urlsplit(url)
                given |= {"Origin": f"{parts.scheme}://{parts.netloc}"} | ({"Content-Type": kind} if kind else {})
            if referer:
                given["Referer"] = referer
            page, goes_to = self._once(method, url, body, given)
            if not goes_to:
                return page
            method, url, body, kind = "GET", urljoin(url, goes_to), None, ""
        raise AssertionError(f"redirected in a circle: {url}")

    def _once(self, method: str, url: str, body: bytes | None, headers: dict[str, str]) -> tuple[Page, str]:
        parts = urlsplit(url)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60, source_address=(self.source, 0))
        try:
            line.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(value).items()}
        goes_to = answer.headers.get("Location", "") if answer.status in (301, 302, 303) else ""
        return Page(self, url, answer.status, content), goes_to
