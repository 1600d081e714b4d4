"""The directory of peers, by consent: what each member chose to show, and nothing of whom nothing may reach now (S-peer)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Organisation
from upstander.forum import packed
from upstander.forum.acting import CannotDo, actor
from upstander.forum.models import Card
from upstander.network import walls
from upstander.network.models import Member
from upstander.network.standing import Standing, levels

SHOWS = ("shows_name", "shows_position", "shows_organisation", "shows_region")


@dataclass(frozen=True, slots=True)
class Peer:
    """What of a member is shown; what they did not choose is empty."""

    member_id: UUID
    name: str
    position: str
    organisation: str
    region: str
    discipline: str
    reach: str
    knows: str

    @property
    def words(self) -> str:
        """What they are found by: what is shown, and nothing else."""
        return " ".join((self.name, self.position, self.organisation, self.region, self.discipline, self.knows)).casefold()


@transaction.atomic
def show(who: Standing, chosen: Mapping[str, Any]) -> Card:
    """Let other members see what is chosen: SHOWS as truths, `reach` and `knows` as words. Raises CannotDo where nothing is."""
    if who.member_id is None or who.staff:
        raise CannotDo(_("Only members stand in the directory of peers."))
    if not any(chosen.get(name) for name in SHOWS[:3]):
        raise CannotDo(_("Choose at least your name, your position or your organization, or withdraw."))
    values: dict[str, Any] = {name: bool(chosen.get(name)) for name in SHOWS} | {
        name: str(chosen.get(name) or "").replace("\x00", "").strip() for name in ("reach", "knows")
    }
    values["updated_at"] = clock.now()
    if not Card.objects.filter(pk=who.member_id).update(**values):
        Card(member_id=who.member_id, **values).save(force_insert=True)
    audit.record(actor(who), "forum.peer_shown", "member", who.member_id, **{name: values[name] for name in SHOWS})
    return Card.objects.get(pk=who.member_id)


@transaction.atomic
def withdraw(who: Standing) -> None:
    """Be seen no more, at once; nothing of it is kept."""
    if who.member_id and Card.objects.filter(pk=who.member_id).delete()[0]:
        audit.record(actor(who), "forum.peer_withdrawn", "member", who.member_id)


def peers(words: str = "", of: set[UUID] | None = None) -> list[Peer]:
    """Who stands in the directory for whoever asks, by name. `words`: all must occur in what is shown; `of`: only these."""
    cards = Card.objects.select_related("member__account", "member__organisation")
    found = {card.member_id: card for card in (cards.filter(member_id__in=of) if of is not None else cards)}
    with walls.reading(walls.STAFF):  # whom something may reach is in nobody else's hands at a member's wall
        live = levels(list(found))
    regions = _names({region for id in live if found[id].shows_region for region in found[id].member.regions})
    shown = [_peer(found[id], regions) for id in live]
    wanted = words.casefold().split()
    return sorted(
        (peer for peer in shown if all(word in peer.words for word in wanted)),
        key=lambda peer: (peer.name == "", peer.name.casefold(), peer.organisation.casefold(), str(peer.member_id)),
    )


def _names(ids: set[int]) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _peer(card: Card, regions: Mapping[int, str]) -> Peer:
    member: Member = card.member
    return Peer(
        member_id=card.member_id,
        name=member.account.name if card.shows_name else "",
        position=member.position if card.shows_position else "",
        organisation=member.works_at if card.shows_organisation else "",
        region=", ".join(regions[id] for id in member.regions if id in regions) if card.shows_region else "",
        discipline=packed.discipline(member.discipline),
        reach=card.reach,
        knows=card.knows,
    )
