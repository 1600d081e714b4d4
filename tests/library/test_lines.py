"""What is taken up becomes lines that a pack reads back as they were typed, whatever was typed."""

import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from upstander.library.lines import lines
from upstander.packs import load

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
DAY = date(2026, 11, 23)


def entry(**more) -> dict[str, object]:
    return {
        "code": "new_one", "title": "A title", "source": "Somebody", "why": {"en": "It helps."}, "kind": "guide",
        "level": "national", "audiences": ["sro"], "subjects": ["bullying"], "languages": ["en"], "address": "",
        "verified": False,
    } | more  # fmt: skip


@given(TEXT, TEXT, TEXT)
def test_nothing_that_is_typed_becomes_a_line(title, source, why):
    made = tomllib.loads(lines(entry(title=title, source=source, why={"en": why or "x"}), DAY))
    (one,) = made["resource"]
    assert set(made) == {"resource"} and len(one) == 10
    for read, typed in ((one["title"], title), (one["source"], source)):
        pairs = zip(read, typed, strict=True)
        assert all(a == b or (a == " " and not b.isprintable()) for a, b in pairs)


def test_a_pack_with_the_lines_is_whole(copy):
    path = copy / "resources.toml"
    made = lines(entry(title='He said "yes" \\ no', address="https://example.org/", verified=True), DAY)
    path.write_text(path.read_text() + "\n" + made)
    one = load(copy).library.resource("new_one")
    assert one.title == 'He said "yes" \\ no' and one.verified == DAY
    assert "verified" not in lines(entry(address="https://example.org/"), DAY), "nobody opened it"
    assert "verified" not in lines(entry(verified=True), DAY), "there is nothing to open"
