"""CAP 1.2, Atom and RSS of other programmes are read as plain text, or refused with a reason; never an exception."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.exchange.samples import ATOM, RSS, cap
from upstander.exchange.feeds import Feed, Refused, read
from upstander.exchange.refusals import WORDS


def taken(data: bytes) -> Feed:
    found = read(data)
    assert isinstance(found, Feed), found
    return found


def refused(data: bytes) -> str:
    found = read(data)
    assert isinstance(found, Refused), found
    assert found.words  # a person is told why
    return found.code


@pytest.mark.req("S-mash")
def test_a_cap_alert_is_read_in_english_with_its_areas_and_times_in_utc() -> None:
    feed = taken(cap())
    (item,) = feed.items
    assert (feed.kind, item.source, item.id) == ("cap", "watch@em.example.org", "EX-2026-1")
    assert item.title == "Winter storm on Tuesday morning"
    assert item.text == "Eight inches of snow before the buses leave.\n\nPlan a late start."
    assert item.sent == datetime(2026, 1, 12, 20, tzinfo=UTC)
    assert item.expires == datetime(2026, 1, 13, 12, tzinfo=UTC)
    assert (item.severity, item.areas) == ("severe", ("Prairie County", "Lake County"))
    assert (item.categories, item.links) == (("Met", "Transport"), ("https://em.example.org/storm",))


@pytest.mark.req("S-mash")
def test_what_we_read_as_cap_is_what_the_standards_schema_allows(shared_data: Path) -> None:
    import xmlschema

    schema = xmlschema.XMLSchema(shared_data / "standards" / "cap" / "CAP-v1.2-schema.xsd")
    both = "watch@em.example.org,EX-2026-1,2026-01-12T14:00:00-06:00"
    for sample in (
        cap(),
        cap("EX-2", kind="Update", references=both),
        cap("EX-3", kind="Cancel", references=both),
    ):
        schema.validate(sample.decode().partition("?>")[2])
        taken(sample)
    for wrong in ({"status": "Maybe"}, {"kind": "Alarm"}, {"sent": "12 January"}):
        sample = cap(**wrong)
        assert not schema.is_valid(sample.decode().partition("?>")[2])
        assert refused(sample) in ("value", "date")


@pytest.mark.req("S-mash")
def test_an_update_and_a_cancel_say_what_they_replace_and_nobody_ends_what_another_said() -> None:
    mine = "watch@em.example.org,EX-1,2026-01-12T14:00:00-06:00"
    other = "rival@example.net,RV-7,2026-01-12T14:00:00-06:00"
    update = taken(cap("EX-2", kind="Update", references=f"{mine} {other}")).items[0]
    assert (update.replaces, update.cancels) == (("EX-1",), False)
    assert taken(cap("EX-3", kind="Cancel", references=mine)).items[0].cancels
    assert refused(cap("EX-4", kind="Cancel")) == "references"
    assert refused(cap("EX-4", kind="Cancel", references=other)) == "references"
    assert refused(cap("EX-4", kind="Update", references="EX-1")) == "references"


@pytest.mark.req("S-mash")
def test_tests_drafts_and_acknowledgements_are_no_information_and_an_exercise_says_so() -> None:
    assert refused(cap(status="Test")) == "not-actual"
    assert refused(cap(status="Draft")) == "not-actual"
    assert refused(cap(kind="Ack")) == "acknowledgement"
    assert taken(cap(status="Exercise")).items[0].exercise
    assert refused(cap().replace(b"cap:1.2", b"cap:1.1")) == "old-cap"


@pytest.mark.req("S-mash")
def test_atom_becomes_plain_text_without_script_style_or_tracker() -> None:
    feed = taken(ATOM)
    first, second = feed.items
    assert first.title == "Phishing against schools"
    assert first.text == "Mail that looks like the district's.\n\nAsk by telephone."
    assert first.sent == datetime(2026, 1, 10, 8, tzinfo=UTC)
    assert (first.source, first.links, first.categories) == (
        "Cyber programme",
        ("https://cyber.example.org/1",),
        ("Cyber",),
    )
    assert second.text == "One.\nThree."
    assert [why.code for why in feed.left_out] == ["no-date"]


@pytest.mark.req("S-mash")
def test_rss_in_another_encoding_and_zone_is_read() -> None:
    feed = taken(RSS)
    (item,) = feed.items
    assert feed.title == "Fire Marshal, cafés and halls"
    assert item.text == "Doors must open outward.\nCheck & report."
    assert item.sent == datetime(2026, 1, 12, 14, 30, tzinfo=UTC)
    assert [why.code for why in feed.left_out] == ["no-identity"]


_LEVELS = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(25))
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + _LEVELS + b"]><rss><channel><title>&z;</title></channel></rss>"
HOSTILE = {
    "an outside file": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>',
        "entities",
    ),
    "an outside server": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><rss/>', "entities"),
    "a parameter entity": (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><rss/>', "entities"),
    "a billion laughs": (LAUGHS, "entities"),
    "an entity of a megabyte": (
        b'<!DOCTYPE a [<!ENTITY x "%s">]><rss>&x;</rss>' % (b"a" * 1_000_000),
        "entities",
    ),
    "entities in UTF-16": ('<!DOCTYPE a [<!ENTITY x "y">]><rss>&x;</rss>'.encode("utf-16"), "entities"),
    "depth": (b"<a>" * 100_000, "too-deep"),
    "width": (b"<a>" + b"<b/>" * 60_000 + b"</a>", "too-many"),
    "attributes": (b"<a %s/>" % b" ".join(b"x%d='1'" % n for n in range(100)), "too-many"),
    "size": (b"<a>" + b" " * 3_000_000 + b"</a>", "too-large"),
    "nothing": (b"   ", "empty"),
    "a page": (b"<html><body>Sign in</body></html>", "not-a-feed"),
    "half a file": (cap()[:500], "not-xml"),
    "an encoding that does not exist": (b'<?xml version="1.0" encoding="nonsense"?><rss/>', "encoding"),
    "an encoding of several bytes": (b'<?xml version="1.0" encoding="shift_jis"?><rss/>', "encoding"),
    "bytes that are no UTF-8": (b"<rss>\xff\xfe</rss>", "not-xml"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-xml"),
}


@pytest.mark.req("S-mash")
@pytest.mark.parametrize("what", HOSTILE)
def test_what_attacks_its_reader_is_refused_with_a_reason_at_once(what: str) -> None:
    data, code = HOSTILE[what]
    begun = time.monotonic()
    assert refused(data) == code
    assert time.monotonic() - begun < 5


@pytest.mark.req("S-mash")
@pytest.mark.parametrize(
    "script",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
     "&lt;script&gt;alert(1)&lt;/script&gt;", "<a href='javascript:alert(1)'>press</a>",
     "<scr<script>ipt>alert(1)</scr</script>ipt>", "<iframe srcdoc='x'>", "<!--<script>-->"],
)  # fmt: skip
def test_no_markup_of_a_feed_outlives_its_reading(script: str) -> None:
    from html import escape

    feed = taken(ATOM.replace(b"Ask by telephone.", escape(script).encode()))
    for words in (feed.items[0].text, feed.items[0].title):
        assert (
            "onerror" not in words
            and "srcdoc" not in words
            and "javascript:" not in words
            and "<img" not in words
        )


def test_invisible_and_turning_characters_are_taken_out() -> None:
    assert taken(cap(headline="Safe\u202e\u200b\ufeff storm")).items[0].title == "Safe storm"


def honest(found: Feed | Refused) -> None:
    if isinstance(found, Refused):
        assert found.code in WORDS and len(found.detail) < 40
        return
    for item in found.items:
        assert item.id and item.title and item.sent.tzinfo is UTC
        assert len(item.title) <= 300 and len(item.text) <= 20_000
        assert all(link.startswith(("https://", "http://")) for link in item.links)


@settings(max_examples=300)
@given(st.binary(max_size=300))
@example(b"<?xml version='1.0' encoding='utf-7'?><rss/>")
@example(b"<?xml version='1.0' encoding='punycode'?><rss/>")
@example(b"<?xml version='1.0' encoding='hex'?><rss/>")
@example(b"<?xml version='1.0' encoding='idna'?><rss/>")
def test_random_bytes_are_refused_and_never_raise(data: bytes) -> None:
    honest(read(data))


@settings(max_examples=400)
@given(
    st.sampled_from([cap(), cap("E", kind="Cancel", references="a,b,c"), ATOM, RSS]),
    st.randoms(use_true_random=False),
)
def test_mutated_feeds_are_read_or_refused_and_never_raise(sample: bytes, chance: random.Random) -> None:
    data = bytearray(sample)
    for _ in range(chance.randint(1, 12)):
        at, kind = chance.randrange(len(data)), chance.randrange(4)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 2:
            data[at:at] = chance.choice(
                [b"<", b"&", b"]]>", b"<x>", b"</", b"\0", b"<!DOCTYPE x>", b"9999", b"\xc3", b"T", b":"]
            )
        else:
            start = chance.randrange(len(data))
            data[at:at] = data[start : start + chance.randint(1, 60)]
    honest(read(bytes(data)))


WORDS_OF = st.text(max_size=60)


@settings(max_examples=200)
@given(date=WORDS_OF, words=st.text(max_size=200), link=WORDS_OF)
@example(date="Mon, 12 Jan 2026 08:30:00 +9999999999", words="x", link="http://[::1")
@example(date="Mon, 12 Jan 99999999999 08:30:00", words="&#0;", link="https://x:999999/")
@example(date="0001-01-01T00:00:00+23:59", words="<", link="//x")
def test_any_words_in_any_field_are_read_or_refused(date: str, words: str, link: str) -> None:
    from xml.sax.saxutils import escape

    fields = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in (
            ("guid", "g"),
            ("pubDate", date),
            ("title", words),
            ("description", words),
            ("link", link),
        )
    )
    honest(read(f"<rss><channel><item>{fields}</item></channel></rss>".encode("utf-8", "replace")))
    entry = f"<id>i</id><updated>{escape(date)}</updated><title type='html'>{escape(words)}</title>"
    honest(
        read(
            f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry></feed>".encode(
                "utf-8", "replace"
            )
        )
    )
