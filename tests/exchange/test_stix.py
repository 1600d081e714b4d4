"""A bulletin is STIX 2.1 with TLP 2.0 to everybody who knows the standard, and comes back as it was."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import jsonschema_rs
import msgspec
import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.exchange import stix
from upstander.exchange.bulletin import Bulletin
from upstander.exchange.refusals import Refusal
from upstander.markings import Level
from upstander.markings.scheme import TLP_LABELS

KEY = "ab" * 32
MONDAY = datetime(2026, 1, 12, 15, tzinfo=UTC)
FIRST = Bulletin(
    id=UUID("0199c0de-0000-7000-8000-000000000001"), version=1, level=Level.FOUO, title="Threats copied from a video",
    paragraphs=("A video led to like threats in three regions.", "Ask who saw it first.\nDo not repeat its words."),
    topics=("concerns", "copycat"), published=MONDAY, modified=MONDAY,
    markings=("FOUO", "TLP:AMBER"), state="published", originator="Prairie School Safety Programme",
)  # fmt: skip
CORRECTED = replace(
    FIRST, version=2, state="corrected", paragraphs=("Two regions, not three.",), remark="The third report was an older one.",
    modified=FIRST.modified + timedelta(hours=2, milliseconds=7),
)  # fmt: skip
RECALLED = replace(
    CORRECTED, version=3, state="recalled", paragraphs=(), remark="Its originator withdrew it.",
    modified=FIRST.modified + timedelta(hours=5),
)  # fmt: skip
ALL = {"first": FIRST, "corrected": CORRECTED, "recalled": RECALLED}


def written(bulletin: Bulletin) -> bytes:
    return msgspec.json.encode(stix.bundle(bulletin, KEY))


@pytest.fixture(scope="module")
def official() -> jsonschema_rs.Validator:
    """The schemas of OASIS, each under the address by which the others name it."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "standards" / "stix" / "schemas"
    if not folder.is_dir():
        pytest.skip("the STIX schemas are not on this machine (../shared/data/standards/stix)")
    texts = {p: p.read_text() for p in sorted(folder.glob("*/*.json"))}
    found = {
        p: json.loads(text) for p, text in texts.items() if "/observables/" not in text
    }  # of which there are none here
    base = "https://stix.example/schemas"
    for (
        path,
        schema,
    ) in found.items():  # their own names differ in protocol and branch: they are named by their place
        schema["$id"] = f"{base}/{path.parent.name}/{path.name}"
    named = {
        "report": "sdos/report",
        "note": "sdos/note",
        "identity": "sdos/identity",
        "marking-definition": "common/marking-definition",
    }
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in found.values()])
    rules = [
        {"if": {"properties": {"type": {"const": kind}}}, "then": {"$ref": f"{base}/{place}.json"}}
        for kind, place in named.items()
    ]
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["type", "id", "objects"],
        "properties": {"objects": {"items": {"properties": {"type": {"enum": list(named)}}, "allOf": rules}}},
    }  # fmt: skip
    return jsonschema_rs.Draft202012Validator(whole, registry=registry)


@pytest.mark.req("S-states")
@pytest.mark.parametrize("which", ALL)
def test_what_leaves_is_valid_by_the_official_schemas(official: jsonschema_rs.Validator, which: str) -> None:
    data = json.loads(written(ALL[which]))
    assert [str(error) for error in official.iter_errors(data)] == []
    wrong = json.loads(written(ALL[which]))
    del next(one for one in wrong["objects"] if one["type"] == "report")["published"]
    assert not official.is_valid(wrong)  # the check does check


@pytest.mark.req("S-states")
@pytest.mark.parametrize("which", ALL)
def test_the_library_of_the_standard_reads_it_without_anything_custom(which: str) -> None:
    bulletin = ALL[which]
    bundle = stix2.parse(written(bulletin), allow_custom=False)
    report = next(one for one in bundle.objects if one.type == "report")
    assert (report.name, report.revoked) == (bulletin.title, bulletin.state == "recalled")
    assert report.modified == bulletin.modified
    marked = {one.id: one.name for one in bundle.objects if one.type == "marking-definition"}
    assert [marked[ref] for ref in report.object_marking_refs] == ["FOUO", "TLP:AMBER"]


