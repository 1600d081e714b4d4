"""Each paragraph of the directive, as one sentence that holds."""

import pytest

from tests.protocol.people import ANA, BEN, POLICE, PSAP, judged
from upstander.packs import Pack

CRITICAL = ("imminent_harm", "emergency", "crime_against_person")
REVIEWS = list(zip(CRITICAL, ("D-IV.A.2.a.3", "D-IV.A.2.b.3", "D-IV.A.2.c.3"), strict=True))
IMAGES_ALONE = (
    "call_psap",
    "assure_receipt",
    "command_review",
    "evidence_hold",
    "dcfs_report",
    "document",
    "confirm_class",
)
IN_CRITICAL = ("call_psap", "call_contacts", "email_contacts", "assure_receipt", "command_review", "document")


def called_and_mailed(pack: Pack, klass: str, *subtypes: str, in_progress: bool, cite: str) -> None:
    """The sentence of IV.A.2: immediately call the PSAP and all contacts; the contacts also get an e-mail
    with the tip.
    """
    found = judged(pack, klass, *subtypes, in_progress=in_progress)
    assert found.kinds[:3] == IN_CRITICAL[:3] and set(IN_CRITICAL) <= set(found.kinds)
    psap, contacts, mail = found.actions[:3]
    assert psap.targets == (PSAP,) and contacts.targets == mail.targets == (ANA, BEN)
    assert psap.owed_by == contacts.owed_by == mail.owed_by == "call_taker"
    assert psap.due_seconds == 60 and (contacts.due_seconds or 999) <= 120
    assert psap.cites == contacts.cites == mail.cites == (cite,)
    assert mail.carries == "tip" and mail.script == "mail.critical"
    assert not found.gaps


@pytest.mark.req("D-IV.A.2.a.1")
def test_harm_in_progress_is_called_in_to_the_psap_and_all_contacts_and_mailed(pack: Pack) -> None:
    called_and_mailed(pack, "imminent_harm", "threat_of_violence", in_progress=True, cite="D-IV.A.2.a.1")


@pytest.mark.req("D-IV.A.2.a.2")
def test_harm_not_yet_in_progress_gets_the_same_calls_and_mail(pack: Pack) -> None:
    called_and_mailed(pack, "imminent_harm", "planned_school_attack", in_progress=False, cite="D-IV.A.2.a.2")


@pytest.mark.req("D-IV.A.2.b")
@pytest.mark.req("D-IV.A.2.b.1")
@pytest.mark.req("D-IV.A.2.b.2")
@pytest.mark.req("D-III.B.1.b")
@pytest.mark.parametrize("in_progress", [True, False])
@pytest.mark.parametrize(
    "subtype", ["medical_emergency", "fire", "trauma", "potential_injury", "crime_in_progress"]
)
def test_an_emergency_gets_the_same_calls_and_mail(pack: Pack, subtype: str, in_progress: bool) -> None:
    called_and_mailed(pack, "emergency", subtype, in_progress=in_progress, cite="D-IV.A.2.b.1")


@pytest.mark.req("D-IV.A.2.c")
@pytest.mark.req("D-IV.A.2.c.1")
@pytest.mark.req("D-III.B.1.c")
@pytest.mark.parametrize(
    "subtype", ["fight", "dating_violence", "child_neglect", "internet_crime", "sexual_misconduct"]
)
def test_a_crime_against_a_person_is_called_in_also_when_it_is_over(pack: Pack, subtype: str) -> None:
    called_and_mailed(pack, "crime_against_person", subtype, in_progress=False, cite="D-IV.A.2.c.1")


@pytest.mark.req("D-IV.A.2.review")
@pytest.mark.parametrize("network", ["in", "out"])
@pytest.mark.parametrize(("klass", "cite"), REVIEWS)
def test_intelligence_command_reviews_every_critical(pack: Pack, klass: str, cite: str, network: str) -> None:
    review = judged(pack, klass, network=network).action("command_review")
    assert review and review.owed_by == "intelligence_command" and review.cites == (cite,)
    assert review.due_seconds == 30 * 60


@pytest.mark.req("D-IV.A.1.a")
@pytest.mark.parametrize("network", ["in", "out"])
def test_stic_assures_that_law_enforcement_has_a_threat_to_life_or_a_crime(pack: Pack, network: str) -> None:
    for klass in CRITICAL:
        action = judged(pack, klass, network=network).action("assure_receipt")
        assert action and action.owed_by == "stic_staff" and action.targets == (POLICE,)
        assert action.proof == "receipt_by_named_officer" and "D-IV.A.1.a" in action.cites
    for klass in ("standard", "other"):
        assert not judged(pack, klass, network=network).action("assure_receipt")
        assert judged(pack, klass, network=network, flags=frozenset({"criminal"})).action("assure_receipt")


