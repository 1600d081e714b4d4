"""Which login may do what on this room's tables, and what the worker knows of a release: whom it is for, and no word of it.

Members see their own copies only, and issues of their level: migration 0002.
"""

_OWN = {
    "circulation_issue": "SELECT",
    "circulation_copy": "SELECT, INSERT, UPDATE(read_at)",
    "circulation_choice": "SELECT, INSERT, UPDATE(newsletters_off_at, feed_digest, feed_made_at, feed_told_at)",
    "circulation_device": "SELECT(id, member_id, host, made_at), INSERT, UPDATE(host, key_version, sealed_relay), DELETE",
    "circulation_phone": "SELECT, INSERT, UPDATE(ended_at)",
    # (what is sealed nobody but the relay reads)
    "circulation_number": "SELECT(id, member_id, ends_in, code, tries, asked_at, confirmed_at, stopped_at), INSERT, "
    "UPDATE(tries, confirmed_at), DELETE",
}
_SAID = {"circulation_feedback": "SELECT, INSERT, UPDATE(relevant, timely, use, at)"}
# whose presses they are is not for the staff
_COUNTED = "SELECT(id, product_id, level, discipline, regions, relevant, timely, use, at)"
_RELEASE = "SELECT(id, version_id, goes_at, taken_back_at)"
_VERSION = "SELECT(id, product_id, number, kind, topics, regions, disciplines, urgent, acknowledge)"
_RENDITION = "SELECT(id, release_id, product_id, level, published_at, ended_at, ended_as, topics)"

GRANTS: dict[str, dict[str, str]] = {
    # a feed is asked for by a token, an unsubscription pressed by one: before anybody knows whose wall it is
    # (and a phone asks by its mark)
    "network": {
        "circulation_choice": "SELECT(id, member_id, digest, feed_digest)",
        "circulation_phone": "SELECT(id, member_id, digest, ended_at)",
    },
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
        "circulation_alarm": "SELECT",
        "circulation_phone": "SELECT, UPDATE(seen_at), DELETE",
        "circulation_device": "SELECT(id, member_id)",
        "circulation_number": "SELECT(id, member_id, confirmed_at, stopped_at)",
    },
    "relay": {
        "circulation_issue": "SELECT",
        "circulation_copy": "SELECT",
        "circulation_digest": "SELECT",
        "circulation_ping": "SELECT",
        "circulation_choice": "SELECT(id, member_id, newsletters_off_at, sealed_token, key_version)",
        "circulation_number": "SELECT, UPDATE(stopped_at)",
        "circulation_alarm": "SELECT",
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
        "circulation_choice": "SELECT(id, member_id, newsletters_off_at), INSERT",
        "circulation_number": "SELECT(id, member_id, asked_at, confirmed_at, stopped_at), DELETE",
        "circulation_alarm": "SELECT, INSERT",
        "circulation_device": "SELECT(id, member_id)",
        "circulation_sent": "SELECT",
    },
}
