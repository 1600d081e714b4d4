"""The directive's special paths: who else is told, asked or offered help, and because of what."""

import pytest

from tests.protocol.people import ANA, BEN, POLICE, TROOP, ZONE, facts, judged
from upstander.packs import Pack
from upstander.protocol import FactsError, Plan, Target, plan, recorded

FLAG = frozenset


def after(
    pack: Pack, *results: str, klass: str = "emergency", subtype: str = "fire", **other: object
) -> Plan:
    return plan(pack, recorded(pack, facts(klass, subtype, **other), frozenset(results)))  # type: ignore[arg-type]


# ---- help (D-I.B)


@pytest.mark.req("D-I.B")
@pytest.mark.parametrize(
    ("klass", "subtype"), [("imminent_harm", "self_harm"), ("standard", "wellbeing_concern")]
)
def test_help_is_owed_to_who_is_not_coping(pack: Pack, klass: str, subtype: str) -> None:
    action = judged(pack, klass, subtype).action("crisis_referral")
    assert action and action.owed_by == "call_taker" and action.due_seconds and action.carries == "nothing"


@pytest.mark.req("D-I.B")
def test_help_is_offered_for_every_other_kind_and_is_never_late(pack: Pack) -> None:
    for subtype in pack.subtypes:
        if subtype.key not in ("self_harm", "wellbeing_concern"):
            found = judged(pack, subtype.klass, subtype.key)
            offer = found.offer("crisis_referral")
            assert offer and offer.due_seconds is None and offer.cites == ("D-I.B",)


# ---- law enforcement, yes or no (D-III.B.2)


@pytest.mark.req("D-III.B.2")
@pytest.mark.parametrize("network", ["in", "out"])
def test_every_standard_tip_needs_a_yes_or_no(pack: Pack, network: str) -> None:
    for subtype in pack.subtypes_of("standard"):
        action = judged(pack, "standard", subtype.key, network=network).action("decide_law_enforcement")
        assert action and action.owed_by == "call_taker"
        assert set(pack.proof(action.proof).closes) == {"yes", "no"}


@pytest.mark.req("D-III.B.2")
def test_yes_tells_law_enforcement_and_no_tells_it_nothing(pack: Pack) -> None:
    yes = after(pack, "decide_law_enforcement:yes", klass="standard", subtype="vaping")
    no = after(pack, "decide_law_enforcement:no", klass="standard", subtype="vaping")
    told = yes.action("notify_law_enforcement")
    assert told and told.targets == (POLICE,) and told.owed_by == "stic_staff"
    for found in (yes, no):
        assert "decide_law_enforcement" not in found.kinds
    assert "notify_law_enforcement" not in no.kinds


@pytest.mark.req("D-III.B.2")
@pytest.mark.parametrize("flag", ["criminal", "law_enforcement_needed"])
def test_what_is_criminal_needs_no_question(pack: Pack, flag: str) -> None:
    found = judged(pack, "standard", "vaping", flags=FLAG({flag}))
    assert "decide_law_enforcement" not in found.kinds and "notify_law_enforcement" in found.kinds


# ---- what may be done besides (D-IV.A.1)


@pytest.mark.req("D-IV.A.1.a")
def test_coordination_is_offered_in_network_and_owed_where_stic_must(pack: Pack) -> None:
    offer = judged(pack, "standard", "bullying").offer("coordinate_end_users")
    assert offer and offer.owed_by == "stic_staff" and set(offer.targets) == {POLICE, ANA, BEN}
    owed = judged(pack, "standard", "bullying", network="out").action("coordinate_end_users")
    assert owed and owed.due_seconds


@pytest.mark.req("D-IV.A.1.b")
def test_analytical_support_is_offered_and_owed_from_the_request_on(pack: Pack) -> None:
    offer = after(pack).offer("analytical_support")
    assert offer and offer.owed_by == "stic_analyst" and offer.due_seconds is None
    owed = after(pack, "analytical_support:requested").action("analytical_support")
    assert owed and owed.targets == (POLICE,) and owed.due_seconds


@pytest.mark.req("D-III.A")
def test_assigned_staff_confirm_the_class_of_every_tip_a_criticals_first(pack: Pack) -> None:
    for subtype in pack.subtypes:
        word = judged(pack, subtype.klass, subtype.key).action("confirm_class")
        assert word and word.owed_by == "stic_staff" and set(pack.proof(word.proof).closes) == {"confirmed", "raised"}
        assert word.due_seconds == (900 if pack.critical(subtype.klass) else 3600)