@pytest.mark.req("S-products")
def test_our_tlp_markings_are_the_official_ones(shared_data: Path) -> None:
    official = json.loads((shared_data / "standards" / "stix" / "tlp2_markings.json").read_text())
    ours = [msgspec.to_builtins(stix.marking(label)) for label in TLP_LABELS]
    assert ours == official


@pytest.mark.req("S-states")
@pytest.mark.parametrize("which", ALL)
def test_a_bulletin_comes_back_as_it_was(which: str) -> None:
    assert stix.read(stix.decoded(written(ALL[which])), KEY) == ALL[which]


@pytest.mark.req("S-states")
def test_a_correction_is_the_same_report_with_a_later_date_and_a_recall_carries_no_text() -> None:
    reports = [
        next(o for o in json.loads(written(b))["objects"] if o["type"] == "report") for b in ALL.values()
    ]
    assert len({one["id"] for one in reports}) == len({one["created"] for one in reports}) == 1
    assert [one["modified"] for one in reports] == sorted(one["modified"] for one in reports)
    assert "description" not in reports[2] and reports[2]["revoked"] is True


def refused(data: dict[str, object], key: str = KEY) -> str:
    with pytest.raises(Refusal) as why:
        stix.read(stix.decoded(json.dumps(data).encode()), key)
    return why.value.why.code


@pytest.mark.req("S-states")
def test_a_bundle_that_says_two_things_at_once_is_refused() -> None:
    def changed(kind: str, **fields: object) -> dict[str, object]:
        data = json.loads(written(CORRECTED))
        next(one for one in data["objects"] if one["type"] == kind).update(fields)
        return data

    other = stix.report_id("cd" * 32, FIRST.id)
    assert refused(changed("report", id=other)) == "stix"  # another programme's product
    assert refused(json.loads(written(FIRST)), key="cd" * 32) == "originator"
    assert refused(changed("report", revoked=True)) == "stix"  # with its text, and not said to be recalled
    assert (
        refused(changed("report", object_marking_refs=[stix.marking("TLP:CLEAR").id])) == "marking"
    )  # which is not defined in it
    assert (
        refused(changed("marking-definition", name="OPEN")) == "marking"
    )  # another name under the id of FOUO
    assert refused(changed("report", x_more="1")) == "stix"
    assert refused(changed("report", labels=["state:corrected", "level:secret"])) == "marking"
    assert refused(changed("report", labels=["state:corrected", "level:open", "topic:<b>"])) == "stix"
    assert refused(changed("report", name="Title\u202e")) == "stix"  # not as such a programme writes it
    assert refused(changed("report", published="2026-02-30T00:00:00.000Z")) == "date"


printable = st.text(st.characters(codec="utf-8"), max_size=80)


@settings(max_examples=200)
@given(
    title=printable, paragraphs=st.lists(printable, max_size=6), remark=printable, originator=printable,
    version=st.integers(1, 10_000), level=st.sampled_from(Level),
    labels=st.lists(st.sampled_from(["FOUO", "LES", *TLP_LABELS]), unique=True),
)  # fmt: skip
def test_whatever_is_written_is_read_again_as_the_same(
    title: str,
    paragraphs: list[str],
    remark: str,
    originator: str,
    version: int,
    level: Level,
    labels: list[str],
) -> None:
    bulletin = replace(
        FIRST, id=uuid4(), title=title, paragraphs=tuple(paragraphs), remark=remark, originator=originator, version=version,
        level=level, markings=tuple(labels),
    )  # fmt: skip
    try:
        data = written(bulletin)
        found = stix.read(stix.decoded(data), KEY)
    except (ValueError, Refusal):  # nothing that may be said: no marking, no title
        return
    assert written(found) == data
    assert (found.version, found.level, set(found.markings)) == (version, level, set(labels))


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.integers() | printable,
        lambda inner: st.lists(inner) | st.dictionaries(printable, inner),
        max_leaves=20,
    )
)
def test_any_json_is_refused_and_never_raises(data: object) -> None:
    with pytest.raises(Refusal):
        stix.read(stix.decoded(json.dumps(data).encode()), KEY)
