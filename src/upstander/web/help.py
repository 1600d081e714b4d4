"""Help in context: what each screen is for, read from one file (S-terms). A screen's text is found by the name of its address."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "help.toml"


@dataclass(frozen=True, slots=True)
class Help:
    """A screen's text by language, and the codes of the glossary's terms that it leads to."""

    text: Mapping[str, str]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """All of it: what the fold is called, what stands before its words, the screens by the name of their address."""

    summary: Mapping[str, str]
    look_up: Mapping[str, str]
    pages: Mapping[str, Help]


@lru_cache(maxsize=1)
def texts() -> Texts:
    """The file, read once a process."""
    found = tomllib.loads(_FILE.read_text())
    pages = {
        name: Help({k: v for k, v in said.items() if k != "words"}, tuple(said.get("words", ())))
        for name, said in found["page"].items()
    }
    pages |= {name: pages[other] for name, other in found["same"].items()}
    return Texts(found["summary"], found["look_up"], pages)
