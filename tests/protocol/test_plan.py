"""What holds for plans besides the paragraphs: unions, gaps, storage."""

import json

import pytest

from tests.protocol.people import PSAP, facts, judged
from upstander.packs import Pack
from upstander.protocol import FactsError, Target, plan
from upstander.protocol.codec import facts_from_json, facts_to_json, plan_from_json, plan_to_json


def test_a_tip_that_is_two_things_is_owed_what_both_are_and_each_once(pack: Pack) -> None:
    found = judged(pack, "imminent_harm", "self_harm", "fight", "bullying")
    assert len(set(found.kinds)) == len(found.kinds)
    call = found.action("call_psap")
    assert (
        call and call.cites == ("D-IV.A.2.a.2", "D-IV.A.2.c.1") and call.script == "call.psap.not_in_progress"
    )
    mail = found.action("email_contacts")
    assert mail and mail.due_seconds == 60 and mail.script == "mail.critical" and "D-IV.A.3.a" in mail.cites


def test_the_gravest_subtype_rules_whatever_class_was_named(pack: Pack) -> None:
    assert judged(pack, "other", "fight").klass == "crime_against_person"
    assert judged(pack, "imminent_harm", "bullying").klass == "imminent_harm"


def test_unspecified_and_no_subtype_are_the_same(pack: Pack) -> None:
    for klass in pack.classes:
        assert judged(pack, klass.code, "unspecified").actions == judged(pack, klass.code).actions


@pytest.mark.parametrize(
    "wrong",
    [
        facts("standrad"),
        facts("standard", "bulying"),
        facts("standard", flags=frozenset({"crimnal"})),
        facts("standard", network="both"),
    ],
)
def test_facts_that_the_pack_does_not_know_are_refused_with_what_it_knows(pack: Pack, wrong: object) -> None:
    with pytest.raises(FactsError, match="standard|bullying|criminal|'in'"):
        plan(pack, wrong)  # type: ignore[arg-type]


@pytest.mark.req("D-II.D")
@pytest.mark.parametrize("network", ["in", "out"])
def test_a_critical_without_a_psap_still_owes_the_call_and_says_what_to_do(pack: Pack, network: str) -> None:
    found = judged(pack, "emergency", "fire", network=network, psap=None)
    call = found.action("call_psap")
    assert call and [t.ref for t in call.targets] == ["unknown"]
    (gap,) = [g for g in found.gaps if g.kind == "call_psap"]
    assert gap.code == "no_psap" and gap.remedy == pack.psap_fallback and "9-1-1" in gap.message


@pytest.mark.req("D-II.D")
def test_a_psap_without_a_transfer_number_is_a_gap(pack: Pack) -> None:
    bare = Target("psap", "adams", "Adams County 911", frozenset({"phone"}))
    (gap,) = judged(pack, "emergency", psap=bare).gaps
    assert gap.code == "psap_without_number" and gap.message.startswith("Adams County 911")


def test_contacts_without_phone_or_address_are_gaps_and_stay_owed(pack: Pack) -> None:
    mute = Target("contact", "ana", "Ana Rivera", frozenset({"phone"}))
    lost = Target("contact", "ben", "Ben Osei", frozenset({"email"}))
    found = judged(pack, "emergency", contacts=(mute, lost))
    assert [(g.code, g.target.ref) for g in found.gaps] == [
        ("contact_without_phone", "ana"),
        ("contact_without_email", "ben"),
    ]
    assert "notify_outreach" not in found.kinds


@pytest.mark.req("D-II.C")
@pytest.mark.parametrize("contacts", [(), (Target("contact", "ana", "Ana", frozenset({"phone", "email"})),)])
def test_where_no_contact_can_be_reached_out_of_network_duties_are_owed_as_well(
    pack: Pack, contacts: tuple[Target, ...]
) -> None:
    found = judged(pack, "standard", "bullying", contacts=contacts)
    assert found.kinds == (
        "email_contacts",
        "notify_law_enforcement",
        "decide_law_enforcement",
        "coordinate_end_users",
        "document",
        "notify_outreach",
        "confirm_class",
    )
    assert {g.code for g in found.gaps} <= {"no_contact", "contact_without_email"} and found.gaps


def test_while_the_agency_is_unknown_the_psap_answers_for_it(pack: Pack) -> None:
    found = judged(pack, "standard", "bullying", network="out", agency=None)
    assert found.actions[0].targets == (PSAP,)
    assert [g.code for g in found.gaps] == ["no_agency"]
    nobody = judged(pack, "standard", "bullying", network="out", agency=None, psap=None)
    assert [t.ref for t in nobody.actions[0].targets] == ["unknown"] and [g.code for g in nobody.gaps] == [
        "no_agency"
    ]


def test_a_plan_survives_being_stored_and_equal_facts_are_equal_bytes(pack: Pack) -> None:
    known = facts("emergency", "fire", flags=frozenset({"criminal", "abuse_suspected"}), psap=None)
    found = plan(pack, known)
    assert plan_from_json(json.loads(json.dumps(plan_to_json(found)))) == found
    same = facts("emergency", "fire", flags=frozenset({"abuse_suspected", "criminal"}), psap=None)
    assert json.dumps(facts_to_json(known)) == json.dumps(facts_to_json(same))
    assert facts_to_json(known)["flags"] == ["abuse_suspected", "criminal"]


def test_facts_survive_being_stored(pack: Pack) -> None:
    known = facts(
        "standard", "bullying", age=15, disabled=True, excluded=frozenset({"ana"}), doubts=frozenset({"place_retired"}),
        alternates=(PSAP,), results=frozenset({"decide_law_enforcement:yes"}), law_enforcement="yes", psap=None,
    )  # fmt: skip
    assert facts_from_json(json.loads(json.dumps(facts_to_json(known)))) == known


def test_facts_of_an_earlier_version_are_read_as_that_was_then(pack: Pack) -> None:
    known = facts("standard", "bullying")
    old = facts_to_json(known)
    for name in (
        "age",
        "disabled",
        "law_enforcement",
        "results",
        "doubts",
        "session",
        "alternates",
        "excluded",
    ):
        del old[name]
    # (the earliest version had a submitter whom nothing ever told it)
    assert facts_from_json({**old, "submitter": None, "what_nobody_knows_any_more": 1}) == known


def test_a_plan_names_the_pack_that_made_it(pack: Pack) -> None:
    found = judged(pack, "other")
    assert (found.pack, found.version, found.digest) == (pack.id, pack.version, pack.digest)
