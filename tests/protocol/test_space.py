"""The whole space of Illinois' facts: what its directive demands at every point, beside what holds of every pack."""

import pytest

from tests.packs.conftest import ILLINOIS
from tests.protocol.people import ANA, BEN
from tests.protocol.space import Space, loaded, secret, walked

PACK = loaded(ILLINOIS)
IMAGES = "sexual_images_of_children"
LAW_ENFORCEMENT = {"psap", "agency", "command", "dcfs", "submitter", "staff", "record"}


@pytest.fixture(scope="module")
def space() -> Space:
    return walked(PACK)


@pytest.mark.req("D-III.B.1.a")
def test_every_critical_begins_with_the_call_to_the_psap(space: Space) -> None:
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
def test_out_of_network_always_reaches_outreach_and_in_network_never(space: Space) -> None:
    for point, found in space.items():
        assert found.to_outreach == ("facts" if point.network == "out" else None)


@pytest.mark.req("D-II.B")
def test_in_network_every_contact_is_mailed_unless_it_is_only_images(space: Space) -> None:
    for point, found in space.items():
        if point.network == "in" and not secret(PACK, point):
            assert "email_contacts" in found.owed and {ANA.ref, BEN.ref} <= found.told


@pytest.mark.req("D-IV.A.2.c.5")
def test_nobody_but_law_enforcement_command_and_dcfs_ever_hears_of_images(space: Space) -> None:
    heard = {one for found in space.values() for one in found.hear}
    assert heard and heard <= {f"{IMAGES} {target}" for target in LAW_ENFORCEMENT}


@pytest.mark.req("D-IV.A.2.c.5")
def test_images_alone_reach_no_contact(space: Space) -> None:
    for point, found in space.items():
        alone = point.subtype in ("", IMAGES) and point.klass not in ("imminent_harm", "emergency")
        if secret(PACK, point) and alone and "abduction_of_minor" not in point.flags:
            assert not {ANA.ref, BEN.ref} & found.told and "sio_coordination" not in found.offered


@pytest.mark.req("D-IV.B.1")
def test_suspected_abuse_is_always_reported_to_dcfs_by_somebody(space: Space) -> None:
    for point, found in space.items():
        if "abuse_suspected" in point.flags:
            assert found.owed.count("dcfs_report") == 1
            assert ("dcfs" in found.told) != ("submitter" in found.told)
            assert "submitter" in found.told or "submitted_by_agency" not in point.flags
