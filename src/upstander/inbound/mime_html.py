"""HTML as the words a person reads: nothing is rendered, fetched or run.

It is gone through once, from tag to tag. The parser of Python's library is not used for that: with `<a <a <a ...` it takes time
that grows with the square of the length, and some markup makes it raise.
"""

import html
import re

from upstander.inbound.mime_words import plain

MOST = 1_000_000  # characters of HTML that are read

_UNSEEN = frozenset(("script", "style", "title", "template"))
_APART = frozenset(
    "address article aside blockquote center dl fieldset figure footer form header main nav ol p pre table ul".split()
)
_LINES = frozenset("br caption dd div dt h1 h2 h3 h4 h5 h6 hr li section tr".split())
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_SHOWN = {
    name: re.compile(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
    for name in ("href", "alt")
}
_TOO_LONG = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_BLANKS = re.compile(r"[ \t\u00a0\u200b\u200c\ufeff\u00ad\u034f]+")
_SPACE = re.compile(r"\s+")
_MANY = re.compile(r"\n{3,}")


def text_of(source: str) -> str:
    """The words of `source`. What a style hides is among them: better some noise than words lost."""
    reader = _Reader(source[:MOST])
    reader.read()
    lines = (_BLANKS.sub(" ", line).strip() for line in plain("".join(reader.out)).split("\n"))
    return _MANY.sub("\n\n", "\n".join(lines)).strip()


class _Reader:
    def __init__(self, source: str) -> None:
        self._html, self._small = source, source.lower()
        self.out: list[str] = []
        self._nowhere: set[str] = set()  # what was looked for and stands nowhere behind
        self._quoted = 0
        self._pre = 0
        self._link: tuple[str, int] | None = (
            None  # where it leads, and how much had been said before its words
        )

    def read(self) -> None:
        """Go from tag to tag; where no more tag ends, the rest is words."""
        at = 0
        while ">" not in self._nowhere and (start := self._html.find("<", at)) >= 0:
            self._words(at, start)
            at = self._markup(start)
        self._words(at, len(self._html))

    def _markup(self, start: int) -> int:
        """What begins with `<` at `start`; where it ends."""
        if self._html.startswith("<!--", start) and (end := self._find("-->", start + 2)) >= 0:
            return end + 3
        if self._html[start + 1 : start + 2] in ("!", "?"):
            return self._find(">", start) + 1 or start + 1
        name = _TAG.match(self._html, start + 1)
        end = self._find(">", start) if name else -1
        if not name or end < 0:
            self._say("<")
            return start + 1
        tag = name[2].lower()
        if name[1]:
            self._closes(tag)
        elif tag in _UNSEEN:
            closing = self._find(f"</{tag}", end)
            return closing if closing >= 0 else end + 1
        else:
            self._opens(tag, self._html[name.end() : min(end, name.end() + 4000)])
        return end + 1

    def _find(self, what: str, at: int) -> int:
        found = -1 if what in self._nowhere else self._small.find(what, at)
        if found < 0:
            self._nowhere.add(what)
        return found

    def _opens(self, tag: str, given: str) -> None:
        self._lines(tag)
        if tag == "li":
            self._say("- ")
        elif tag in ("td", "th"):
            self._say(" ")
        elif tag == "img":
            self._say(_value(given, "alt"))
        elif tag == "a":
            self._link = (_value(given, "href") if "=" in given else "", len(self.out))
        elif tag == "blockquote":
            self._quoted += 1
        elif tag == "pre":
            self._pre += 1

    def _closes(self, tag: str) -> None:
        if tag == "a" and self._link:
            self._say_link(*self._link)
            self._link = None
        self._lines(tag)
        self._quoted = max(0, self._quoted - (tag == "blockquote"))
        self._pre = max(0, self._pre - (tag == "pre"))

    def _lines(self, tag: str) -> None:
        """A tag that begins or ends a line, or a paragraph."""
        if tag == "br":
            self.out.append("\n")
        elif tag in _APART or tag in _LINES:
            wanted = 2 if tag in _APART else 1
            there = "".join(self.out[-2:])
            if there:
                self.out.append("\n" * (wanted - (len(there) - len(there.rstrip("\n")))))

    def _words(self, start: int, end: int) -> None:
        if start < end:
            words = html.unescape(_TOO_LONG.sub("\ufffd", self._html[start:end]))
            self._say(words if self._pre else _SPACE.sub(" ", words))

    def _say_link(self, href: str, since: int) -> None:
        """Where a link leads, where its words do not say it: as text, never as a link."""
        bare = href.strip().partition(":")[2].strip("/")
        said = "".join(self.out[since : since + 10])
        if href.strip().lower().startswith(("http://", "https://", "mailto:")) and bare and bare not in said:
            self._say(f" <{href.strip()[:500]}>")

    def _say(self, words: str) -> None:
        if self._quoted and words.strip() and (not self.out or "".join(self.out[-1:]).endswith("\n")):
            words = "> " * min(self._quoted, 5) + words.lstrip(" ")
        if words:
            self.out.append(words)


def _value(given: str, name: str) -> str:
    found = _SHOWN[name].search(given)
    return html.unescape(_TOO_LONG.sub("", found[1] or found[2] or found[3] or "")) if found else ""
