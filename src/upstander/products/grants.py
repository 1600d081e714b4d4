"""Which login may do what on this room's tables. Drafts are the staff's; each level reads its own renditions (migration 0002).

No login has a right of its own here: who forgets to say at which level it reads is refused. Nobody removes anything.
"""

_ONCE = "SELECT, INSERT"

GRANTS: dict[str, dict[str, str]] = {
    "read_open": {"products_rendition": "SELECT"},
    "read_fouo": {"products_rendition": "SELECT"},
    "read_les": {"products_rendition": "SELECT"},
    "read_staff": {
        "products_product": _ONCE,
        "products_source": _ONCE,
        "products_sourcerelease": f"{_ONCE}, UPDATE(withdrawn_at, withdrawn_by)",
        "products_version": _ONCE,
        "products_paragraph": _ONCE,
        "products_review": _ONCE,
        "products_release": f"{_ONCE}, UPDATE(taken_back_at, taken_back_by)",
        "products_recall": _ONCE,
        "products_rendition": f"{_ONCE}, UPDATE(ended_at, ended_as, ended_words)",
    },
}
