"""A placement's poster, cards and stickers as PDF, ready to print: the pack's words, its ways in, its code (D-II.J, D-V)."""

import io
from datetime import datetime
from pathlib import Path
from typing import Final

import qrcode
from qrcode.image.svg import SvgPathImage

from upstander.ids import grouped
from upstander.packs.library import Kit, said
from upstander.packs.model import Pack
from upstander.web import paper

KINDS: Final = ("poster", "cards", "stickers")
BOTH: Final = "both"
_SOURCE = Path(__file__).parent / "typst" / "kit.typ"
_LINES = ("headline", "lead", "scan", "open", "name", "card", "danger", "crisis", "cut")


def address(origin: str, code: str, language: str = "") -> str:
    """Where a code leads: the form at the public origin, with the school chosen, in the poster's language."""
    spoken = f"?lang={language}" if language and language != "en" else ""
    return f"{origin.rstrip('/')}/p/{code}/{spoken}"


def drawn(words: str) -> str:
    """These words as a code to scan, an SVG of one path with the margin that scanners want."""
    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, image_factory=SvgPathImage)
    made.add_data(words)
    made.make(fit=True)
    kept = io.BytesIO()
    made.make_image().save(kept)
    return kept.getvalue().decode()


def pages(
    pack: Pack, kit: Kit, language: str, school: str, code: str, origin: str
) -> list[dict[str, object]]:
    """What stands on a sheet, a page for each language that was asked for: one of the kit's, or all of them."""
    return [_page(pack, kit, one, school, code, origin) for one in kit.languages if language in (one, BOTH)]


def _page(pack: Pack, kit: Kit, language: str, school: str, code: str, origin: str) -> dict[str, object]:
    ways = {way.kind: way.value for way in pack.ways_in if way.value}
    where = address(origin, code, language)
    page: dict[str, object] = {name: said(kit.words[name], language) for name in _LINES}
    return page | {
        "language": language,
        "school": school,
        "programme": pack.programme.short_name,
        "address": where,
        "shown": address(origin, code).partition("://")[2],
        "qr": drawn(where),
        "mark": grouped(code),
        "ways": [
            [said(kit.words[kind], language), ways[way]]
            for kind, way in (("call", "phone"), ("text", "text"))
            if way in ways
        ],
    }


def pdf(kind: str, title: str, made: list[dict[str, object]], at: datetime) -> bytes:
    """These pages as sheets of this kind, one of KINDS. Raises paper.CannotPrint."""
    return paper.typeset(
        _SOURCE, {"title": title, "kind": kind, "language": made[0]["language"], "pages": made}, at
    )
