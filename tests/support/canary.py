"""Looking for a word in everything that lies on a disk, in every spelling in which it could lie there.

words = [canary() for _ in range(5)]; control = canary()
... put the words in by the door and the control word by a door that keeps it in clear ...
leaks = Search([*words, control]).folder(data).dump(url)
assert leaks.found(control), "the search itself works"
assert not leaks.report(words)
"""

import base64
import gzip
import os
import re
import secrets
import subprocess
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

_CHUNK = 8 * 1024 * 1024


def canary() -> str:
    """A word that occurs nowhere else. It holds a letter that spellings differ in, and no two alike start alike."""
    return f"zk{secrets.token_hex(8)}ñ{secrets.token_hex(4)}"


def spellings(word: str) -> dict[bytes, str]:
    """Every sequence of bytes that would give `word` away, with its name.

    Base64 depends on where in the stream the word begins: three alignments, cut to the characters that do not depend on the
    neighbours. Hexadecimal is also how PostgreSQL writes bytea, JSON and Python how they escape.
    """
    plain = word.encode()
    found = {
        plain: "UTF-8",
        word.encode("utf-16-le"): "UTF-16LE",
        word.encode("utf-16-be"): "UTF-16BE",
        word.encode("latin-1", "replace"): "Latin-1",
        word.encode("unicode_escape"): "\\x escape",
        word.encode("ascii", "backslashreplace"): "\\x escape",
        word.replace("ñ", "\\u00f1").encode(): "JSON escape",
        word.replace("ñ", "&#241;").encode(): "HTML escape",
        quote(word).encode(): "URL",
        quote(word).lower().encode(): "URL",
        plain.hex().encode(): "hex",
        plain.hex().upper().encode(): "hex",
        plain.replace("ñ".encode(), b"=C3=B1"): "quoted-printable",
    }
    for raw, name in ((plain, "UTF-8"), (word.encode("utf-16-le"), "UTF-16LE")):
        for shift in range(3):
            for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
                coded = alphabet(bytes(shift) + raw)
                start, end = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
                found[coded[start:end]] = f"base64 of {name}, shifted {shift}"
    return found


class Search:
    """What was found where. Searching adds up over several places."""

    def __init__(self, words: Iterable[str]) -> None:
        self._names = {form: (word, name) for word in words for form, name in spellings(word).items()}
        self._pattern = re.compile(
            b"|".join(re.escape(form) for form in sorted(self._names, key=len, reverse=True))
        )
        self._overlap = max(map(len, self._names))
        self._found: dict[str, set[str]] = defaultdict(set)
        self.bytes = 0

    def data(self, chunks: Iterable[bytes], where: str) -> "Search":
        """Search a stream of bytes called `where`."""
        tail = b""
        for chunk in chunks:
            self.bytes += len(chunk)
            block = tail + chunk
            for match in self._pattern.finditer(block):
                word, name = self._names[match.group()]
                self._found[word].add(f"{where} ({name})")
            tail = block[-self._overlap :]
        return self

    def folder(self, *folders: Path) -> "Search":
        """Search every file below, names included: tables, WAL, logs, temporary files, spools; packed ones unpacked too."""
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                self.data([os.fsencode(str(path))], f"name of {path}")
                if path.is_file() and not path.is_symlink():
                    self._file(path)
        return self

    def _file(self, path: Path) -> None:
        try:
            self.data(_chunks(path), str(path))
        except FileNotFoundError:
            return  # a log that was rotated, a WAL segment that was recycled, while we looked
        if path.suffix in (".gz", ".tgz"):
            try:
                self.data([gzip.decompress(path.read_bytes())], f"{path}, unpacked")
            except (OSError, EOFError, zlib.error):
                return

    def dump(self, url: str, pg_dump: str = "pg_dump") -> "Search":
        """Search what `pg_dump` writes of the database at `url`, as text and as statements."""
        for form in ("--inserts", "--no-comments"):
            with subprocess.Popen([pg_dump, form, "--dbname", url], stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                self.data(iter(lambda out=process.stdout: out.read(_CHUNK), b""), f"pg_dump {form}")
            assert process.returncode == 0, f"pg_dump {form} failed"
        return self

    def found(self, word: str) -> bool:
        """Whether `word` was found anywhere."""
        return word in self._found

    def report(self, words: Iterable[str]) -> list[str]:
        """Where any of `words` was found, a line each; empty where all is well."""
        return [f"{word}: {place}" for word in words for place in sorted(self._found.get(word, ()))]


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
