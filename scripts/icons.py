"""Draws the icons of the app from assets/img/favicon.svg, into assets/img and where they are served (needs Chromium).

What is drawn is committed; run it again when the drawing changes: `.venv/bin/python scripts/icons.py`. UPSTANDER_CHROMIUM
names the browser where it has an unusual place.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "assets" / "img" / "favicon.svg"
TARGETS = (SOURCE.parent, ROOT / "src" / "upstander" / "web" / "static" / "upstander" / "img")
# File, size in pixels, part of it that the drawing takes, background. A phone cuts a maskable icon into its own shape: only a
# circle of four fifths of its width is sure to be seen, and nothing of it may be clear.
ICONS = (
    ("app-192.png", 192, 1.0, None),
    ("app-512.png", 512, 1.0, None),
    ("app-maskable-512.png", 512, 0.55, "white"),
)
COLOURS = 16  # two greys with soft edges: far fewer bytes than in full colour


def draw(browser: Browser, size: int, part: float, background: str | None) -> bytes:
    """The icon as a PNG."""
    page = browser.new_page(viewport={"width": size, "height": size})
    inner = round(size * part)
    svg = SOURCE.read_text().replace("<svg ", f'<svg width="{inner}" height="{inner}" style="display:block" ', 1)
    style = f"margin:0;height:100vh;display:grid;place-items:center;background:{background or 'transparent'}"
    page.set_content(f'<body style="{style}">{svg}</body>')
    shot = page.screenshot(omit_background=background is None)
    page.close()
    image = Image.open(io.BytesIO(shot)).quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    """Draw them all; the exit code."""
    program = os.environ.get("UPSTANDER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, size, part, background in ICONS:
            png = draw(browser, size, part, background)
            for folder in TARGETS:
                (folder / name).write_bytes(png)
            print(f"{len(png):8d}  {name}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
