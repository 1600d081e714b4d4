"""Reading what leaves on paper, as a program that reads PDF does."""

import hashlib
import io
from typing import Any

from pypdf import PdfReader


def read(answer: Any) -> tuple[PdfReader, str]:
    """The PDF that an answer is, and all its words."""
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store" and "attachment" in answer["Content-Disposition"]
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def digest(answer: Any) -> str:
    """Its SHA-256."""
    return hashlib.sha256(answer.content).hexdigest()


def tags(reader: PdfReader) -> list[str]:
    """The structure of a PDF, in reading order: what a screen reader goes by."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict) and "/S" in node:
            found.append(str(node["/S"]))
            walk(node.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
