"""A PDF or SVG made anew: its pages drawn by the typesetter into a document that has nothing else (issue 6: hostile floor maps).

    python -I -m upstander.web.flatten KIND < file > PDF

Scripts, actions, forms, links, attachments and metadata are not carried over, for only what is drawn is taken; a file
that asks for another one is refused. The typesetter is a process of its own, with little memory and time, and nothing to read.
"""

import os
import resource
import subprocess
import sys
import threading
from typing import Final

KINDS: Final = ("pdf", "svg")
MOST_PAGES: Final = 300
SECONDS: Final = 60.0
MEMORY: Final = 3_000_000_000
AT_ONCE: Final = 2  # of one process of ours: each may take MEMORY, a core and SECONDS
_OPEN: Final = "/proc/self/fd"
_MAIN = "#set page(width: auto, height: auto, margin: 0pt)\n"


class CannotFlatten(Exception):
    """The file is damaged, is not what it says, is too large, or asks for what is not in it."""


class Busy(Exception):
    """AT_ONCE files are being drawn: whoever comes now comes again in a minute, and nobody takes the machine by bringing many."""


turns = threading.BoundedSemaphore(AT_ONCE)


def anew(content: bytes, kind: str) -> bytes:
    """The same pages as a new PDF; `kind` is one of KINDS. Raises CannotFlatten, Busy."""
    if not turns.acquire(blocking=False):
        raise Busy
    try:
        return _anew(content, kind)
    finally:
        turns.release()


def _anew(content: bytes, kind: str) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-m", "upstander.web.flatten", kind], input=content, capture_output=True,
            timeout=SECONDS, env={"PATH": os.environ.get("PATH", ""), "RAYON_NUM_THREADS": "1"}, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        raise CannotFlatten from None  # its words may quote the file
    if not done.stdout.startswith(b"%PDF-"):
        raise CannotFlatten
    return done.stdout


def _drawn(file: int, kind: str, pages: range = range(1, 2)) -> bytes:
    import typst

    which = [f", page: {n}" for n in pages] if kind == "pdf" else [""]
    lines = (f'#page(image("/{file}", format: "{kind}"{one}))\n' for one in which)
    source = (_MAIN + "".join(lines)).encode()
    made: bytes = typst.compile(source, root=_OPEN, format="pdf", ignore_system_fonts=True)  # type: ignore[call-overload]
    return made


def _has(file: int, page: int) -> bool:
    try:
        _drawn(file, "pdf", range(page, page + 1))
    except BaseException:  # noqa: BLE001 - a panic of the typesetter is none of Exception's
        return False
    return True


def _pages(file: int) -> range:
    """All its pages; raises ValueError for none, and for more than are taken."""
    if not _has(file, 1) or _has(file, MOST_PAGES + 1):
        raise ValueError
    low, high = 1, MOST_PAGES + 1  # the first is there, the second is not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _has(file, middle) else (low, middle)
    return range(1, low + 1)


def main() -> None:
    """Draw the file on standard input; ends with 1 and without a word where that cannot be done."""
    kind, file = sys.argv[1], os.memfd_create("given")  # in memory: nothing of it is written to disk
    with os.fdopen(os.dup(file), "wb") as kept:
        kept.write(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        made = _drawn(file, kind, _pages(file) if kind == "pdf" else range(0))
    except BaseException:  # noqa: BLE001 - as above
        sys.exit(1)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
