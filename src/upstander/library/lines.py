"""An entry as lines of a pack's resources.toml, for a person to add. Pure: what was typed is quoted, and never becomes a line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ESCAPED = {'"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    """A text as a basic string of TOML 1.0, on one line."""
    plain = _CONTROL.sub(" ", text)
    return '"' + "".join(_ESCAPED.get(letter, letter) for letter in plain) + '"'


def _listed(names: object) -> str:
    assert isinstance(names, Sequence)
    return "[" + ", ".join(quoted(str(name)) for name in names) + "]"


def lines(entry: Mapping[str, object], checked: date) -> str:
    """The table of one entry. `verified` stands there only where the staff said that they opened the address."""
    why = ", ".join(f"{code} = {quoted(str(text))}" for code, text in _why(entry).items())
    made = [
        "[[resource]]",
        f"code = {quoted(str(entry['code']))}",
        f"title = {quoted(str(entry['title']))}",
        f"source = {quoted(str(entry['source']))}",
        f"why = {{ {why} }}",
        f"kind = {quoted(str(entry['kind']))}",
        f"level = {quoted(str(entry['level']))}",
        f"audiences = {_listed(entry['audiences'])}",
        f"subjects = {_listed(entry['subjects'])}",
        f"languages = {_listed(entry['languages'])}",
        f"checked = {checked.isoformat()}",
    ]
    if entry.get("address"):
        made.append(f"address = {quoted(str(entry['address']))}")
        if entry.get("verified"):
            made.append(f"verified = {checked.isoformat()}")
    return "\n".join(made) + "\n"


def _why(entry: Mapping[str, object]) -> dict[str, str]:
    found = entry["why"]
    assert isinstance(found, Mapping)
    return {str(code): str(text) for code, text in found.items() if text}