@pytest.mark.req("D-IV.A.4.NOTE")
@pytest.mark.req("D-II.L")
def test_the_school_intelligence_officer_may_coordinate_and_reads_no_word_of_the_tip(pack: Pack) -> None:
    offer = judged(pack, "other", "general_complaint").offer("sio_coordination")
    assert offer and offer.owed_by == "sio" and offer.carries == "facts"


# ---- Intelligence Command (D-IV.A.2.a.3, b.3, c.3)


@pytest.mark.req("D-IV.A.2.review")
@pytest.mark.parametrize(
    ("result", "told"),
    [("notify_troop", {TROOP}), ("notify_zone", {ZONE}), ("notify", {TROOP, ZONE}), ("no_notify", set())],
)
def test_what_command_decides_is_then_owed(pack: Pack, result: str, told: set[Target]) -> None:
    found = after(pack, f"command_review:{result}")
    owed = [a for a in found.owed if a.kind == "notify_isp_troop_or_zone"]
    assert {t for a in owed for t in a.targets} == told
    assert all(a.owed_by == "intelligence_command" and a.due_seconds == 900 for a in owed)


@pytest.mark.req("D-IV.A.2.review")
def test_a_place_whose_troop_and_zone_nobody_knows_is_a_gap_with_what_to_do(pack: Pack) -> None:
    found = after(pack, "command_review:notify", troop=None, zone=None)
    assert {g.code for g in found.gaps} == {"no_troop", "no_zone"} and all(g.remedy for g in found.gaps)


# ---- a child taken, a child gone (D-IV.A.2.c.4, D-IV.A.3.c)


@pytest.mark.req("D-IV.A.2.c.4")
@pytest.mark.req("20 Ill. Adm. Code 1292")
@pytest.mark.req("20 ILCS 2605/2605-485")
@pytest.mark.parametrize(
    ("age", "disabled", "amber"),
    [
        (None, False, True),
        (3, False, True),
        (15, False, True),
        (16, False, False),
        (17, False, False),
        (17, True, True),
    ],
)
@pytest.mark.parametrize("subtype", ["child_abduction", "kidnapping"])
def test_an_abducted_minor_is_an_advisory_and_amber_when_under_16_disabled_or_of_unknown_age(
    pack: Pack, subtype: str, age: int | None, disabled: bool, amber: bool
) -> None:
    found = judged(pack, "crime_against_person", subtype, age=age, disabled=disabled)
    advisory = found.action("endangered_missing_advisory")
    assert advisory and advisory.targets == (POLICE,) and "D-IV.A.2.c.4" in advisory.cites
    assert "20 ILCS 2605/2605-485" in advisory.cites
    alert = found.action("amber_alert")
    assert bool(alert) == amber and (not alert or "20 Ill. Adm. Code 1292" in alert.cites)


@pytest.mark.req("D-IV.A.2.c.4")
def test_a_kidnapped_adult_is_neither(pack: Pack) -> None:
    found = judged(pack, "crime_against_person", "kidnapping", age=18, disabled=True)
    assert not {"amber_alert", "endangered_missing_advisory"} & set(found.kinds)


@pytest.mark.req("D-IV.A.2.c.4")
def test_the_mark_of_an_abduction_opens_both_alerts_under_any_class(pack: Pack) -> None:
    for klass in pack.classes:
        found = judged(pack, klass.code, flags=FLAG({"abduction_of_minor"}))
        assert {"call_psap", "amber_alert", "endangered_missing_advisory"} <= set(found.kinds)
        assert pack.critical(found.klass)


@pytest.mark.req("D-IV.A.3.c")
def test_a_runaway_is_located_with_the_resources_of_the_state_police(pack: Pack) -> None:
    found = judged(pack, "standard", "runaway")
    action = found.action("locate_runaway")
    assert action and action.owed_by == "isp" and action.cites == ("D-IV.A.3.c",)
    assert "amber_alert" not in found.kinds


@pytest.mark.req("50 ILCS 722/10")
@pytest.mark.req("20 ILCS 2605/2605-485")
def test_an_advisory_is_offered_for_a_runaway_and_asks_what_makes_a_missing_person_high_risk(pack: Pack) -> None:
    offer = judged(pack, "standard", "runaway").offer("endangered_missing_advisory")
    assert offer and {"50 ILCS 722/10", "20 ILCS 2605/2605-485"} <= set(offer.cites)
    rule = pack.rule(offer.rule)
    assert rule and {c.code for c in rule.criteria} == {"whereabouts_unknown", "at_risk", "under_21"}
    assert all("50 ILCS 722/10" in c.cites for c in rule.criteria)


