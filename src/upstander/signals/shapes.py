"""What is recognised by its form: telephone numbers, e-mail addresses, names on other services."""

import re
from collections.abc import Iterator

_SHAPES = {
    "email": re.compile(r"[\w.+-]{1,64}\s?@\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
    "phone": re.compile(r"(?<![\w.])\+?(?:1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}(?!\w)"),
    "handle": re.compile(
        r"(?<![\w@.])@[A-Za-z0-9_](?:[\w.]{1,28}\w)"
        r"|(?i:\b(?:snap|snapchat|sc|insta|instagram|ig|tiktok|discord|kik|twitter)(?:chat)?"
        r"(?: (?:is|name|user|username|handle))*(?: is\b|[:=-])\s?)[\w.#]{2,32}"
    ),
}


def shaped(shape: str, text: str) -> Iterator[tuple[int, int]]:
    """Where things of a shape stand in a text, as (start, end)."""
    for found in _SHAPES[shape].finditer(text):
        yield found.start(), found.end()
