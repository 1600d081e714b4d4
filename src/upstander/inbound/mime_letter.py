"""A mail as a person reads it: who wrote, about what, which words, what is attached, and what could not be read.

`read` never raises: whatever the bytes are, it gives words, or says what it left out.
"""

import re
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstander.inbound import mime_html, mime_tnef
from upstander.inbound import mime_words as words
from upstander.inbound.mime import PARTS, Bounds, Part, cut

TEXT = 200_000  # characters of words that are kept
SUBJECT = 500  # characters
NAME = 200  # characters of a file's name
ATTACHED_TEXT = 40_000  # bytes of an attached text that are read as words
_LIKE = 20_000  # characters of the words before in which those of a winmail.dat are looked for

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,189}\.[^\s<>()\[\],;:\"@.]{1,63}")
_MESSAGE_ID = re.compile(rb"<[!-;=?-~]{3,250}>")
_SIGNATURES = frozenset(
    f"application/{kind}" for kind in ("pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "pgp-keys")
)
_LOCKED = frozenset(
    f"application/{kind}"
    for kind in ("pgp-encrypted", "pkcs7-mime", "x-pkcs7-mime", "x-microsoft-rpmsg-message")
)

LEFT_OUT: dict[str, str | Promise] = {
    "parts": _("The e-mail has more parts than are read. What came behind them was left out."),
    "text": _("The e-mail is longer than what is kept. Its end was left out."),
    "locked": _("A part of the e-mail is encrypted. It cannot be read here."),
    "outlook": _("A part of the e-mail is in a form (winmail.dat) that only Outlook reads. It was left out."),
    "elsewhere": _("A part of the e-mail lies elsewhere and did not come with it."),
    "damaged": _("The e-mail is damaged. This is what could be read of it."),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it came: the sender's name for it, what the sender says that it is, and its bytes."""

    name: str
    kind: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """`sender`: the address to answer to, empty where there is none. `left_out`: keys of LEFT_OUT."""

    sender: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    left_out: tuple[str, ...]
    message_id: str
    references: tuple[str, ...]


def read(raw: bytes) -> Letter:
    """The mail in `raw` (RFC 5322), however it is made."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - whatever somebody found to break the reader, their words must arrive
        text = words.plain(words.decoded(raw[: TEXT * 4]))[:TEXT]
        return Letter("", "", text, (), ("damaged",), "", ())


def _read(raw: bytes) -> Letter:
    top = cut(raw, bounds=Bounds())
    reader = _Reader()
    reader.take(top)
    text = "\n\n".join(reader.sections).strip()
    left_out = dict.fromkeys(reader.left_out)
    if len(text) > TEXT:
        text = text[:TEXT].rstrip()
        left_out["text"] = None
    if top.bounds.cut:
        left_out["parts"] = None
    return Letter(
        sender=address(top.first("reply-to")) or address(top.first("from")),
        subject=words.header(top.first("subject"), SUBJECT),
        text=text,
        attachments=tuple(reader.attachments),
        left_out=tuple(left_out),
        message_id=next(iter(message_ids(top.first("message-id"))), ""),
        references=tuple(
            message_ids(top.first("references")[-4000:] + b" " + top.first("in-reply-to")[:1000])
        ),
    )


def address(header: bytes) -> str:
    """The first address in a header, in the angle brackets where there are some; empty where there is none."""
    text = words.header(header, 1000)
    inside = [part.partition(">")[0].strip() for part in text.split("<")[1:]]
    for candidate in (*inside, text):
        if found := _ADDRESS.search(candidate):
            return found[0]
    return ""


def message_ids(header: bytes) -> list[str]:
    """The Message-IDs in a header, each once, in order."""
    return list(dict.fromkeys(found.decode("ascii") for found in _MESSAGE_ID.findall(header)))


class _Reader:
    """Goes through the parts and gathers words and files."""

    def __init__(self) -> None:
        self.sections: list[str] = []
        self.attachments: list[Attachment] = []
        self.left_out: list[str] = []

    def take(self, part: Part) -> None:
        """A part, and what is in it."""
        kind = part.kind
        if kind == "multipart/alternative":
            self._best(part)
        elif kind.startswith("multipart/"):
            self._each(part)
        elif kind in ("message/rfc822", "message/global"):
            self._forwarded(part)
        elif kind in ("message/external-body", "message/partial"):
            self.left_out.append("elsewhere")
        elif kind in _LOCKED:
            self.left_out.append("locked")
        elif kind == "application/ms-tnef" or part.name.lower() == "winmail.dat":
            self._outlook(part)
        elif kind.startswith("text/") or kind.startswith("message/"):
            self._text(part)
        elif kind not in _SIGNATURES:
            self._file(part)

    def _each(self, part: Part) -> None:
        children = 0
        for child in part.children():
            children += 1
            self.take(child)
        if not children and part.end > part.start:  # says that it has parts, and has none: then it is words
            most = self._allowed(part, TEXT)
            self._say(words.plain(words.decoded(part.raw[part.start : min(part.end, part.start + most)])))

    def _best(self, part: Part) -> None:
        """Of several forms of the same the plain one, unless another says far more; the files of all."""
        forms: list[str] = []
        for child in part.children():
            reader = _Reader()
            reader.take(child)
            self.attachments += reader.attachments
            self.left_out += reader.left_out
            said = "\n\n".join(reader.sections).strip()
            forms.insert(0 if child.kind == "text/plain" else len(forms), said)
        forms = [form for form in forms if form]
        if forms:
            longest = max(forms, key=len)
            self._say(longest if len(longest) > 3 * len(forms[0]) + 200 else forms[0])

    def _forwarded(self, part: Part) -> None:
        for inner in part.children():
            named = (("From", "from"), ("Date", "date"), ("Subject", "subject"))
            lines = [
                f"{label}: {words.header(inner.first(name), SUBJECT)}"
                for label, name in named
                if inner.first(name)
            ]
            self._say("\n".join(["---------- Forwarded message ----------", *lines]))
            self.take(inner)

    def _outlook(self, part: Part) -> None:
        found = mime_tnef.opened(part.body())
        if found is None:
            self.left_out.append("outlook")
            return
        if not found.whole:
            self.left_out.append("damaged")
        text = found.text[: self._allowed(part, len(found.text))]
        if text and not (self.sections and text in self.sections[-1][:_LIKE]):
            self._say(text)
        for name, data in found.files:
            self._keep(Attachment(name[:NAME], "", data))
        if not found.text and not found.files and not self.sections:
            self.left_out.append("outlook")

    def _text(self, part: Part) -> None:
        if part.attached and part.end - part.start > ATTACHED_TEXT:
            self._file(part)
            return
        html = part.kind == "text/html"
        text = part.text(self._allowed(part, mime_html.MOST if html else TEXT * 4, html=html))
        if html:
            text = mime_html.text_of(text)
        if text.strip():
            self._say(f"[{part.name[:NAME]}]\n{text}" if part.attached and part.name else text)

    def _file(self, part: Part) -> None:
        if data := part.body():
            self._keep(Attachment(part.name[:NAME], part.kind[:80], data))

    def _keep(self, file: Attachment) -> None:
        if len(self.attachments) < PARTS:
            self.attachments.append(file)
        else:
            self.left_out.append("parts")

    def _allowed(self, part: Part, wanted: int, *, html: bool = False) -> int:
        """How many bytes of `part` are read as words: what is left of the mail's allowance, which is used up by it."""
        bounds = part.bounds
        size, left = min(wanted, part.end - part.start), bounds.html if html else bounds.words
        if size > left:
            self.left_out.append("text")
        if html:
            bounds.html -= min(size, left)
        else:
            bounds.words -= min(size, left)
        return min(size, left)

    def _say(self, text: str) -> None:
        self.sections.append(text.strip())
