"""A person who reads a page and presses its buttons, without JavaScript and without cookies."""

import re
from html import unescape
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

BLOCKS = {
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "dt",
    "dd",
    "label",
    "legend",
    "summary",
    "button",
    "option",
    "div",
    "span",
}


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.action = ""
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.action = a["action"]
        elif tag == "input":
            checked = a.get("type") not in ("radio", "checkbox") or "checked" in a
            if "name" in a and checked:
                self.fields[a["name"]] = a.get("value", "")
        elif tag == "textarea":
            self._area = a["name"]
            self.fields[self._area] = ""
        elif tag == "select":
            self._select = a["name"]
            self.fields[self._select] = ""
        elif tag == "option" and "selected" in a:
            self.fields[self._select] = a["value"]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""


class Reader:
    """The page that is open. `press` sends its form as a browser would and opens the answer."""

    def __init__(self, client: Client, path: str, **headers: str) -> None:
        self.client, self.headers = client, headers
        self._show(client.get(path, headers=headers))

    def _show(self, response: HttpResponse) -> None:
        self.response, self.status = response, response.status_code
        self.html = response.content.decode()
        form = _Form()
        form.feed(self.html)
        self.fields, self.action = form.fields, form.action

    @property
    def text(self) -> str:
        """What stands on the page for people."""
        body = re.sub(r"(?s)<(script|style)\b.*?</\1>|<title>.*?</title>", " ", self.html)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body))).strip()

    def heading(self) -> str:
        """The words of the first heading."""
        return re.sub(r"<[^>]+>", "", unescape(re.search(r"(?s)<h1[^>]*>(.*?)</h1>", self.html)[1])).strip()

    def press(self, go: str, **typed: str) -> "Reader":
        """Type into fields and press the button with this value."""
        self._show(self.client.post(self.action, self.fields | typed | {"go": go}, headers=self.headers))
        return self

    def sentences(self) -> list[str]:
        """What stands in <main>, block by block."""
        main = re.search(r"(?s)<main.*?</main>", self.html)[0]
        main = re.sub(r"(?s)<(textarea|select)\b.*?</\1>", "", main)
        blocks = re.split(
            r"(?i)</?(?:p|li|h\d|dt|dd|label|legend|summary|button|div|ul|ol|a class)[^>]*>", main
        )
        lines = (re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", block))).strip() for block in blocks)
        return [line for line in lines if line]
