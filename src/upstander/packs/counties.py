"""How the name of a county is compared, however a register or a person spells it."""

import re
import unicodedata

_SPELLED_SAINT = re.compile(r"^saint(?=\s|\.)")
_OTHER = re.compile(r"[^a-z0-9]+")


def county_key(name: str) -> str:
    """What spellings of one county have in common: Du Page, Dupage and DuPage; Saint Clair and St. Clair."""
    bare = unicodedata.normalize("NFKD", _SPELLED_SAINT.sub("st", name.strip().casefold()))
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return _OTHER.sub("", bare.casefold())
