"""How an event reads on the phone of a member who has a seat in it, or waits for one: their own plan, without a line."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from upstander.circulation.keeping import Item
from upstander.gatherings import queries
from upstander.gatherings.queries import Card
from upstander.markings import Level
from upstander.network.models import Member
from upstander.network.standing import Standing

KIND = "event"


def read(who: Standing, gathering_id: UUID) -> Item | None:
    """The event as it is now; None where the member may not read of it, or has no part in it."""
    card = queries.card(gathering_id, who)
    if card is None or who.member_id is None or not (card.coming or card.waits):
        return None
    event, state = card.gathering, card.mine.state if card.mine else ""
    said = (event.title, event.text, event.starts_at, event.ends_at, event.place, event.join_address, event.cancelled_at, state)
    name = Member.objects.select_related("account").get(pk=str(who.member_id)).account.name
    return Item(
        level=Level(event.level), version=repr(said), title=event.title, banner=card.marking or _("An event"),
        mark=_("For %(name)s") % {"name": name}, blocks=tuple(_blocks(card)), address=reverse("gathering", args=[event.pk]),
    )  # fmt: skip


def _blocks(card: Card) -> list[tuple[str, str]]:
    event = card.gathering
    found = [("note", _("You have a seat.") if card.coming else _("You are on the waiting list."))]
    if event.cancelled_at:
        found = [("note", f"{_('This does not take place.')} {event.reason}".strip())]
    found += [("heading", _("When")), ("text", card.when)]
    if event.place:
        found += [("heading", _("Where")), ("text", event.place)]
    if event.join_address and card.coming and not event.cancelled_at:
        found += [("heading", _("Join")), ("text", event.join_address)]
    return [*found, *(("text", part.strip()) for part in event.text.split("\n\n") if part.strip())]
