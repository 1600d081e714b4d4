"""An item of another programme begins a product: its words, where they come from, and what they mean for schools in ours.

Whether its words may be published without its originator's release follows from the licence of its source; what is not known to
be free is another agency's, and waits for that release like everything of another agency (decision 0116).
"""

import re
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander.exchange.acting import CannotDo, one_at_a_time, recorded
from upstander.exchange.models import FREE, Item
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.products import drafts, sources
from upstander.products import errors as refusals
from upstander.products.content import Content, Line, network
from upstander.products.models import TITLE

_KIND = "bulletin"
_BLANK = re.compile(r"\n\s*\n")


@transaction.atomic
def begin(item_id: UUID, account_id: int) -> UUID:
    """The draft of an item: begun once, the same afterwards. Raises CannotDo, LookupError."""
    one_at_a_time(item_id)
    item = Item.objects.select_related("source").filter(pk=item_id).first()
    if item is None:
        raise LookupError(f"no item {item_id}")
    if item.draft_id:
        return item.draft_id
    product_id = new_id()
    try:
        drafts.save(product_id, account_id, 0, _content(item, None))
        free = item.source.licence in FREE
        owner = "" if free else (item.said_by or item.source.name)[:TITLE]
        said = f"{item.source.name}: {item.said_by}"[:TITLE]
        made = sources.add(product_id, account_id, new_id(), said, owner, _reference(item))
        drafts.save(product_id, account_id, 1, _content(item, made.pk))
    except refusals.CannotDo as why:
        raise CannotDo(str(why)) from why
    Item.objects.filter(pk=item_id).update(draft_id=product_id)
    recorded(account_id, "item_drafted", "exchange_item", item_id, product=str(product_id), free=free)
    return product_id


def _reference(item: Item) -> str:
    """Where it stands, and under what: a link as it is, or its own number."""
    where = next((link for link in item.links if len(link) < TITLE // 2), item.external_id)
    return f"{where[: TITLE // 2]} ({item.source.get_licence_display()})"[:TITLE]


def _content(item: Item, source: UUID | None) -> Content:
    known = network()
    marking = known.level(Level(item.level)).default_marking
    parts = [part.strip() for part in _BLANK.split(item.text) if part.strip()]
    words = parts if len(parts) < drafts.MOST - 2 else [item.text]
    lines = [Line(Kind.TITLE, item.title, marking, source)]
    lines += [Line(Kind.TEXT, item.remark, marking)] if item.remark.strip() else []
    lines += [Line(Kind.TEXT, part[: drafts.LONGEST], marking, source) for part in words]
    kinds = [product.code for product in known.products]
    topics = tuple(code for code in item.topics if code in {topic.code for topic in known.topics})
    if not kinds:
        raise CannotDo(_("This state's pack has no kind of product."))
    return Content(kind=_KIND if _KIND in kinds else kinds[0], lines=tuple(lines), topics=topics)
