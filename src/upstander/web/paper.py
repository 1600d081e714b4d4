"""Paper that leaves the house: a document in blocks, typeset in memory as tagged PDF (PDF/UA-1) for people and screen readers.

Nothing is written to disk, and nothing kept in memory: the typesetter is a process of its own. What people typed is data to it,
never markup. Decisions 0079 and 0124.
"""

import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.http import HttpResponse

_SOURCE = Path(__file__).parent / "typst" / "paper.typ"
_SECONDS = 60.0  # in which a document must be set

# What the fonts inside the typesetter have: Latin with all that Polish, Spanish, Czech, Vietnamese need, Greek, Cyrillic.
_LETTERS = (
    (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1),
    (0x3A3, 0x4FF), (0x510, 0x513), (0x51A, 0x51D), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040),
    (0x2042, 0x2042), (0x2044, 0x2052), (0x2054, 0x205E), (0x2070, 0x2071), (0x2074, 0x208E), (0x2090, 0x2094),
    (0x20A0, 0x20BF), (0x2100, 0x211E), (0x2120, 0x2120), (0x2122, 0x2122), (0x2124, 0x2124), (0x2126, 0x214F),
    (0x2190, 0x219F),
)  # fmt: skip


class CannotPrint(Exception):
    """The typesetter gave up on a document; its page can still be printed from the screen."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document. `kind`: heading, subheading, text, notice (framed), facts (`pairs` of label and value; an empty
    value reads as "not known"), checks (`pairs` of question and answer, `notes` what stands below each, as their sources), table
    (`text` is its caption, `head` its columns, `cells` its rows)."""

    kind: str
    text: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """The pairs, each with its note."""
        return tuple((*pair, self.notes[i] if i < len(self.notes) else "") for i, pair in enumerate(self.pairs))


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it leaves: `foot` stands at the bottom of every page, with the page's number, `head` at the top of each;
    `unknown` is what an empty value reads as."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    foot: str
    page_word: str = "Page"
    unknown: str = "not known"
    unprintable: str = "A character in brackets, as [U+4E2D], is one that this page cannot print; the desk's own page shows it."
    head: str = ""


@cache
def _printable() -> frozenset[str]:
    return frozenset(chr(code) for first, last in _LETTERS for code in range(first, last + 1))


def printable(text: str) -> str:
    """`text` in letters that can be printed: another one is named by its code point, a control is left out. Lines stay."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(_shown(letter) for letter in plain)


def _shown(letter: str) -> str:
    if letter == "\n" or letter in _printable():
        return letter
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) in ("Cc", "Cf", "Cn", "Cs", "Co") else f"[U+{ord(letter):04X}]"


def _texts(value: object) -> object:
    """The same structure with every text in it printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _texts(inner) for key, inner in value.items()}
    return [_texts(inner) for inner in value] if isinstance(value, list | tuple) else value


def pdf(document: Document, at: datetime) -> bytes:
    """The document as PDF; the same document and moment give the same bytes. Raises CannotPrint."""
    return typeset(_SOURCE, asdict(document), at)


def typeset(source: Path, plain: dict[str, object], at: datetime) -> bytes:
    """The values as PDF by this source in the typesetter's language. It gets them as `document`, with `replaced`: whether a
    letter could not be printed. Raises CannotPrint."""
    shown = _texts(plain)
    assert isinstance(shown, dict)
    replaced = json.dumps(shown).count("[U+") > json.dumps(plain).count("[U+")
    asked = {"source": str(source), "at": int(at.timestamp()), "document": {**shown, "replaced": replaced}}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "upstander.web.typeset"],
            input=json.dumps(asked).encode(), capture_output=True, timeout=_SECONDS, env={"PATH": os.environ.get("PATH", "")},
            check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        raise CannotPrint from None  # its words may quote the document
    return done.stdout


def answer(made: bytes, name: str) -> HttpResponse:
    """A PDF as the answer to the press that asked for it: saved under `name`, kept by no cache on the way."""
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
