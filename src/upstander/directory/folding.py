"""How words of the directory are compared: folded, with abbreviations as people and registers write them."""

import re
import unicodedata
from difflib import SequenceMatcher

from upstander.packs.counties import county_key as county_key

_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4]")
_OTHER = re.compile(r"[^a-z0-9]+")

# What a register writes one way and a person types another. Each group means the same; several words are a
# phrase.
SAME: tuple[tuple[str, ...], ...] = (
    ("elem", "elementary"),
    ("es", "elem", "elementary"),
    ("hs", "high school", "high"),
    ("ms", "middle school", "middle"),
    ("jhs", "junior high", "jr high"),
    ("gs", "grade school", "grade"),
    ("jr", "junior"),
    ("sr", "senior"),
    ("st", "saint"),
    ("mt", "mount"),
    ("ft", "fort"),
    ("dr", "doctor"),
    ("acad", "academy"),
    ("alt", "alternative"),
    ("ctr", "cntr", "center", "centre"),
    ("comm", "community"),
    ("co", "county", "cty"),
    ("coop", "cooperative"),
    ("cons", "consolidated"),
    ("ecc", "early childhood"),
    ("ed", "educ", "education", "educational"),
    ("intl", "international"),
    ("kdg", "kindergarten"),
    ("lab", "laboratory"),
    ("luth", "lutheran"),
    ("mem", "memorial"),
    ("luther", "l"),
    ("mlk", "martin luther king", "martin l king"),
    ("n", "no", "north"),
    ("s", "so", "south"),
    ("e", "east"),
    ("w", "west"),
    ("prep", "preparatory"),
    ("prim", "primary"),
    ("sd", "school district", "district"),
    ("spec", "special"),
    ("tech", "technical", "technology"),
    ("twp", "township"),
    ("univ", "university"),
    ("voc", "vocational"),
)

# Nearly every entry has or lacks these by chance: typed beside other words they are not asked for.
OPTIONAL = frozenset({"school", "schools", "sch", "the", "of", "and", "at", "in", "for"})
_WHOLE = 3  # an abbreviation this short must be a whole word: "n" for north, not "nature"
_SLIP = 5  # letters from which a slip is recognised
_CLOSE = 0.85  # "elementry" and "elementary": 0.95; "senior" and "junior": 0.67
_TELLING = 3  # letters typed of a long form before its abbreviations are tried


def fold(text: str) -> str:
    """`text` in lower case, without accents and punctuation, single blanks between words."""
    bare = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    bare = _APOSTROPHES.sub("", bare)
    bare = _INITIALS.sub(lambda m: m.group().replace(".", ""), bare)
    return _OTHER.sub(" ", bare).strip()


def search_text(*parts: str) -> str:
    """The folded words of a place with a blank at either end, so that ` linc` finds the beginning of a
    word.
    """
    words = fold(" ".join(parts))[:398]
    return f" {words} " if words else ""


def asked(text: str) -> list[str]:
    """The folded words of what a person typed that a place must have (at most eight)."""
    words = list(dict.fromkeys(fold(text[:200]).split()))
    return ([w for w in words if w not in OPTIONAL] or words)[:8]


def _means(word: str, form: str) -> bool:
    """Whether who typed `word` meant `form`: it, its beginning, or it with a slip ("elementry")."""
    if form == word or (len(word) >= _TELLING and form.startswith(word)):
        return True
    return len(word) >= _SLIP and SequenceMatcher(None, word, form, autojunk=False).ratio() >= _CLOSE


def patterns(word: str) -> list[str]:
    """LIKE patterns on `search_text` for one folded word: its beginning, or another way of writing it."""
    found = [f"% {word}%"]
    for group in SAME:
        if any(_means(word, form) for form in group):
            others = (form for form in group if not form.startswith(word))
            found += [f"% {form} %" if len(form) <= _WHOLE else f"% {form}%" for form in others]
    return list(dict.fromkeys(found))
