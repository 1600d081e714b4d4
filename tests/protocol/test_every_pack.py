"""What must hold of every state's pack, over its whole space of facts: those that come with the product, and one's own.

A new state's pack in packs/ is found by itself; one elsewhere by `UPSTANDER_PACK=... pytest tests/protocol/test_every_pack.py`.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.conftest import ILLINOIS
from tests.protocol.people import facts
from tests.protocol.space import (
    CONTACTS,
    LACKING,
    Point,
    ages,
    loaded,
    pairs,
    rests,
    secret,
    secrets,
    sets,
    submitters,
    subtype_kinds,
    summary,
    told,
    troubled,
    walked,
)
from upstander.config import config
from upstander.packs import Pack
from upstander.packs.versions import versions
from upstander.packs.vocabulary import DECISIONS, MAILS, SUBMITTERS, TELLS_CONTACTS
from upstander.protocol import Facts, plan
from upstander.protocol.clocks import asked
from upstander.protocol.codec import facts_from_json, facts_to_json, plan_from_json, plan_to_json

FOLDERS = sorted({p.parent for p in ILLINOIS.parent.glob("*/pack.toml")} | {Path(config().pack).resolve()})


# All tests of one pack in one worker: its whole space is walked once.
_PACKS = [pytest.param(f, id=f.name, marks=pytest.mark.xdist_group(f.name)) for f in FOLDERS]


@pytest.fixture(scope="module", params=_PACKS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return loaded(request.param)


def test_there_are_states_beside_illinois() -> None:
    assert {"illinois", "lakeland", "template"} <= {folder.name for folder in FOLDERS}


def test_every_version_in_the_folder_is_whole() -> None:
    for folder in FOLDERS:
        assert not versions(folder).refused


def test_what_a_new_state_copies_has_clocks_and_service_levels() -> None:
    template = loaded(ILLINOIS.parent / "template")
    assert {d.owner for d in template.clocks.duties} == {"school", "desk"} and template.clocks.closed
    assert all(template.paragraph(cite).statute for d in template.clocks.duties for cite in d.cites)
    assert {level.code for level in template.levels} >= {"first_answer", "psap_call"}


def test_the_space_is_whole(pack: Pack) -> None:
    """The full product of all facts that a rule tells apart, and of the sub-types that none does each by itself."""
    product = 1
    rest = (ages(pack), (True, False), ["", *DECISIONS[1:]], submitters(pack), (True, False))
    for values in (pack.classes, ["", *subtype_kinds(pack)], ("in", "out"), *rest, sets([f.code for f in pack.flags])):
        product *= len(values)
    others = len(pack.subtypes) - len(subtype_kinds(pack))
    assert len(walked(pack)) == product + len(pack.classes) * others * 2 * 2 * 2 ** len(pack.flags)


@settings(max_examples=300)
@given(data=st.data())
def test_a_plan_is_what_is_demanded_toward_these_people(pack: Pack, data: st.DataObject) -> None:
    """A point of the space taken at random: its own plan says what the space has of it."""
    place = data.draw(st.sampled_from(walked(pack).places))
    n = data.draw(st.integers(0, len(walked(pack).at(place)) - 1))
    point = place._replace(rest=rests(pack)[n])
    assert walked(pack).at(place)[n] == summary(pack, plan(pack, point.facts))


def test_every_point_has_a_plan_and_every_action_its_reason_and_its_time(pack: Pack) -> None:
    assert all(found.complete and not found.gaps for found in walked(pack).values())


def test_every_trouble_has_a_plan_too_and_whoever_is_not_on_file_is_named(pack: Pack) -> None:
    space = troubled(pack)
    assert {p.lacking for p in space} == set(sets(list(LACKING)))
    for point, found in space.items():
        assert found.complete, point
        assert ("unknown" in found.told) <= bool(found.gaps & {"no_contact", "everybody_excluded"}), point


@pytest.mark.req("D-III.B.1.a")
@pytest.mark.req("D-II.D")
def test_every_critical_has_a_call_to_the_psap_or_the_gap_that_says_that_it_is_not_known(pack: Pack) -> None:
    for point, found in troubled(pack).items():
        if pack.critical(found.klass):
            assert "call_psap" in found.owed, point
            assert ("no_psap" in found.gaps) == ("psap" in point.lacking) == ("psap" not in found.known), point


@pytest.mark.req("D-I.A")
def test_in_trouble_somebody_is_told_or_a_gap_says_who_is_missing_and_never_those_left_out(pack: Pack) -> None:
    near = {"psap", "agency", *CONTACTS}
    for point, found in troubled(pack).items():
        close = point.network == "in" or pack.critical(found.klass)
        assert (found.known & near if close else found.known) or found.gaps, point
        assert not point.excluded & found.told, point


@pytest.mark.req("D-II.A")
def test_naming_every_contact_brings_in_law_enforcement(pack: Pack) -> None:
    for point, found in troubled(pack).items():
        if point.excluded == set(CONTACTS) and not point.lacking:
            assert found.known & {"psap", "agency"}, point


def test_what_is_two_things_tells_whoever_either_tells(pack: Pack) -> None:
    for point in pairs(pack):
        if not secret(pack, point):
            found = told(plan(pack, point.facts))
            for klass, alone in ((point.klass, point.subtype), (pack.subtype(point.also).klass, point.also)):
                assert walked(pack).at(Point(klass, alone, point.network, point.flags))[0].told <= found, point


@pytest.mark.req("D-I.A")
def test_no_point_is_without_somebody_who_is_told(pack: Pack) -> None:
    assert all(found.told for found in walked(pack).values())


@pytest.mark.req("D-III.B.1.a")
def test_every_critical_has_a_call_to_the_psap(pack: Pack) -> None:
    for found in walked(pack).values():
        assert not pack.critical(found.klass) or "call_psap" in found.owed


@pytest.mark.req("D-III.B")
def test_raising_the_class_never_removes_a_recipient(pack: Pack) -> None:
    space = walked(pack)
    graver = {c.code: pack.classes[c.rank - 1].code for c in pack.classes[1:]}
    for point in space.places:
        if point.klass in graver and not secret(pack, point):
            for found, raised in space.beside(point, point._replace(klass=graver[point.klass])):
                assert found.told <= raised.told, point


@pytest.mark.req("D-II.C")
def test_outreach_never_gets_a_word_of_the_tip(pack: Pack) -> None:
    assert all(found.to_outreach != "tip" for found in walked(pack).values())


@pytest.mark.req("D-IV.A.2.c.5")
def test_what_few_may_hear_of_reaches_nobody_else_and_no_contact(pack: Pack) -> None:
    assert secrets(pack)
    heard = {one for found in walked(pack).values() for one in found.hear}
    assert heard
    for one in heard:
        subtype, target = one.split()
        assert target in pack.subtype(subtype).only and target not in TELLS_CONTACTS


def test_subtypes_of_one_kind_have_one_plan(pack: Pack) -> None:
    """What the full product leaves out changes nothing but the words."""
    kinds = subtype_kinds(pack)
    seen = {summary(pack, plan(pack, facts(k.code, s))) for k in pack.classes for s in kinds}
    for klass in pack.classes:
        for subtype in pack.subtypes:
            if subtype.code != "unspecified":
                assert summary(pack, plan(pack, facts(klass.code, subtype.key))) in seen


@pytest.mark.req("D-II.J")
def test_the_plan_is_the_same_in_session_and_out(pack: Pack) -> None:
    for subtype in pack.subtypes:
        assert (
            len({plan(pack, facts(subtype.klass, subtype.key, session=s)) for s in ("in", "out", "unknown")})
            == 1
        )


def test_every_text_that_a_plan_asks_for_is_there(pack: Pack) -> None:
    for subtype in pack.subtypes:
        for network in ("in", "out"):
            for action in plan(pack, facts(subtype.klass, subtype.key, network=network)).actions:
                script = f"{action.script}.body" if action.kind in MAILS else action.script
                for key in (
                    f"kind.{action.kind}",
                    f"owner.{action.owed_by}",
                    f"proof.{action.proof}",
                    script,
                ):
                    assert pack.text(key)


def test_every_duty_can_be_ended_and_what_it_opens_is_opened(pack: Pack) -> None:
    for rule in pack.rules:
        assert pack.proof(rule.proof).closes
        for case in rule.cases:
            for result in case.after:
                opened = plan(
                    pack, facts(pack.classes[0].code, results=frozenset({result}), flags=case.flags)
                )
                assert rule.id in {a.rule for a in opened.actions}


def test_facts_and_plans_survive_being_stored(pack: Pack) -> None:
    for subtype in pack.subtypes:
        known = facts(subtype.klass, subtype.key, age=12, excluded=frozenset({"ana"}), psap=None)
        found = plan(pack, known)
        assert facts_from_json(json.loads(json.dumps(facts_to_json(known)))) == known
        assert plan_from_json(json.loads(json.dumps(plan_to_json(found)))) == found


@pytest.mark.parametrize("lacking", ["psap", "agency", "troop", "zone"])
def test_whoever_is_not_on_file_is_a_gap_with_what_to_do(pack: Pack, lacking: str) -> None:
    for klass in pack.classes:
        results = frozenset(r for rule in pack.rules for case in rule.cases for r in case.after)
        known = facts(klass.code, network="out", results=results, **{lacking: None})
        for gap in plan(pack, known).gaps:
            assert gap.message and gap.remedy and gap.code == f"no_{lacking}"


def test_a_duty_clock_asks_only_of_what_the_tip_is(pack: Pack) -> None:
    for subtype in pack.subtypes:
        for duty in asked(pack, facts(subtype.klass, subtype.key)):
            assert subtype.key in duty.subtypes


@st.composite
def any_facts(draw: st.DrawFn, pack: Pack) -> Facts:
    """Facts of any kind that this pack can judge."""
    subtypes = st.frozensets(st.sampled_from([s.key for s in pack.subtypes]), max_size=4).map(sorted)
    return facts(
        draw(st.sampled_from([c.code for c in pack.classes])),
        *draw(subtypes),
        network=draw(st.sampled_from(["in", "out"])),
        in_progress=draw(st.booleans()),
        flags=draw(st.sampled_from(sets(sorted(f.code for f in pack.flags), 3))),
        age=draw(st.sampled_from(ages(pack))),
        disabled=draw(st.booleans()),
        submitter=draw(st.sampled_from(SUBMITTERS)),
        law_enforcement=draw(st.sampled_from(["", *DECISIONS[1:]])),
        excluded=draw(st.sampled_from([frozenset(), frozenset({"ana"}), frozenset({"ana", "ben"})])),
    )


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_recorded_only_adds(pack: Pack, data: st.DataObject) -> None:
    waited = sorted({result for rule in pack.rules for case in rule.cases for result in case.after})
    before = data.draw(any_facts(pack))
    results = data.draw(st.frozensets(st.sampled_from(waited))) if waited else frozenset()
    then = plan(pack, replace(before, results=results))
    assert {a.rule for a in plan(pack, before).owed} <= {a.rule for a in then.owed}
    assert told(plan(pack, before)) <= told(then)


@settings(max_examples=150)
@given(data=st.data())
def test_adding_a_subtype_never_removes_a_recipient(pack: Pack, data: st.DataObject) -> None:
    few = data.draw(any_facts(pack))
    more = data.draw(st.frozensets(st.sampled_from([s.key for s in pack.subtypes]), max_size=3).map(sorted))
    hidden = secrets(pack) & {*few.subtypes, *more, *(pack.flag(f).implies for f in few.flags)}
    if not hidden:
        assert told(plan(pack, few)) <= told(plan(pack, replace(few, subtypes=(*few.subtypes, *more))))


@settings(max_examples=150)
@given(data=st.data())
@pytest.mark.req("D-II.A")
def test_whoever_is_left_out_somebody_is_told_and_never_those(pack: Pack, data: st.DataObject) -> None:
    some = data.draw(any_facts(pack))
    found = plan(pack, some)
    if some.network == "in":
        assert told(found) & {"psap", "agency", *CONTACTS}
    else:  # nobody is listed: the PSAP of a Critical, else law enforcement or whoever speaks with such schools
        assert told(found) & ({"psap"} if pack.critical(found.klass) else {"agency", "outreach"})
        assert not told(found) & set(CONTACTS)
    assert not some.excluded & {t.ref for a in found.actions for t in a.targets}
