"""The far side of `handing`: a contribution begins a draft of the room of products, with its giver's words as its paragraphs."""

import re
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from upstander.forum.acting import CannotDo
from upstander.forum.handing import Handed
from upstander.ids import new_id
from upstander.markings import Kind
from upstander.network.standing import Standing
from upstander.products import drafts, files, sources
from upstander.products import errors as refusals
from upstander.products.content import Content, Line, network

_LESSON, _OTHERWISE = "after_action", "bulletin"
_BLANK = re.compile(r"\n\s*\n")


def begin(who: Standing, handed: Handed) -> UUID:
    """A draft of one title and the paragraphs of the words, all marked as their giver proposed, all from one source, which is the
    other agency's where they are: then it cannot be released before that agency's release stands there. Raises CannotDo.
    """
    product_id = new_id()
    try:
        drafts.save(product_id, who.account_id, 0, _content(handed, None))
        said = _("A member's contribution")  # who gave it, and how they know, stays in this room
        source = sources.add(product_id, who.account_id, new_id(), said, handed.originator, str(handed.contribution_id))
        drafts.save(product_id, who.account_id, 1, _content(handed, source.pk))
        for name, kept in handed.files:  # no paragraph shows them yet: the author says which does
            files.add_stored(product_id, who.account_id, name, kept)
    except refusals.CannotDo as why:
        raise CannotDo(str(why)) from why
    return product_id


def _content(handed: Handed, source: UUID | None) -> Content:
    marking = network().level(handed.level).default_marking
    kinds = [product.code for product in network().products]
    kind = _LESSON if handed.kind == "lesson" else _OTHERWISE
    parts = [part.strip() for part in _BLANK.split(handed.text) if part.strip()]
    words = parts if len(parts) < drafts.MOST else [handed.text]
    lines = [Line(Kind.TITLE, handed.title, marking, source), *(Line(Kind.TEXT, part, marking, source) for part in words)]
    topics = (handed.topic,) if handed.topic in {topic.code for topic in network().topics} else ()
    return Content(kind=kind if kind in kinds else kinds[0], lines=tuple(lines), topics=topics)


def address(draft_id: UUID) -> str:
    """Where the staff find the draft."""
    return reverse("product_edit", args=[draft_id])
