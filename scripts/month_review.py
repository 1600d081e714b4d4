"""The end of the month of `walk_of_a_month.py`: the officer's day, the measures, the review on paper."""

import base64
import shutil
import subprocess
from pathlib import Path

from month_products import COUNTY, SWORN
from month_scene import SIO, Scene, at_top
from pypdf import PdfReader
from walk import DESK, LAPTOP, window


def today(scene: Scene) -> None:
    """What waits and what is due."""
    book, month = scene.book, scene.month
    book.chapter("The last Friday: what waits", "The first page of each morning.")
    month.at(26, 8, 30)
    with scene.chair(SIO, DESK) as officer:
        book.show(officer, "today", "Everything that waits, with who has waited longest; it goes away when it is done.")
        book.show(officer, "coverage-map", "Which regional office has schools without a member.",
                  to=at_top(officer.get_by_role("heading", name="Who has nobody")))  # fmt: skip
    month.nobody_else()


def reviewed(scene: Scene) -> None:
    """What it did, for the board."""
    book, month = scene.book, scene.month
    book.chapter("The same day: what it did", "Measures, and the review for the board.")
    with scene.chair(SIO, path="/desk/measures/") as officer:
        book.show(officer, "measures", "What was shared, in which time it was read, who takes part.")
        officer.goto(f"{scene.net}/desk/measures/review/")
        with officer.expect_download() as paper:
            officer.get_by_role("button", name="Of the last year").click()
        _paper(scene, Path(paper.value.path()))
    month.nobody_else()


def _paper(scene: Scene, review: Path) -> None:
    """The review as it lies on the board's table: for readers of FOUO, so without a word for the sworn."""
    words = " ".join(page.extract_text() for page in PdfReader(review).pages)
    assert "FOR OFFICIAL USE ONLY" in words
    assert SWORN not in words and COUNTY not in words
    if not (program := shutil.which("pdftoppm")):
        return
    made = subprocess.run([program, "-png", "-r", "80", "-l", "1", review], capture_output=True, check=True)
    with window(scene.browser, LAPTOP) as page:
        page.set_content(f'<img src="data:image/png;base64,{base64.b64encode(made.stdout).decode()}">')
        page.wait_for_function("document.images[0].complete")
        scene.book.show(page, "review", "The yearly review as PDF, over any span of years; its marking follows from its words.",
                        whole=True)  # fmt: skip