# ---- images (D-IV.A.2.c.5)


@pytest.mark.req("D-IV.A.2.c.5")
def test_the_agency_obtains_the_evidence_and_nothing_of_it_leaves_with_the_rule(pack: Pack) -> None:
    hold = judged(pack, "standard", "bullying", flags=FLAG({"sexual_images"})).action("evidence_hold")
    assert hold and hold.targets == (POLICE,) and hold.carries == "nothing"


@pytest.mark.req("D-IV.A.2.c.5")
@pytest.mark.parametrize("network", ["in", "out"])
@pytest.mark.parametrize("beside", [(), ("bullying",), ("self_harm",), ("child_abduction",)])
def test_nobody_but_law_enforcement_command_and_dcfs_hears_of_images(
    pack: Pack, network: str, beside: tuple[str, ...]
) -> None:
    results = FLAG({"command_review:notify", "analytical_support:requested"})
    known = facts(
        "other",
        *beside,
        "sexual_images_of_children",
        network=network,
        flags=FLAG({"sexual_images"}),
        results=results,
    )
    for action in plan(pack, known).actions:
        hears = {t.kind for t in action.targets}
        if "sexual_images_of_children" in action.about:
            assert hears <= {"psap", "agency", "command", "dcfs", "record", "staff"}
        if "contact" in hears:
            assert set(action.about) <= set(beside)


@pytest.mark.req("D-IV.A.2.c.5")
def test_outreach_hears_the_class_of_images_and_no_more(pack: Pack) -> None:
    outreach = judged(pack, "standard", network="out", flags=FLAG({"sexual_images"})).action(
        "notify_outreach"
    )
    assert outreach and outreach.about == ("crime_against_person.unspecified",)


# ---- DCFS (D-IV.B)


@pytest.mark.req("D-IV.B.1")
@pytest.mark.req("D-IV.B.2")
@pytest.mark.req("325 ILCS 5/4")
@pytest.mark.parametrize("subtype", ["child_abuse", "child_neglect", "sexual_images_of_children"])
def test_the_call_center_reports_abuse_neglect_and_images_to_dcfs(pack: Pack, subtype: str) -> None:
    action = judged(pack, "crime_against_person", subtype).action("dcfs_report")
    assert action and action.owed_by == "call_taker" and "325 ILCS 5/4" in action.cites
    assert "intake_number" in {
        f.code for f in pack.proof(action.proof).fields if "reported" in f.required_for
    }


@pytest.mark.req("D-IV.B.2")
def test_the_suspicion_opens_dcfs_under_any_class(pack: Pack) -> None:
    for klass in pack.classes:
        assert "dcfs_report" in judged(pack, klass.code, flags=FLAG({"abuse_suspected"})).kinds


@pytest.mark.req("D-IV.B.3")
@pytest.mark.parametrize("flags", [{"abuse_suspected"}, set()])
def test_what_another_mandated_agency_submits_it_reports_itself(pack: Pack, flags: set[str]) -> None:
    found = judged(
        pack,
        "crime_against_person",
        "child_abuse",
        flags=FLAG({"submitted_by_agency", *flags}),
    )
    (action,) = [a for a in found.owed if a.kind == "dcfs_report"]
    assert action.owed_by == "submitting_agency" and "D-IV.B.3" in action.cites
    assert [t.kind for t in action.targets] == ["submitter"]


@pytest.mark.req("D-IV.B.3")
def test_who_submitted_it_is_a_fact_and_what_a_person_says_of_it_rules(pack: Pack) -> None:
    def reports(**said: object) -> str:
        found = judged(pack, "crime_against_person", "child_abuse", **said)
        (action,) = [a for a in found.owed if a.kind == "dcfs_report"]
        return action.owed_by

    marked = {"flags": FLAG({"submitted_by_agency"})}
    assert reports() == reports(submitter="reporter") == reports(submitter="partner") == "call_taker"
    assert reports(submitter="agency") == reports(**marked) == "submitting_agency"
    assert reports(submitter="partner", **marked) == "submitting_agency"
    with pytest.raises(FactsError, match="submitter"):
        reports(submitter="somebody")


@pytest.mark.req("D-IV.B.2")
@pytest.mark.req("325 ILCS 5/7")
def test_a_report_by_telephone_is_confirmed_in_writing_within_48_hours(pack: Pack) -> None:
    taken = after(pack, "dcfs_report:reported").action("dcfs_confirmation")
    assert taken and taken.due_seconds == 48 * 3600 and "325 ILCS 5/7" in taken.cites
    assert not after(pack, "dcfs_report:not_accepted").action("dcfs_confirmation")


