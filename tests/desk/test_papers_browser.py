# ruff: noqa: F811 - tests take fixtures by name
"""The screens of special duties in Chromium: nothing that axe finds, no sideways scroll on a phone, all of it without scripts."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.desk.browser import Tab, tab  # noqa: F401 - a fixture
from tests.desk.conftest import action_of
from tests.support.browser import violations
from tests.support.well import all_is_well
from upstander import clock
from upstander.actions import words
from upstander.desk.models import PaperCopy
from upstander.ops.models import Heartbeat
from upstander.ops.pulse import PROCESSES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def well(transactional_db: None) -> None:
    """Every process lives, so that what is red is red for a reason."""
    all_is_well()


@pytest.fixture
def tips(casey, town, new_tip, judged) -> dict[str, Any]:
    """A tip of each kind that has a screen, the report to DCFS made, a packet and a letter saved and made."""
    found = {
        kind: judged(new_tip(town.school, who="Tom B.", when="today", language="es"), casey.account, kind)
        for kind in (
            "child_abduction",
            "child_abuse",
            "runaway",
            "self_harm",
            "sexual_images_of_children",
            "bullying",
        )
    }
    taken, abused = found["child_abduction"], found["child_abuse"]
    casey.post(f"/tip/{taken.number}/packet/", {"name": "Ana", "other": "My daughter saw it", "seen": "0"})
    casey.post(f"/tip/{taken.number}/packet/pdf/")
    call = {"result": "reported", "answered_by": "Worker 7", "intake_number": "A-1"}
    casey.post(f"/tip/{abused.number}/dcfs/{action_of(abused.id, 'dcfs_report').id}/", call)
    casey.post(f"/tip/{abused.number}/letter/", {"child": "Zofia", "seen": "0"})
    casey.post(f"/tip/{abused.number}/letter/pdf/")
    return found


def pages(tips: dict[str, Any]) -> list[str]:
    """Every page of these screens, in each of its states."""
    taken, abused = tips["child_abduction"].number, tips["child_abuse"].number
    return [
        f"/tip/{taken}/packet/", f"/tip/{taken}/packet/print/", f"/tip/{tips['runaway'].number}/packet/",
        f"/tip/{tips['bullying'].number}/packet/", f"/tip/{abused}/dcfs/", f"/tip/{abused}/letter/",
        f"/tip/{abused}/letter/print/", f"/tip/{tips['sexual_images_of_children'].number}/dcfs/",
        f"/tip/{tips['bullying'].number}/letter/", f"/tip/{tips['self_harm'].number}/help/",
        f"/tip/{tips['bullying'].number}/help/",
    ]  # fmt: skip


def test_axe_finds_nothing_on_any_of_these_pages_at_320_pixels(tab: Tab, casey, tips) -> None:
    page = tab(casey, width=320, height=640)
    found = []
    for address in pages(tips):
        page.goto(address)
        found += [f"{address} {v}" for v in violations(page)]
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    assert found == []


@pytest.mark.parametrize("process", PROCESSES)
def test_one_process_that_is_silent_makes_no_page_wider_than_the_phone(tab: Tab, casey, process: str) -> None:
    Heartbeat.objects.filter(pk=process).update(beat_at=clock.now() - timedelta(minutes=1))
    page = tab(casey, width=320, height=640)
    for address in ("/", "/red/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.locator("#bar").inner_text()


def test_axe_finds_nothing_on_error_states_and_every_word_stays(tab: Tab, casey, jordan, tips) -> None:
    page = tab(casey, width=320, height=640)
    taken, abused = tips["child_abduction"].number, tips["child_abuse"].number

    def wrong(press: Callable[[], None], text: str) -> None:
        press()
        page.get_by_text(text).first.wait_for()
        assert violations(page) == [], text
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, text

    page.goto(f"/tip/{taken}/packet/")
    packet = page.get_by_role("article", name="AMBER Alert: hand law enforcement")
    packet.get_by_label("How it was handed over").fill("She drives there")
    wrong(packet.get_by_role("button", name="Handed to the officer").click, "Write this too: Officer")
    assert packet.get_by_label("How it was handed").input_value() == "She drives there"
    page.goto(f"/tip/{abused}/letter/")
    page.get_by_label("Who told us, as far as").fill("A neighbor")
    wrong(page.get_by_role("button", name="Save").click, "Tick the box, or take the name out")
    assert page.get_by_label("Who told us, as far as").input_value() == "A neighbor"
    page.goto(f"/tip/{tips['self_harm'].number}/help/")
    wrong(page.get_by_role("button", name="Accepted").click, "Write this too: Service")
    page.goto(f"/tip/{tips['runaway'].number}/packet/")
    jordan.post(f"/tip/{tips['runaway'].number}/claim/")
    page.locator("#id_clothing").fill("red coat")
    wrong(page.get_by_role("button", name="Save").click, "Jordan Okafor holds this tip")
    assert page.locator("#id_clothing").input_value() == "red coat"
    page.goto(f"/tip/{taken}/")
    page.get_by_text("Judge again").click()
    page.locator("#id_judge_age").fill("900")
    wrong(page.locator("#judge-now").click, "Write an age of 0 to 120.")


@pytest.mark.req("D-IV.A.2.c.4")
def test_without_scripts_a_packet_goes_from_the_tip_to_the_named_officer(
    tab: Tab, casey, town, new_tip, judged, tmp_path: Path
) -> None:  # fmt: skip
    tip = judged(new_tip(town.school, who="a girl with brown braids"), casey.account, "child_abduction")
    page = tab(casey, java_script_enabled=False)
    page.goto(f"/tip/{tip.number}/")
    page.get_by_role("link", name="Checklist and packet").first.click()
    page.get_by_role("button", name="Into “Name").click()
    assert page.get_by_label("Name, and names").input_value() == "a girl with brown braids"
    page.get_by_label("Name, and names").fill("Ana, perhaps")
    page.get_by_role("group", name="Is the child under 16").get_by_label("Yes").check()
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Make the PDF").click()
    saved = tmp_path / "packet.pdf"
    coming.value.save_as(saved)
    assert coming.value.suggested_filename == f"packet-{tip.number}-v1.pdf"
    text = PdfReader(io.BytesIO(saved.read_bytes())).pages[0].extract_text()
    assert "Ana, perhaps" in text
    page.reload()
    duty = page.get_by_role("article", name="AMBER Alert: hand law enforcement")
    duty.get_by_label("Officer's name").fill("Sgt. Ruiz 4471")
    duty.get_by_role("button", name="Handed to the officer").click()
    row = action_of(tip.id, "amber_alert")
    assert row.result == "handed_over"
    assert words.detail(row.events.get(), tip.id)["packet"] == PaperCopy.objects.get().sha256


@pytest.mark.req("D-I.B")
def test_a_sentence_is_put_into_the_reply_and_sent_while_the_talk_stays_open(
    tab: Tab, casey, town, new_tip
) -> None:
    tip = new_tip(town.school, text="I do not want to live any more")
    page = tab(casey)
    page.goto(f"/tip/{tip.number}/")
    page.get_by_role("link", name="Offer help (988)").click()
    page.locator("form.phrase", has_text="I can stay here while you call").get_by_role("button").click()
    page.locator("#id_reply_text").wait_for()
    assert "I can stay here while you call or text 988" in page.input_value("#id_reply_text")
    page.get_by_role("button", name="Send").click()
    page.locator(".bubble--desk", has_text="I can stay here while you call").wait_for()
    page.goto(f"/tip/{tip.number}/help/")
    assert page.get_by_text("sent already").count() == 1
