"""The whole space of facts, point by point: what must hold everywhere."""

from collections.abc import Iterator
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.packs.conftest import ILLINOIS
from tests.protocol.people import facts
from upstander.packs import load
from upstander.protocol import Facts, Plan, plan

PACK = load(ILLINOIS)
RELEVANT = sorted(
    {flag for rule in PACK.rules for case in rule.cases for flag in case.flags}
    | {f.code for f in PACK.flags if f.implies}
)
FLAGS = [
    frozenset(c) for c in chain.from_iterable(combinations(RELEVANT, n) for n in range(len(RELEVANT) + 1))
]
IMAGES = "sexual_images_of_children"


def points() -> Iterator[Facts]:
    """Every class with every sub-type and none, in progress or not, In- or Out-of-Network, with every set
    of flags.
    """
    subtypes = [(), *((s.key,) for s in PACK.subtypes)]
    for klass, subtype, progress, network, flags in product(
        PACK.classes, subtypes, (True, False), ("in", "out"), FLAGS
    ):
        yield facts(klass.code, *subtype, network=network, in_progress=progress, flags=flags)


@pytest.fixture(scope="module")
def space() -> list[tuple[Facts, Plan]]:
    return [(f, plan(PACK, f)) for f in points()]


Space = list[tuple[Facts, Plan]]


def recipients(found: Plan) -> set[str]:
    """Whom a plan tells. A PSAP covers its law-enforcement agency."""
    told = {t.kind if t.kind != "contact" else t.ref for a in found.actions for t in a.targets}
    return told | ({"agency"} if "psap" in told else set())


def test_every_point_has_a_plan_and_every_action_its_reason(space: Space) -> None:
    assert len(space) == 5 * (len(PACK.subtypes) + 1) * 2 * 2 * len(FLAGS)
    paragraphs = {p.id for p in PACK.paragraphs}
    for _, found in space:
        assert found.actions and not found.gaps
        for action in found.actions:
            assert action.cites and set(action.cites) <= paragraphs
            assert action.because and action.targets and action.due_seconds


@pytest.mark.req("D-III.B.1.a")
def test_every_critical_has_a_call_to_the_psap_first(space: Space) -> None:
    for _, found in space:
        if PACK.critical(found.klass):
            assert found.kinds[0] == "call_psap" and {"assure_receipt", "command_review", "document"} <= set(
                found.kinds
            )


@pytest.mark.req("D-II.I")
@pytest.mark.req("D-III.A")
def test_everything_is_documented(space: Space) -> None:
    assert all("document" in found.kinds for _, found in space)


@pytest.mark.req("D-II.C")
def test_out_of_network_always_reaches_outreach_with_no_word_of_the_tip(space: Space) -> None:
    for known, found in space:
        outreach = found.action("notify_outreach")
        assert (outreach is not None) == (known.network == "out")
        assert outreach is None or outreach.carries == "facts"


@pytest.mark.req("D-II.B")
def test_in_network_every_contact_is_mailed_unless_it_is_only_images(space: Space) -> None:
    for known, found in space:
        if known.network == "in" and "sexual_images" not in known.flags and known.subtypes != (IMAGES,):
            mail = found.action("email_contacts")
            assert mail and mail.targets == known.contacts


@pytest.mark.req("D-III.B")
def test_raising_the_class_never_removes_a_recipient(space: Space) -> None:
    plans = {(f.klass, f.subtypes, f.in_progress, f.network, f.flags): recipients(p) for f, p in space}
    for (klass, subtypes, *rest), told in plans.items():
        if PACK.rank(klass) and subtypes != (IMAGES,) and "sexual_images" not in rest[-1]:
            graver = PACK.classes[PACK.rank(klass) - 1].code
            assert told <= plans[graver, subtypes, *rest]


@pytest.mark.req("D-IV.A.2.c.5")
def test_images_alone_reach_no_contact(space: Space) -> None:
    for known, found in space:
        only = known.subtypes in ((), (IMAGES,)) and known.klass not in ("imminent_harm", "emergency")
        images = "sexual_images" in known.flags or known.subtypes == (IMAGES,)
        if images and only and "abduction_of_minor" not in known.flags:
            assert not {"ana", "ben"} & recipients(found)


SUBTYPES = st.frozensets(st.sampled_from([s.key for s in PACK.subtypes]), max_size=5).map(sorted)


@given(
    klass=st.sampled_from([c.code for c in PACK.classes]),
    few=SUBTYPES,
    more=SUBTYPES,
    network=st.sampled_from(["in", "out"]),
    flags=st.sampled_from([f for f in FLAGS if "sexual_images" not in f]),
)
def test_adding_a_subtype_never_removes_a_recipient(
    klass: str, few: list[str], more: list[str], network: str, flags: frozenset[str]
) -> None:
    if IMAGES in {*few, *more}:
        return
    before = plan(PACK, facts(klass, *few, network=network, flags=flags))
    after = plan(PACK, facts(klass, *few, *more, network=network, flags=flags))
    assert recipients(before) <= recipients(after)