# ---- false reports and pranks (D-IV.A.6)


@pytest.mark.req("D-IV.A.6.a")
def test_a_false_report_or_prank_cancels_nothing(pack: Pack) -> None:
    for klass in pack.classes:
        plain = judged(pack, klass.code)
        false = judged(pack, klass.code, flags=FLAG({"intentionally_false"}))
        assert set(plain.owed) <= set(false.owed)
        assert set(false.kinds) - set(plain.kinds) == {"identify_reporter"}


@pytest.mark.req("D-IV.A.6.a")
@pytest.mark.parametrize("subtype", ["false_report", "prank"])
def test_what_is_judged_false_waits_for_a_supervisors_determination(pack: Pack, subtype: str) -> None:
    found = judged(pack, "other", subtype)
    assert "false_determination" in found.kinds and "identify_reporter" not in found.kinds
    yes = after(pack, "false_determination:intentionally_false", klass="other", subtype=subtype)
    no = after(pack, "false_determination:not_false", klass="other", subtype=subtype)
    assert "identify_reporter" in yes.kinds and "identify_reporter" not in no.kinds


@pytest.mark.req("D-IV.A.6.b")
@pytest.mark.parametrize("network", ["in", "out"])
def test_investigation_and_prosecution_are_offered_never_owed(pack: Pack, network: str) -> None:
    found = judged(pack, "other", "prank", network=network, flags=FLAG({"intentionally_false"}))
    for kind in ("zone_investigation", "prosecution_referral"):
        offer = found.offer(kind)
        assert offer and offer.owed_by == "isp" and offer.due_seconds is None and not found.action(kind)
    assert not judged(pack, "other", "prank").offer("zone_investigation")


# ---- the tip is about one of those who would be told (D-II.A)


@pytest.mark.req("D-II.A")
def test_a_tip_about_a_contact_needs_a_decision(pack: Pack) -> None:
    found = judged(pack, "standard", "staff_inappropriate_conduct", flags=FLAG({"subject_is_poc"}))
    action = found.action("conflict_decision")
    assert action and set(pack.proof(action.proof).closes) == {"excluded", "nobody"}


@pytest.mark.req("D-II.A")
def test_whom_the_tip_is_about_is_in_no_list(pack: Pack) -> None:
    for klass in pack.classes:
        for action in judged(pack, klass.code, excluded=FLAG({"ana"})).actions:
            assert ANA not in action.targets


@pytest.mark.req("D-I.A")
@pytest.mark.req("D-II.A")
def test_naming_every_contact_never_silences_the_warning(pack: Pack) -> None:
    region = Target("contact", "roe", "Regional superintendent")
    for klass in pack.classes:
        known = facts(klass.code, excluded=FLAG({"ana", "ben"}), alternates=(BEN, region))
        mail = plan(pack, known).action("email_contacts")
        assert mail and mail.targets == (region,)
        nobody = judged(pack, klass.code, excluded=FLAG({"ana", "ben"}))
        told = nobody.action("notify_law_enforcement")
        assert told and told.targets == (POLICE,)
        assert "everybody_excluded" in {g.code for g in nobody.gaps}
        assert "notify_outreach" not in nobody.kinds


# ---- regardless of whether or not the school is in session (D-II.J, D-II.M, D-II.N)


@pytest.mark.req("D-II.J")
@pytest.mark.req("D-II.M")
@pytest.mark.req("D-II.N")
def test_the_plan_is_the_same_in_session_and_out(pack: Pack) -> None:
    for subtype in pack.subtypes:
        plans = {plan(pack, facts(subtype.klass, subtype.key, session=s)) for s in ("in", "out", "unknown")}
        assert len(plans) == 1


# ---- places that are not as they should be


@pytest.mark.req("D-II.D")
@pytest.mark.parametrize("doubt", ["place_unknown", "place_retired", "county_unsettled"])
@pytest.mark.parametrize("klass", ["imminent_harm", "other"])
def test_an_unsure_place_has_a_plan_that_says_what_a_person_decides(
    pack: Pack, klass: str, doubt: str
) -> None:
    found = judged(pack, klass, network="out", psap=None, agency=None, doubts=FLAG({doubt}))
    (gap,) = [g for g in found.gaps if g.code == doubt]
    assert gap.kind == found.kinds[0] and gap.remedy and found.owed
