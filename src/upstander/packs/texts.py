"""Texts with {words} to fill in. Not str.format: a template can reach nothing but the words it is given."""

import re
from collections.abc import Mapping

_WORD = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_STRAY = re.compile(r"[{}]")


def placeholders(template: str) -> frozenset[str]:
    """The words in braces."""
    return frozenset(_WORD.findall(template))


def stray_brace(template: str) -> bool:
    """Whether a brace stands there that belongs to no word."""
    return bool(_STRAY.search(_WORD.sub("", template)))


def fill(template: str, values: Mapping[str, object], unknown: str) -> str:
    """The template with its words filled in, `unknown` where there is none; values are taken literally."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        return unknown if found is None or found == "" else str(found)

    return _WORD.sub(value, template).strip()
