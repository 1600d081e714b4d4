"""The verbs of feeds and items: add a source, bring a file, share an item or set it aside. Called behind the staff's wall."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.delivery.carriers.base import CarrierError
from upstander.delivery.carriers.outward import checked
from upstander.exchange import fetching
from upstander.exchange.acting import CannotDo, recorded
from upstander.exchange.feeds import Feed
from upstander.exchange.models import Item, Licence, Source
from upstander.exchange.refusals import WORDS
from upstander.markings import Level
from upstander.packs.current import current
from upstander.packs.network import Network

LEAST, MOST = 5, 1440  # minutes between two fetches


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody wrote about a source."""

    name: str
    address: str
    programme: str
    level: int
    topics: tuple[str, ...]
    minutes: int
    licence: str = ""


def network() -> Network:
    """The pack's words for the network; raises CannotDo where the state has none."""
    found = current().network
    if found is None:
        raise CannotDo(_("This state's pack has no network."))
    return found


def _checked(plan: Plan) -> Plan:
    if not plan.name.strip():
        raise CannotDo(_("Say which feed it is."), "name")
    if plan.programme not in {one.code for one in network().partners}:
        raise CannotDo(_("Choose the program that it comes from."), "programme")
    _tags(plan.topics, plan.level)
    if plan.licence not in Licence.values:
        raise CannotDo(_("Choose under what its words may be used."), "licence")
    if not LEAST <= plan.minutes <= MOST:
        raise CannotDo(_("Choose between 5 minutes and a day."), "minutes")
    if plan.address:
        try:
            checked(plan.address)
        except CarrierError:
            raise CannotDo(str(WORDS["address"]), "address") from None
    return plan


def _tags(topics: tuple[str, ...], level: int) -> None:
    if not set(topics) <= {one.code for one in network().topics}:
        raise CannotDo(_("Choose topics of the list."), "topics")
    if level not in tuple(Level):
        raise CannotDo(_("Choose one of the levels that are offered."), "level")


@transaction.atomic
def add(plan: Plan, account_id: int, press: UUID) -> Source:
    """A new source; `press` marks one shown form, pressed again it is the same. Raises CannotDo."""
    given = _checked(plan)
    if before := Source.objects.filter(pk=press).first():
        return before
    now = clock.now()
    made = Source.objects.create(
        id=press, name=given.name.strip(), address=given.address, programme=given.programme, level=given.level,
        topics=list(given.topics), minutes=given.minutes, licence=given.licence, made_by=f"account:{account_id}", made_at=now,
        next_at=now if given.address else None,
    )  # fmt: skip
    recorded(
        account_id, "source_added", "exchange_source", made.id, programme=given.programme, level=given.level
    )
    return made


@transaction.atomic
def pause(source_id: UUID, account_id: int, *, paused: bool) -> None:
    """Fetch it no more, or again from now on. Raises LookupError."""
    changed = Source.objects.filter(pk=source_id).update(paused=paused, next_at=clock.now())
    if not changed:
        raise LookupError(f"no source {source_id}")
    recorded(account_id, "source_paused" if paused else "source_resumed", "exchange_source", source_id)


@transaction.atomic
def licensed(source_id: UUID, licence: str, account_id: int) -> None:
    """Write down under what its words may be used. Raises CannotDo, LookupError."""
    if licence not in Licence.values:
        raise CannotDo(_("Choose under what its words may be used."), "licence")
    if not Source.objects.filter(pk=source_id).update(licence=licence):
        raise LookupError(f"no source {source_id}")
    recorded(account_id, "source_licensed", "exchange_source", source_id, licence=licence)


@transaction.atomic
def bring(source_id: UUID, feed: Feed, account_id: int) -> int:
    """Keep what a file says that somebody brought; how many items were new. Raises LookupError."""
    if not Source.objects.filter(pk=source_id).exists():
        raise LookupError(f"no source {source_id}")
    new = fetching.bring(source_id, feed)
    recorded(account_id, "file_brought", "exchange_source", source_id, new=new, of=feed.kind)
    return new


@transaction.atomic
def share(
    item_id: UUID,
    level: int,
    topics: tuple[str, ...],
    programmes: tuple[str, ...],
    remark: str,
    account_id: int,
) -> Item:
    """Let members of `level` and above read an item, tagged. Shared again it is changed. Raises CannotDo, LookupError."""
    item = _locked(item_id)
    _tags(topics, level)
    if not set(programmes) <= {one.code for one in network().partners}:
        raise CannotDo(_("Choose programs of the list."), "programmes")
    if not topics:
        raise CannotDo(
            _("Choose at least one topic: members find it, and are told of it, by topic."), "topics"
        )
    item.state, item.level, item.topics, item.programmes = (
        Item.State.SHARED,
        level,
        list(topics),
        list(programmes),
    )
    item.remark, item.decided_at, item.decided_by = remark.strip(), clock.now(), account_id
    item.save(update_fields=["state", "level", "topics", "programmes", "remark", "decided_at", "decided_by"])
    recorded(account_id, "item_shared", "exchange_item", item_id, level=level, topics=list(topics))
    return item


@transaction.atomic
def set_aside(item_id: UUID, account_id: int) -> Item:
    """Nobody else need read it; a shared one is taken back. Raises LookupError."""
    item = _locked(item_id)
    if item.state != Item.State.ASIDE:
        item.state, item.decided_at, item.decided_by = Item.State.ASIDE, clock.now(), account_id
        item.save(update_fields=["state", "decided_at", "decided_by"])
        recorded(account_id, "item_set_aside", "exchange_item", item_id)
    return item


def _locked(item_id: UUID) -> Item:
    item = Item.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise LookupError(f"no item {item_id}")
    return item
