"""That evidence was handed over is known by the agency's receipt: no person says so at the desk, nor that nothing is held."""

import pyrage
import pytest

from tests.desk.conftest import judged  # noqa: F401 - a fixture
from tests.evidence.conftest import brought, picture
from tests.evidence.test_custody import RECEIVED, avery, blake, ordered, turned, url  # noqa: F401 - fixtures
from upstander import clock as the_clock
from upstander.actions import queries, services, words
from upstander.actions.models import RequiredAction
from upstander.desk import board
from upstander.evidence import adopting, destroying, sealing, tokens
from upstander.evidence.models import File, HandOver
from upstander.intake import queries as intake

pytestmark = [pytest.mark.django_db, pytest.mark.req("D-IV.A.2.c.5")]
IMAGES = "sexual_images_of_children"


@pytest.fixture
def tip_with(with_files, casey, judged, town):  # noqa: F811
    """`tip_with(2)`: a tip of sexual images with so many files, all sealed, judged."""

    def make(n: int, *, sealed: bool = True):
        receipt = (
            with_files(*(picture(size=(300 + i, 200)) for i in range(n)), place_id=town.school.pk)
            if n
            else None
        )
        tip = intake.tip(receipt.tip_id) if receipt else casey_tip()
        for file in File.objects.filter(tip_id=tip.id) if sealed else ():
            sealing.seal(file.id, "suspected", casey.account.actor, casey.account.pk)
        return judged(tip, casey.account, IMAGES)

    def casey_tip():
        return intake.tip(with_files(place_id=town.school.pk).tip_id)

    return make


def duty(tip) -> RequiredAction:
    return RequiredAction.objects.get(tip_id=tip.id, kind="evidence_hold", ended_by=None)


def hand_over(custodian, file: File) -> HandOver:
    ordered(custodian, file, key=str(pyrage.x25519.Identity.generate().to_public()))  # a passphrase costs seconds of a core
    turned()
    order = HandOver.objects.get(file=file, withdrawn_at=None)
    assert custodian.post(url(file, "hand-over", order.id, "received"), RECEIVED).status_code == 302
    order.refresh_from_db()
    return order


def at_the_desk(client, tip, result: str, **more):
    given = {"result": result, "answered_by": "Sgt. C. Delgado", "note": "he says he has it"} | more
    return client.post(f"/tip/{tip.number}/actions/{duty(tip).id}/", given)


def test_the_receipt_is_the_proof_with_officer_number_and_hash(avery, tip_with):  # noqa: F811
    tip = tip_with(1)
    order = hand_over(avery, File.objects.get(tip_id=tip.id))
    row = duty(tip)
    assert row.result == "handed_over" and row.done_by == avery.account.actor
    said = words.detail(row.events.get(), tip.id)
    assert said["answered_by"] == RECEIVED["officer"]
    for part in (order.receipt, RECEIVED["reference"], order.package_sha256):
        assert part in said["note"]


def test_of_several_files_the_last_receipt_ends_the_duty(avery, tip_with):  # noqa: F811
    tip = tip_with(2)
    first, second = File.objects.filter(tip_id=tip.id)
    hand_over(avery, first)
    assert duty(tip).done_at is None and duty(tip).events.get().result == "part_handed_over"
    hand_over(avery, second)
    assert duty(tip).result == "handed_over"


def test_a_judgement_that_comes_after_the_hand_over_finds_it_done(avery, casey, with_files, judged, town):  # noqa: F811
    tip = intake.tip(with_files(picture(), place_id=town.school.pk).tip_id)
    file = File.objects.get(tip_id=tip.id)
    sealing.seal(file.id, "evidence", casey.account.actor, casey.account.pk)
    hand_over(avery, file)
    judged(tip, casey.account, IMAGES)
    assert duty(tip).result == "handed_over"


@pytest.mark.parametrize("result", ["handed_over", "part_handed_over", "nothing_held", "not_possible"])
@pytest.mark.parametrize("sealed", [True, False])
def test_nobody_at_the_desk_ends_it_while_something_is_held(casey, tip_with, result, sealed):
    """Nor while it lies in quarantine: it is there."""
    tip = tip_with(1, sealed=sealed)
    answer = at_the_desk(casey, tip, result)
    assert answer.status_code == 422 and duty(tip).done_at is None and not duty(tip).events.exists()
    with pytest.raises(services.CannotRecord):
        services.mark_done(duty(tip).id, casey.account.pk, "x", result, {"answered_by": "x"})


def test_the_step_offers_only_what_may_be_recorded(casey, tip_with):
    held, nothing = tip_with(1), tip_with(0)
    casey.post(f"/tip/{held.number}/claim/")
    page = casey.get(f"/tip/{held.number}/").content.decode()
    assert 'value="nothing_held"' not in page and 'value="handed_over"' not in page
    page = casey.get(f"/tip/{nothing.number}/").content.decode()
    assert 'value="nothing_held"' in page and 'value="handed_over"' not in page


def test_that_nothing_is_held_is_said_with_how_it_is_known(casey, tip_with):
    tip = tip_with(0)
    assert at_the_desk(casey, tip, "handed_over").status_code == 422
    assert at_the_desk(casey, tip, "nothing_held", note="").status_code == 422
    assert at_the_desk(casey, tip, "nothing_held").status_code == 302
    assert duty(tip).result == "nothing_held"


def test_a_file_that_comes_after_it_is_red_and_the_tip_does_not_close(avery, casey, tip_with):  # noqa: F811
    tip = tip_with(0)
    at_the_desk(casey, tip, "nothing_held")
    assert "files_held" not in [r.code for r in board.red_of(tip.id, the_clock.now())]
    adopting.adopt(tip.id, tip.number, [tokens.reveal(brought(picture()))], the_clock.now())
    late = File.objects.get(tip_id=tip.id)
    reds = {r.code: r for r in board.red_of(tip.id, the_clock.now())}
    assert "held" in board.words_for(reds["files_held"], the_clock.now())
    psap = RequiredAction.objects.get(tip_id=tip.id, kind="call_psap")
    services.record_call(psap.id, casey.account.pk, "answered", 20, {"answered_by": "Operator 12"})
    assert "no agency has it yet" in queries.why_not_close(tip.id)
    sealing.seal(late.id, "suspected", casey.account.actor, casey.account.pk)
    hand_over(avery, late)
    assert "files_held" not in [r.code for r in board.red_of(tip.id, the_clock.now())]
    assert [e.result for e in duty(tip).events.order_by("at")] == ["nothing_held", "handed_over"]


def test_what_was_destroyed_on_the_agencys_request_is_not_held(avery, blake, casey, tip_with):  # noqa: F811
    tip = tip_with(1)
    file = File.objects.get(tip_id=tip.id)
    words_ = {"agency": "Payson Police", "officer": "Sgt.", "reference": "1", "reason": "x"}
    request = destroying.ask(file.id, avery.account, words_)
    destroying.decide(request.id, blake.account, confirm=True)
    assert at_the_desk(casey, tip, "nothing_held").status_code == 302


def test_a_receipt_of_another_tip_says_nothing_here(avery, tip_with):  # noqa: F811
    one, other = tip_with(1), tip_with(1)
    hand_over(avery, File.objects.get(tip_id=one.id))
    assert duty(other).done_at is None and not duty(other).events.exists()
