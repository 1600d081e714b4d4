"""The notice to the parents as paper: the pack's words, filled in (23 Ill. Adm. Code 375.60)."""

from django.utils import timezone, translation
from django.utils.formats import date_format

from upstander.disclosure.files import File
from upstander.disclosure.log import Line
from upstander.packs.sharing import Letter
from upstander.web.paper import Block, Document


def document(letter: Letter, file: File, line: Line) -> Document:
    """The letter for one disclosure; what it names is put in as it is, never read."""
    school = file.student.place
    with translation.override(letter.language):
        told_on = date_format(timezone.localtime(line.row.at), "DATE_FORMAT")
    telephone = school.phone or (school.parent.phone if school.parent else "")
    facts = (
        (letter.date, told_on), (letter.recipient, line.recipient), (letter.purpose, line.interest), (letter.what, line.content),
    )  # fmt: skip
    sender = ((letter.sender, school.name), (letter.contact, telephone), (letter.signature, "_" * 30))
    blocks = (
        Block("text", f"{letter.greeting} {file.name}:"), Block("text", letter.body), Block("facts", pairs=facts),
        Block("text", letter.rights), Block("facts", pairs=sender),
    )  # fmt: skip
    return Document(letter.title, letter.language, blocks, f"{school.name} · {letter.foot}", unknown="________________")
