"""Many canaries with one stem, so that a whole data folder is searched for all of them in one pass a spelling."""

import base64
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.support.canary import spellings

_STEP = 64 * 1024 * 1024
_CONTEXT = 24


@dataclass
class Brood:
    """Canaries that begin alike. `word("who")` is a new one for the field `who`; `hits` says which was found where."""

    stem: str = field(default_factory=lambda: f"zq{secrets.token_hex(7)}")
    names: dict[str, str] = field(default_factory=dict)
    others: dict[bytes, str] = field(default_factory=dict)

    def word(self, name: str) -> str:
        """A canary for the field `name`; lower case, letters and digits only, so that it survives in most fields."""
        made = f"{self.stem}{len(self.names):03d}{secrets.token_hex(2)}"
        self.names[made] = name
        return made

    def phone(self, name: str) -> str:
        """A telephone number for the field `name`, as people type them; it is looked for in other ways of writing it too."""
        a, b = secrets.randbelow(900) + 100, secrets.randbelow(9000) + 1000
        for number in (f"217{a}{b}", f"217-{a}-{b}", f"(217) {a}-{b}"):
            self.also(number, name)
        return f"(217) {a}-{b}"

    def also(self, word: str, name: str) -> str:
        """Look for `word` too, in the spellings that a number has: as text, UTF-16, hexadecimal, base64."""
        for form, spelling in every_spelling(word).items():
            if spelling.startswith(("UTF-", "hex", "base64 of UTF-8")):
                self.others[form] = f"{name} ({spelling})"
        return word

    def raw(self, content: bytes, name: str) -> None:
        """Look for these bytes too."""
        self.others[content] = name

    @property
    def needles(self) -> dict[bytes, str]:
        """Every sequence of bytes that gives one of them away, with its spelling."""
        return every_spelling(self.stem) | self.others

    def hits(self, places: Iterable[tuple[str, bytes]]) -> list[str]:
        """A line for each place, spelling and field found."""
        found = []
        needles = self.needles
        for where, content in places:
            for needle, spelling in needles.items():
                at = content.find(needle)
                if at >= 0:
                    found.append(f"{where}: {spelling}: {self._told(content, at, needle)}")
        return found

    def _told(self, content: bytes, at: int, needle: bytes) -> str:
        """Which field's canary it is, where it can be read; else what stands around it."""
        plain = content[at : at + len(self.stem) + 7].decode("ascii", "replace").lower()
        return self.names.get(plain) or repr(content[max(0, at - _CONTEXT) : at + len(needle) + _CONTEXT])


def every_spelling(word: str) -> dict[bytes, str]:
    """`canary.spellings`, and the ways that spell out even what they need not: every letter escaped, UTF-16 packed again."""
    big, little = word.encode("utf-16-be"), word.encode("utf-16-le")
    raw = word.encode()
    found = spellings(word) | {
        word.upper().encode(): "UTF-8, capitals",
        big.hex().encode(): "hex of UTF-16BE",
        little.hex().encode(): "hex of UTF-16LE",
        big.hex().upper().encode(): "hex of UTF-16BE",
        little.hex().upper().encode(): "hex of UTF-16LE",
        "".join(f"%{b:02X}" for b in raw).encode(): "percent, every byte",
        "".join(f"%{b:02x}" for b in raw).encode(): "percent, every byte",
        "".join(f"\\u{ord(c):04x}" for c in word).encode(): "JSON escape, every letter",
        "".join(f"\\u{ord(c):04X}" for c in word).encode(): "JSON escape, every letter",
        "".join(f"\\x{b:02x}" for b in raw).encode(): "\\x escape, every byte",
        quote(word, safe="").encode(): "percent",
    }
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + big)
        found[coded[-(-shift * 8 // 6) : (shift + len(big)) * 8 // 6]] = f"base64 of UTF-16BE, shifted {shift}"
    return found | {raw: "UTF-8"}  # whatever else it was called: in letters and digits many spellings are one


def below(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """The content and the name of every file below; large ones in overlapping pieces. What vanishes meanwhile is left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield f"name of {path}", os.fsencode(path.name)
            if path.is_file() and not path.is_symlink():
                yield from pieces(path)


def pieces(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file's content, in pieces that overlap."""
    try:
        with path.open("rb") as file:
            tail = b""
            while content := file.read(_STEP):
                yield str(path), tail + content if tail else content
                tail = content[-1024:]
    except OSError:
        return
