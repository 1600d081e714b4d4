"""Which login may do what on this room's tables, and what the worker knows of a release: whom it is for, and no word of it.

Members see their own copies only, and issues of their level: migration 0002.
"""

_OWN = {
    "circulation_issue": "SELECT",
    "circulation_copy": "SELECT, INSERT, UPDATE(read_at)",
    "circulation_choice": "SELECT, INSERT, UPDATE(newsletters_off_at, text_to, feed_digest, feed_made_at)",
    "circulation_device": "SELECT(id, member_id, host, made_at), INSERT, DELETE",
}
_SAID = {"circulation_feedback": "SELECT, INSERT, UPDATE(relevant, timely, use, at)"}
# whose presses they are is not for the staff
_COUNTED = "SELECT(id, product_id, level, discipline, regions, relevant, timely, use, at)"
_RELEASE = "SELECT(id, version_id, goes_at, taken_back_at)"
_VERSION = "SELECT(id, product_id, number, kind, topics, regions, disciplines, urgent, acknowledge)"
_RENDITION = "SELECT(id, release_id, product_id, level, published_at, ended_at, ended_as, topics)"

GRANTS: dict[str, dict[str, str]] = {
    # a feed is asked for by a token, an unsubscription pressed by one: before anybody knows whose wall it is
    "network": {"circulation_choice": "SELECT(id, member_id, digest, feed_digest)"},
    "read_open": _OWN | _SAID,
    "read_fouo": _OWN | _SAID,
    "read_les": _OWN | _SAID,
    "read_staff": {
        **_OWN,
        "circulation_copy": "SELECT",
        "circulation_digest": "SELECT",
        "circulation_feedback": _COUNTED,
        "circulation_ping": "SELECT",
        "circulation_sent": "SELECT",
    },
    "relay": {
        "circulation_issue": "SELECT",
        "circulation_copy": "SELECT",
        "circulation_digest": "SELECT",
        "circulation_ping": "SELECT",
        "circulation_choice": "SELECT(id, member_id, text_to, newsletters_off_at, sealed_token, key_version)",
        "circulation_device": "SELECT, DELETE",  # a browser that has ended it
    },
    "worker": {
        "products_release": _RELEASE,
        "products_version": _VERSION,
        "products_recall": "SELECT(id, product_id, at)",
        "products_rendition": _RENDITION,
        "circulation_issue": "SELECT, INSERT, UPDATE(cursor, done_at)",
        "circulation_copy": "SELECT, INSERT, UPDATE(digest_id)",
        "circulation_digest": "SELECT, INSERT",
        "circulation_ping": "SELECT, INSERT",
        "circulation_choice": "SELECT(id, member_id, text_to, newsletters_off_at), INSERT",
        "circulation_device": "SELECT(id, member_id)",
        "circulation_sent": "SELECT",
    },
}
