"""A product on paper: its marking on the top and the bottom of every page, and whose copy it is."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateformat import format as spoken
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from upstander import clock
from upstander.circulation.models import number_of
from upstander.markings import Kind
from upstander.products.models import Rendition
from upstander.products.shown import of_rendition
from upstander.web.paper import Block, Document, pdf


def copy(row: Rendition, copy_id: UUID, name: str) -> bytes:
    """The PDF of what a level reads, as the copy of one person. Raises CannotPrint."""
    now = clock.now()
    shown = of_rendition(row)
    mark = _("Copy for %(name)s, number %(number)s") % {"name": name, "number": number_of(copy_id)}
    facts = (
        (_("Kind"), shown.kind),
        (_("Published"), spoken(row.published_at.astimezone(ZoneInfo(settings.TIME_ZONE)), _("F j, Y"))),
        (_("Printed"), spoken(now.astimezone(ZoneInfo(settings.TIME_ZONE)), _("F j, Y"))),
    )
    blocks = [Block("facts", pairs=facts)]
    if shown.note:
        mark_of_note = f"({shown.note_portion}) " if shown.note_portion else ""
        blocks.append(Block("notice", f"{mark_of_note}{_('What has changed')}: {shown.note}"))
    for line in row.body:
        kind = "heading" if line["kind"] == Kind.HEADING else "text"
        words = line["alt"] or line["text"] if line["kind"] == Kind.PICTURE else line["text"]
        blocks.append(Block(kind, f"({line['portion']}) {words}"))
    blocks += [Block("heading", _("How to handle it")), *(Block("text", text) for text in shown.handling)]
    title = f"({shown.title_portion}) {shown.title}" if shown.title_portion else shown.title
    document = Document(
        title=title, language=get_language() or "en", blocks=tuple(blocks), foot=f"{shown.banner} - {mark}", head=shown.banner,
        page_word=_("Page"), unprintable=_("A character in brackets, as [U+4E2D], is one that this page cannot print."),
    )  # fmt: skip
    return pdf(document, now)
