"""Suggestions from the words: what they miss, what they cry at, how long they take. On texts that nobody here wrote.

The published reports are labelled in `signals_labels.toml`, by hash. They and the ordinary messages are split by the
last figure of their SHA-256: what was read while the phrases were written, and what was held out.
"""

import csv
import hashlib
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.table import Figure
from upstander.packs.loader import load
from upstander.packs.model import Pack
from upstander.signals import suggest

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT.parent / "shared" / "data" / "texts"
ORDINARY = "ordinary"

READ_FIRST, READ_LATER = "02468ace", "159d"  # of the messages; 3, 7, b, f were never read
Split = Callable[[str], bool]


def sha256(text: str) -> str:
    """The name of a text that does not show it."""
    return hashlib.sha256(text.encode()).hexdigest()


def ends(figures: str) -> Split:
    """Whether a text's hash ends in one of these figures."""
    return lambda text: sha256(text)[-1] in figures


def published() -> Iterator[tuple[str, str]]:
    """(text, sub-type or "ordinary") of each published report."""
    labels = tomllib.loads((ROOT / "bench" / "signals_labels.toml").read_text())["labels"]
    with (TEXTS / "published_report_examples.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield row["report_text"], labels[sha256(row["report_text"])]


def messages() -> list[str]:
    """The ordinary text messages ("ham") of the collection."""
    rows = (line.partition("\t") for line in (TEXTS / "sms_spam_collection.tsv").read_text().splitlines())
    return [text for kind, _, text in rows if kind == "ham"]


def graver(pack: Pack, text: str) -> tuple[set[str], bool]:
    """The sub-types that are suggested for a text, and whether one of them is Critical."""
    found = suggest(pack, text).graver
    return {g.subtype for g in found}, any(pack.critical(g.klass) for g in found)


def _recall(pack: Pack, what: str, split: Split) -> Figure:
    grave = [(t, label) for t, label in published() if label != ORDINARY and split(t)]
    seen = [graver(pack, text) for text, _ in grave]
    critical = sum(is_critical for _, is_critical in seen)
    exact = sum(label in found for (found, _), (_, label) in zip(seen, grave, strict=True))
    share = f"{critical / len(grave):.0%}"
    return Figure(
        "signals",
        what,
        f"{critical} of {len(grave)}",
        "all",
        share,
        f"{exact} with the sub-type that fits best",
    )


def _alarms(pack: Pack, what: str, texts: list[str]) -> Figure:
    found = [graver(pack, text) for text in texts]
    per = 1000 / len(texts)
    critical, any_ = sum(c for _, c in found), sum(bool(s) for s, _ in found)
    value = f"{critical * per:.1f} per thousand are called perhaps Critical"
    return Figure(
        "signals", what, value, "0", "", f"{any_ * per:.1f} per thousand with Standard; {len(texts)} texts"
    )


def _times(pack: Pack, texts: list[str]) -> Figure:
    """The processor's time for each text, and for one as long as the form allows, of words that begin many phrases."""

    def spent(text: str) -> float:
        begun = time.process_time()
        suggest(pack, text)
        return (time.process_time() - begun) * 1000

    each = [spent(text) for text in texts]
    long = max(spent(("he is going to bring his kill all my " * 700)[:20_000]) for _ in range(3))
    value = f"median {statistics.median(each):.2f} ms; p99 {statistics.quantiles(each, n=100)[98]:.1f} ms"
    return Figure(
        "signals", "time for a text", value, "", "", f"20,000 characters of the worst kind: {long:.0f} ms"
    )


def measure(quick: bool) -> list[Figure]:
    """All of it; raises FileNotFoundError where the texts are not on this machine."""
    pack = load(ROOT / "packs" / "illinois")
    ordinary = messages()[:: 10 if quick else 1]
    held = [t for t in ordinary if not ends(READ_FIRST + READ_LATER)(t)]
    return [
        _recall(pack, "grave published reports, held out", lambda t: not ends(READ_FIRST)(t)),
        _recall(pack, "grave published reports, read while writing", ends(READ_FIRST)),
        _alarms(pack, "ordinary messages, held out", held),
        _alarms(pack, "ordinary messages, read while writing", [t for t in ordinary if t not in set(held)]),
        _times(pack, ordinary[:: 1 if quick else 4]),
    ]


def main() -> None:
    """Print what is missed and what is cried at, of what was read only; the held-out texts are never shown."""
    pack = load(ROOT / "packs" / "illinois")
    shown = ends(READ_FIRST + READ_LATER)
    for text in filter(shown, messages()):
        for one in suggest(pack, text).graver:
            print(one.subtype, [span.text for span in one.words], text, sep="\t")


if __name__ == "__main__":
    sys.exit(main())
