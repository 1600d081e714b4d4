"""The whole space of facts, point by point: what must hold everywhere.

Walked once: every class with every sub-type and none, in progress or not, In- or Out-of-Network, with every set of flags; and
every kind of sub-type with every age, disability and decision on law enforcement. What a point's plan says is kept as a
`Summary`, of which there are few. The results of duties only add to a plan: they are looked at rule by rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packs.conftest import ILLINOIS
from tests.protocol.people import ANA, BEN, facts
from upstander.packs import load
from upstander.packs.vocabulary import DECISIONS
from upstander.protocol import Facts, Plan, plan

PACK = load(ILLINOIS)
ALL_FLAGS = sorted(f.code for f in PACK.flags)
IMAGES = "sexual_images_of_children"
AGES = (None, 0, 15, 16, 17, 18)
LAW_ENFORCEMENT = {"psap", "agency", "command", "dcfs", "submitter", "staff", "record"}


def sets(codes: list[str], most: int | None = None) -> list[frozenset[str]]:
    """Every set of these codes, of at most `most` of them."""
    sizes = range((len(codes) if most is None else most) + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(codes, n) for n in sizes)]


class Point(NamedTuple):
    """What of the facts varies; the people are those of one school."""

    klass: str
    subtype: str
    in_progress: bool
    network: str
    flags: frozenset[str]
    age: int | None = None
    disabled: bool = False
    law_enforcement: str = ""

    @property
    def facts(self) -> Facts:
        """The facts of this point."""
        named = (self.subtype,) if self.subtype else ()
        return facts(
            self.klass, *named, network=self.network, in_progress=self.in_progress, flags=self.flags, age=self.age,
            disabled=self.disabled, law_enforcement=self.law_enforcement,
        )  # fmt: skip

    @property
    def images(self) -> bool:
        """Whether the tip tells of images of children."""
        return self.subtype == IMAGES or "sexual_images" in self.flags


@dataclass(frozen=True)
class Summary:
    """What matters of a plan."""

    klass: str
    owed: tuple[str, ...]
    offered: tuple[str, ...]
    told: frozenset[str]  # a contact by name, anybody else by kind
    hear_of_images: frozenset[str]
    to_outreach: str | None
    complete: bool


def told(found: Plan) -> frozenset[str]:
    """Whom a plan tells. A PSAP covers its law-enforcement agency; the record, and a decision for the staff, tell nobody."""
    names = {t.ref if t.kind == "contact" else t.kind for a in found.owed for t in a.targets}
    return frozenset(names - {"record", "staff"} | ({"agency"} if "psap" in names else set()))


PARAGRAPHS = {p.id for p in PACK.paragraphs}


def summary(found: Plan) -> Summary:
    outreach = found.action("notify_outreach")
    return Summary(
        klass=found.klass,
        owed=found.kinds,
        offered=tuple(a.kind for a in found.offers),
        told=told(found),
        hear_of_images=frozenset(t.kind for a in found.actions if IMAGES in a.about for t in a.targets),
        to_outreach=outreach and f"{outreach.carries} {IMAGES in outreach.about}",
        complete=bool(found.owed) and not found.gaps and all(
            a.cites and PARAGRAPHS.issuperset(a.cites) and a.because and a.targets
            and (a.due_seconds is None) == (a.standing == "offered")
            for a in found.actions
        ),
    )  # fmt: skip


def subtype_kinds() -> list[str]:
    """One sub-type of each kind that no rule tells apart; the first names the kind."""
    kinds: dict[object, str] = {}
    for subtype in PACK.subtypes:
        if subtype.code != "unspecified":
            asks = tuple(
                (subtype.key in c.subtypes, subtype.key in c.unless_subtypes)
                for r in PACK.rules
                for c in r.cases
            )
            kinds.setdefault((subtype.klass, subtype.only, subtype.class_only, asks), subtype.key)
    return list(kinds.values())


def points() -> Iterator[Point]:
    """The whole space."""
    classes = [c.code for c in PACK.classes]
    subtypes = ["", *(s.key for s in PACK.subtypes)]
    for point in product(classes, subtypes, (True, False), ("in", "out"), sets(ALL_FLAGS)):
        yield Point(*point)
    people = product(AGES, (True, False), ["yes", "no", ""])
    for point, person in product(
        product(classes, ["", *subtype_kinds()], (False,), ("in", "out"), sets(ALL_FLAGS, 2)), list(people)
    ):
        yield Point(*point, *person)


Space = dict[Point, Summary]


@pytest.fixture(scope="module")
def space() -> Space:
    known: dict[Summary, Summary] = {}
    return {point: known.setdefault(s, s) for point in points() for s in (summary(plan(PACK, point.facts)),)}


def test_the_space_is_whole(space: Space) -> None:
    assert len(space) >= 5 * (len(PACK.subtypes) + 1) * 2 * 2 * 2 ** len(PACK.flags)


def test_every_point_has_a_plan_and_every_action_its_reason_and_its_time(space: Space) -> None:
    assert all(found.complete for found in space.values())


@pytest.mark.req("D-III.B.1.a")
def test_every_critical_has_a_call_to_the_psap_first(space: Space) -> None:
    for found in space.values():
        if PACK.critical(found.klass):
            assert found.owed[0] == "call_psap"
            assert {"assure_receipt", "command_review", "document"} <= set(found.owed)


@pytest.mark.req("D-IV.A.1.a")
def test_receipt_is_assured_for_every_critical_and_for_whatever_is_criminal(space: Space) -> None:
    for point, found in space.items():
        if PACK.critical(found.klass) or "criminal" in point.flags:
            assert "assure_receipt" in found.owed


@pytest.mark.req("D-II.I")
@pytest.mark.req("D-III.A")
def test_everything_is_documented(space: Space) -> None:
    assert all("document" in found.owed for found in space.values())


@pytest.mark.req("D-II.C")
def test_out_of_network_always_reaches_outreach_with_no_word_of_the_tip(space: Space) -> None:
    for point, found in space.items():
        assert found.to_outreach == ("facts False" if point.network == "out" else None)


@pytest.mark.req("D-II.B")
def test_in_network_every_contact_is_mailed_unless_it_is_only_images(space: Space) -> None:
    for point, found in space.items():
        if point.network == "in" and not point.images:
            assert "email_contacts" in found.owed and {ANA.ref, BEN.ref} <= found.told


@pytest.mark.req("D-III.B")
def test_raising_the_class_never_removes_a_recipient(space: Space) -> None:
    graver = {c.code: PACK.classes[c.rank - 1].code for c in PACK.classes[1:]}
    for point, found in space.items():
        if point.klass in graver and not point.images:
            assert found.told <= space[point._replace(klass=graver[point.klass])].told, point


@pytest.mark.req("D-IV.A.2.c.5")
def test_nobody_but_law_enforcement_command_and_dcfs_ever_hears_of_images(space: Space) -> None:
    assert any(found.hear_of_images for found in space.values())
    assert all(found.hear_of_images <= LAW_ENFORCEMENT for found in space.values())


@pytest.mark.req("D-IV.A.2.c.5")
def test_images_alone_reach_no_contact(space: Space) -> None:
    for point, found in space.items():
        alone = point.subtype in ("", IMAGES) and point.klass not in ("imminent_harm", "emergency")
        if point.images and alone and "abduction_of_minor" not in point.flags:
            assert not {ANA.ref, BEN.ref} & found.told and "sio_coordination" not in found.offered


@pytest.mark.req("D-IV.B")
def test_suspected_abuse_is_always_reported_to_dcfs_by_somebody(space: Space) -> None:
    for point, found in space.items():
        if "abuse_suspected" in point.flags:
            assert found.owed.count("dcfs_report") == 1
            assert ("dcfs" in found.told) == ("submitted_by_agency" not in point.flags)


def test_subtypes_of_one_kind_have_one_plan() -> None:
    """What the second half of the space leaves out changes nothing but the words."""
    kinds = subtype_kinds()
    assert len(kinds) < len(PACK.subtypes) / 2
    seen = {summary(plan(PACK, facts(k.code, s))) for k in PACK.classes for s in kinds}
    for klass, subtype in product(PACK.classes, PACK.subtypes):
        if subtype.code != "unspecified":
            assert summary(plan(PACK, facts(klass.code, subtype.key))) in seen


RESULTS = sorted({result for rule in PACK.rules for case in rule.cases for result in case.after})
SUBTYPES = st.frozensets(st.sampled_from([s.key for s in PACK.subtypes]), max_size=4).map(sorted)
MARKS = st.sampled_from(sets(ALL_FLAGS))


@st.composite
def known(draw: st.DrawFn) -> Facts:
    """Facts of any kind."""
    return facts(
        draw(st.sampled_from([c.code for c in PACK.classes])),
        *draw(SUBTYPES),
        network=draw(st.sampled_from(["in", "out"])),
        in_progress=draw(st.booleans()),
        flags=draw(MARKS),
        age=draw(st.sampled_from(AGES)),
        disabled=draw(st.booleans()),
        law_enforcement=draw(st.sampled_from(["", *DECISIONS[1:]])),
        excluded=draw(st.sampled_from([frozenset(), frozenset({"ana"}), frozenset({"ana", "ben"})])),
    )


@settings(max_examples=300)
@given(before=known(), results=st.frozensets(st.sampled_from(RESULTS)))
def test_what_is_recorded_only_adds(before: Facts, results: frozenset[str]) -> None:
    then = plan(PACK, replace(before, results=results))
    assert {a.rule for a in plan(PACK, before).owed} <= {a.rule for a in then.owed}
    assert told(plan(PACK, before)) <= told(then)


@settings(max_examples=300)
@given(few=known(), more=SUBTYPES)
def test_adding_a_subtype_never_removes_a_recipient(few: Facts, more: list[str]) -> None:
    if IMAGES in (*few.subtypes, *more) or "sexual_images" in few.flags:
        return
    assert told(plan(PACK, few)) <= told(plan(PACK, replace(few, subtypes=(*few.subtypes, *more))))


@settings(max_examples=300)
@given(some=known())
def test_whoever_is_left_out_somebody_is_told(some: Facts) -> None:
    found = plan(PACK, some)
    assert told(found) & {"psap", "agency", "ana", "ben"} or some.network == "out"
    assert not some.excluded & {t.ref for a in found.actions for t in a.targets}
