"""A reply parted into the new words and what is quoted below them."""

import re

_QUOTE = re.compile(r"\s*>")
_INTRO = re.compile(
    r"(?i)\s*(on\b.{0,300}\bwrote:|el\b.{0,300}\bescribi[óo]:|le\b.{0,300}\ba écrit\s?:|am\b.{0,300}\bschrieb.{0,200}:|"
    r"dnia\b.{0,300}\bnapisa.{0,40}:|em\b.{0,300}\bescreveu:)\s*"
)
_ANY_INTRO = re.compile(r".{0,200}<[^<>@\s]{1,64}@[^<>\s]{1,190}>.{0,30}:\s*")  # in whatever language
_BREAK = re.compile(
    r"(?i)\s*(-{2,}\s*(original message|mensaje original|ursprüngliche nachricht|message d'origine|forwarded message)\s*-{2,}|"
    r"_{20,}|-{5,}\s*$)"
)
_FIELD = re.compile(
    r"(?i)\s*\**(from|de|von|sent|enviado|to|para|an|subject|asunto|betreff|date|fecha)\**\s*:\**\s"
)


def parted(text: str) -> tuple[str, str]:
    """(the new words, the quoted rest). Together they are the whole text; what stands between quotes stays with the new words."""
    lines = text.split("\n")
    end = _unquoted_end(lines)
    return "\n".join(lines[:end]).rstrip(), "\n".join(lines[end:]).strip("\n")


def _unquoted_end(lines: list[str]) -> int:
    """At which line the quoted rest begins: behind it nothing new is said."""
    for at, line in enumerate(lines):
        if _BREAK.match(line) and _heads(lines[at + 1 : at + 6]) >= 2:
            return at
    for at in range(len(lines)):
        if _FIELD.match(lines[at]) and _heads(lines[at : at + 6]) >= 3:
            return at
    at = len(lines)
    while at and (not lines[at - 1].strip() or _QUOTE.match(lines[at - 1])):
        at -= 1
    if not any(_QUOTE.match(line) for line in lines[at:]):
        return len(lines)
    return _with_intro(lines, at)


def _with_intro(lines: list[str], at: int) -> int:
    """The quote's beginning with its line `On Monday ... wrote:`, which may be broken into two or three."""
    for length in (3, 2, 1):
        if at >= length and _INTRO.fullmatch(" ".join(line.strip() for line in lines[at - length : at])):
            return at - length
    return at - 1 if at and _ANY_INTRO.fullmatch(lines[at - 1]) else at


def _heads(lines: list[str]) -> int:
    return sum(1 for line in lines if _FIELD.match(line))
