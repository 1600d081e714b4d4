"""Weight, and what the committed files and every template may not contain."""

import gzip
import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import render_to_string

from upstander.web import context

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src" / "upstander" / "web" / "static" / "upstander"
TEMPLATES = sorted((ROOT / "src").glob("**/templates/**/*.html")) + sorted(
    (ROOT / "src").glob("**/templates/**/*.svg")
)
BUDGET = 100_000  # bytes on the wire for a reporter's first page


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_a_reporter_page_weighs_less_than_its_budget() -> None:
    page = render_to_string("upstander/public_base.html", context.house()).encode()
    parts = [
        "css/public.css",
        "css/print.css",
        "js/public.js",
        "img/icons.svg",
        "img/favicon.ico",
        "img/favicon.svg",
        "img/app-192.png",
        "img/app-512.png",
    ]
    whole = len(gzip.compress(page)) + sum(packed(STATIC / part) for part in parts)
    assert whole < BUDGET
    assert whole < 20_000, "far below the budget today; somebody should know when that changes"


def test_staff_pages_stay_light() -> None:
    assert packed(STATIC / "css/staff.css") + packed(STATIC / "js/staff.js") < 60_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_template_has_nothing_inline_and_nothing_foreign(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<style\b", text, re.I), "inline style element"
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text, re.I), "inline script"
    assert not re.search(r"<[a-z][^>]*\sstyle\s*=", text, re.I), "style attribute"
    assert not re.search(r"<[a-z][^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", text, re.I), "event handler attribute"
    assert not re.search(r"javascript:|hx-vals=.js:|hx-headers=.js:", text, re.I), "code in an attribute"
    elsewhere = r"""\s*=\s*["']?(?:https?:)?//"""
    foreign = rf"\b(?:src|srcset|data|poster|action){elsewhere}|<link\b[^>]*href{elsewhere}"
    assert not re.search(foreign, text, re.I), "a resource from elsewhere"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_a_template_compiles(path: Path) -> None:
    engines["django"].from_string(path.read_text())  # type: ignore[attr-defined]


def test_built_files_ask_nobody_else() -> None:
    for path in [*STATIC.glob("css/*.css"), STATIC / "js/public.js"]:
        assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org)", path.read_text()), path.name
    for path in STATIC.glob("img/*.svg"):
        assert not re.search(r"https?://(?!www\.w3\.org)|<script|style=", path.read_text()), path.name


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    have = set(re.findall(r'<symbol id="([a-z_]+)"', (STATIC / "img/icons.svg").read_text()))
    named = {
        name for path in TEMPLATES for name in re.findall(r'{% icon ["\']([a-z_]+)["\']', path.read_text())
    }
    from upstander.web.templatetags import ui

    named |= {shape for _word, shape in ui.BADGES.values()} | set(ui.ALERTS.values())
    assert named <= have


def test_the_lock_file_names_no_foreign_registry() -> None:
    lock = (ROOT / "assets" / "package-lock.json").read_text()
    assert set(re.findall(r'"resolved": "https://([^/]+)/', lock)) <= {"registry.npmjs.org"}