@pytest.mark.req("D-IV.A.2.c.5")
def test_sexual_images_go_to_law_enforcement_and_to_no_contact(pack: Pack) -> None:
    found = judged(pack, "crime_against_person", "sexual_images_of_children")
    assert found.kinds == IMAGES_ALONE


@pytest.mark.req("D-IV.A.2.c.5")
@pytest.mark.parametrize("klass", ["crime_against_person", "standard", "other"])
@pytest.mark.parametrize("subtypes", [(), ("unspecified",)])
def test_the_flag_says_so_at_any_class_where_nothing_else_is_known(
    pack: Pack, klass: str, subtypes: tuple[str, ...]
) -> None:
    found = judged(pack, klass, *subtypes, flags=frozenset({"sexual_images"}))
    assert found.klass == "crime_against_person"
    assert found.kinds == IMAGES_ALONE


@pytest.mark.req("D-IV.A.2.c.5")
def test_another_danger_beside_the_images_still_reaches_the_contacts(pack: Pack) -> None:
    for klass, subtype in (
        ("imminent_harm", "self_harm"),
        ("crime_against_person", "assault"),
        ("imminent_harm", None),
    ):
        found = judged(pack, klass, *[subtype] if subtype else [], flags=frozenset({"sexual_images"}))
        assert {"call_contacts", "email_contacts"} <= set(found.kinds)
    bullying = judged(pack, "standard", "bullying", "sexual_images_of_children")
    assert "email_contacts" in bullying.kinds and "call_contacts" not in bullying.kinds
    mail = bullying.action("email_contacts")
    assert mail and mail.script == "mail.standard" and mail.cites == ("D-IV.A.3.a",)
    assert mail.klass == "standard" and mail.about == ("bullying",)


@pytest.mark.req("D-IV.A.3.a")
def test_a_standard_report_is_mailed_to_all_contacts(pack: Pack) -> None:
    found = judged(pack, "standard", "bullying")
    assert found.kinds == ("email_contacts", "decide_law_enforcement", "document", "confirm_class")
    assert found.actions[0].targets == (ANA, BEN)
    assert found.actions[0].cites == ("D-IV.A.3.a",) and found.actions[0].script == "mail.standard"


@pytest.mark.req("D-III.B.2")
@pytest.mark.parametrize("network", ["in", "out"])
@pytest.mark.parametrize("flag", ["criminal", "law_enforcement_needed"])
def test_law_enforcement_is_told_of_a_standard_report_that_it_needs(
    pack: Pack, flag: str, network: str
) -> None:
    action = judged(pack, "standard", "vaping", network=network, flags=frozenset({flag})).action(
        "notify_law_enforcement"
    )
    assert action and action.targets == (POLICE,) and "D-III.B.2" in action.cites


@pytest.mark.req("D-IV.A.4.a")
@pytest.mark.req("D-III.B.3")
def test_another_report_is_mailed_to_all_contacts_with_the_tip(pack: Pack) -> None:
    found = judged(pack, "other", "truancy")
    assert found.kinds == ("email_contacts", "document", "confirm_class")
    assert found.actions[0].cites == ("D-IV.A.4.a",) and found.actions[0].carries == "tip"


@pytest.mark.req("D-IV.A.5.a")
@pytest.mark.parametrize("klass", CRITICAL)
def test_out_of_network_critical_calls_the_transfer_number_documents_and_tells_outreach(
    pack: Pack, klass: str
) -> None:
    found = judged(pack, klass, network="out")
    assert found.kinds == (
        "call_psap",
        "assure_receipt",
        "command_review",
        "document",
        "notify_outreach",
        "confirm_class",
    )
    for kind in ("call_psap", "document", "notify_outreach"):
        action = found.action(kind)
        assert action and action.cites == ("D-IV.A.5.a",)


@pytest.mark.req("D-IV.A.5.b")
def test_out_of_network_standard_has_stic_tell_law_enforcement_and_coordinate(pack: Pack) -> None:
    found = judged(pack, "standard", "bullying", network="out")
    by_paragraph = [a for a in found.owed if "D-IV.A.5.b" in a.cites]
    assert [(a.kind, a.owed_by) for a in by_paragraph] == [
        ("notify_law_enforcement", "stic_staff"),
        ("coordinate_end_users", "stic_staff"),
        ("document", "call_taker"),
        ("notify_outreach", "stic_analyst"),
    ]
    assert set(found.kinds) - {a.kind for a in by_paragraph} == {"decide_law_enforcement", "confirm_class"}


@pytest.mark.req("D-IV.A.5.c")
def test_out_of_network_other_is_documented_and_outreach_told_without_a_word_of_the_tip(pack: Pack) -> None:
    found = judged(pack, "other", "truancy", network="out")
    assert found.kinds == ("document", "notify_outreach", "confirm_class")
    assert found.actions[1].carries == "facts"
