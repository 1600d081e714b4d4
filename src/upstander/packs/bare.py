"""What a pack says of the programme that every page needs before any pack is checked: its name, its hours, its languages."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

_NAME, _ZONE, _LANGUAGES = "Upstander", "UTC", ("en",)  # of a pack that does not say


@dataclass(frozen=True, slots=True)
class Bare:
    """The programme as its pack names it; `time_zone` is an IANA name, `languages` codes, the first one the programme's own."""

    short_name: str = _NAME
    time_zone: str = _ZONE
    languages: tuple[str, ...] = _LANGUAGES


def bare(folder: Path) -> Bare:
    """The programme of the pack in `folder`. Never raises: of a pack that cannot be read whole, whatever can is used, and
    `pack check` and the start say what is wrong with it."""
    try:
        found = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, no text, no TOML
        return Bare()
    named = found.get("programme")
    programme = named if isinstance(named, dict) else {}
    spoken = found.get("languages")
    languages = tuple(c for c in spoken if isinstance(c, str) and c) if isinstance(spoken, list) else ()
    return Bare(
        short_name=_text(programme.get("short_name")) or _NAME,
        time_zone=_zone(_text(programme.get("time_zone"))),
        languages=languages or _LANGUAGES,
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError, ValueError):  # unknown, a folder's name, no name
        return _ZONE
