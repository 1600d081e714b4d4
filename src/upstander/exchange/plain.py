"""Words of others as plain text: nothing invisible, nothing that turns the direction of reading, and never endless."""

import re

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")


def line(words: str, most: int) -> str:
    """One line of plain text: nothing invisible, nothing that turns the direction of reading, no longer than `most`."""
    return cut(_SPACES.sub(" ", _INVISIBLE.sub(" ", words)).strip(), most)


def lines(words: str, most: int) -> str:
    """Plain text of several lines, as `line`; no more than one empty line together."""
    visible = _INVISIBLE.sub(" ", words.replace("\r\n", "\n").replace("\r", "\n"))
    rows = [_SPACES.sub(" ", row).strip() for row in visible.split("\n")]
    return cut(re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip(), most)


def cut(words: str, most: int) -> str:
    """No more than so many characters; what was cut is shown by an ellipsis."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
