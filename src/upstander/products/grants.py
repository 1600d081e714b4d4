"""Which login may do what on this room's tables. Drafts are the staff's; each level reads its own renditions (migration 0002).

No login has a right of its own here: who forgets to say at which level it reads is refused. Nobody removes anything.
"""

_ONCE = "SELECT, INSERT"
_READ = {"products_rendition": "SELECT", "products_file": "SELECT"}
_FOUND = "text, text, bigint, timestamp with time zone, timestamp with time zone, integer"


def _finds(*levels: str) -> dict[str, str]:
    """Search at these levels: a function of its own for each (migration 0003)."""
    found = {f"products_found_{level}({_FOUND})": "EXECUTE" for level in levels}
    return found | {f"products_nearest_{level}(text)": "EXECUTE" for level in levels}


GRANTS: dict[str, dict[str, str]] = {
    "read_open": {**_READ, **_finds("open")},
    "read_fouo": {**_READ, **_finds("fouo")},
    "read_les": {**_READ, **_finds("les")},
    "read_staff": {
        "products_product": _ONCE,
        "products_source": _ONCE,
        "products_sourcerelease": f"{_ONCE}, UPDATE(withdrawn_at, withdrawn_by)",
        "products_version": _ONCE,
        "products_paragraph": _ONCE,
        "products_review": _ONCE,
        "products_release": f"{_ONCE}, UPDATE(taken_back_at, taken_back_by)",
        "products_recall": _ONCE,
        "products_rendition": f"{_ONCE}, UPDATE(ended_at, ended_as, ended_words, ended_marking)",
        "products_word": _ONCE,
        "products_file": _ONCE,
        **_finds("open", "fouo", "les"),
    },
}
