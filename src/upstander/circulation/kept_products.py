"""How a product reads on a member's phone: as their copy does on the site, in words alone; pictures and files stay there."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from upstander.circulation import content, own
from upstander.circulation.keeping import Item
from upstander.circulation.models import Copy, number_of
from upstander.markings import Kind
from upstander.network.models import Member
from upstander.network.standing import Standing
from upstander.products import queries as products
from upstander.products.shown import Shown, of_rendition

KIND = "product"


def read(who: Standing, product_id: UUID) -> Item | None:
    """What the member's level reads of a product now; None where it has nothing, or it was called back."""
    if who.level is None or who.member_id is None:
        return None
    row = products.rendition(product_id, who.level)
    if row is None or row.ended_as:
        return None
    mine = Copy.objects.filter(member=who.member_id, issue__product=product_id).order_by("-made_at", "-id")
    copy_id = mine.values_list("id", flat=True).first()
    shown = of_rendition(row)
    name = Member.objects.select_related("account").only("account__name").get(pk=who.member_id).account.name
    number = number_of(copy_id) if copy_id else ""
    return Item(
        level=content.highest(row), version=f"{row.id}|{number}", banner=shown.banner, blocks=tuple(_blocks(shown)),
        title=f"({shown.title_portion}) {shown.title}" if shown.title_portion else shown.title,
        mark=_("Copy for %(name)s, number %(number)s") % {"name": name, "number": number},
        address=reverse("circulation_one", args=[copy_id]) if copy_id else reverse("product", args=[product_id]),
    )  # fmt: skip


def take(who: Standing, product_id: UUID) -> None:
    """Who keeps it has a copy of it, to which a recall goes as to any other."""
    assert who.member_id is not None and who.level is not None
    own.take(product_id, who.member_id, who.account_id, who.level)


def _blocks(shown: Shown) -> list[tuple[str, str]]:
    found = [("text", f"{shown.kind}{': ' + _('urgent') if shown.urgent else ''}")]
    if shown.note:
        found.append(("note", f"{_('What has changed')}: {shown.note}"))
    elif shown.ordinal > 1:
        found.append(("note", _("This replaces an earlier version.")))
    for line in shown.lines:
        words = line.text
        if line.kind in (Kind.PICTURE, Kind.FILE):
            words = _("On the site only: %s") % (line.alt or line.text)
        found.append(("heading" if line.kind == Kind.HEADING else "text", f"({line.portion}) {words}"))
    found.append(("heading", _("How to handle it")))
    return [*found, *(("text", text) for text in shown.handling)]
