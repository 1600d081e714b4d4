"""The mails of this room, rendered by the relay at the moment of sending; nothing of them is stored (decisions 3 and 11)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.dateformat import format as written
from django.utils.formats import get_format

from upstander.actions import addresses, exclusion, links, words
from upstander.actions.models import Notice, Referral, Release, RequiredAction
from upstander.delivery.models import Delivery
from upstander.delivery.queries import message_ids_of
from upstander.delivery.services import Mail
from upstander.directory import queries as directory
from upstander.directory.queries import PlaceCard
from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.vault import services as vault


def moment(at: datetime, pack: Pack, language: str) -> str:
    """A moment as mails say it, by the programme's time zone: as pages do (decisions 60), with the day in full, in `language`
    where the pack speaks it."""
    with translation.override(language if language in pack.texts else "en"):
        day = get_format("DATE_FORMAT") if translation.get_language() != "en" else "F j, Y"
        return written(at.astimezone(ZoneInfo(pack.programme.time_zone)), f"l, {day}, g:i a T")


@dataclass(frozen=True)
class _Where:
    """What mails say of a place: its card, where it is known, and the name of its PSAP."""

    card: PlaceCard | None
    psap: str

    @classmethod
    def of(cls, place_id: int | None) -> "_Where":
        psap = directory.routing(place_id).psap
        return cls(directory.place_card(place_id) if place_id else None, psap.name if psap else "")


def joined() -> QuerySet[Notice]:
    """Notices with all that a text about one needs."""
    return Notice.objects.select_related("referral", "contact", "action").prefetch_related("contact__points")


def values_of(notice: Notice, language: str) -> dict[str, str]:
    """What a text about a notice is filled in with, in a language, without any word of the tip."""
    return _values(notice, _Where.of(notice.referral.place_id), "", current(), language)


def _values(notice: Notice, where: _Where, narrative: str, pack: Pack, language: str) -> dict[str, str]:
    referral, card = notice.referral, where.card
    unknown = pack.text("word.not_known", language)
    return {
        "tip_number": referral.tip_number,
        "school": card.name if card else unknown,
        "place": ", ".join(part for part in (card.city, card.county) if part) if card else unknown,
        "psap": where.psap or unknown,
        "class": pack.class_name(referral.klass, language),
        "subtypes": ", ".join(pack.subtype_name(s, language) for s in referral.subtypes),
        "in_progress": pack.text(
            "word.in_progress" if referral.in_progress else "word.not_in_progress", language
        ),
        "received_at": moment(referral.received_at, pack, language),
        "judged_at": moment(notice.asked_since, pack, language),
        "link": links.url_for(notice.id),
        "contact": notice.contact.name,
        "release_minutes": str(pack.limits.release_minutes),
        "narrative": narrative,
    }


@dataclass(frozen=True)
class _Asked:
    """A mail that is asked for: to whom, and under which key its texts stand in the pack."""

    notice: Notice
    texts: str


def _mails(asked: Mapping[UUID, _Asked], *, thread: bool) -> dict[UUID, Mail]:
    """The mails by the ids under which they were asked for, without those that are not owed, or go to somebody who is left
    out; `thread`: after the first.

    What many mails need is asked once: a burst is many mails about few places.
    """
    left = exclusion.of(one.notice.referral.tip_id for one in asked.values())
    out = {id: left.get(one.notice.referral.tip_id, exclusion.NOBODY) for id, one in asked.items()}
    asked = {
        id: one
        for id, one in asked.items()
        if one.notice.referral.state != Referral.State.WITHDRAWN and not out[id].holds(one.notice.contact)
    }
    notices = [one.notice for one in asked.values()]
    places = {place_id: _Where.of(place_id) for place_id in {n.referral.place_id for n in notices}}
    sealed = {n.referral_id for n in notices if n.referral.sealed_summary is not None}
    keys = vault.content_keys(sealed, "relay") if sealed else {}
    firsts = message_ids_of("notice", [n.id for n in notices]) if thread else {}
    return {
        id: _mail(
            one.notice,
            one.texts,
            addresses.live(one.notice.contact, out[id]),
            places[one.notice.referral.place_id],
            words.summary(one.notice.referral, "relay", keys.get(one.notice.referral_id)),
            firsts.get(one.notice.id),
        )
        for id, one in asked.items()
    }


def _mail(
    notice: Notice, texts: str, to_address: str, where: _Where, narrative: str, thread: str | None
) -> Mail:
    pack, language = current(), notice.contact.language
    values = _values(notice, where, narrative, pack, language)
    return Mail(
        # without any it is refused at our own door, and red: it is owed, though it cannot leave
        to_address=to_address,
        to_name=notice.contact.name,
        subject=pack.text(f"{texts}.subject", language, **values),
        text=pack.text(f"{texts}.body", language, **values),
        thread=thread,
        urgent=pack.critical(notice.referral.klass),
    )


def _first(notice: Notice) -> _Asked:
    """A class's first mail."""
    klass = notice.referral.klass
    return _Asked(notice, f"mail.{'critical' if current().critical(klass) else klass}")


def of_actions(actions: QuerySet[RequiredAction]) -> dict[UUID, Notice]:
    """By action, the notice of the contact to whom it is owed. Who has changed their organisation has one of each: of those which
    are not withdrawn, that which the action owes, else the newest."""
    people = {a.id: (a.tip_id, int(a.target_ref)) for a in actions}
    tips, contacts = {tip for tip, _ in people.values()}, {contact for _, contact in people.values()}
    theirs: dict[tuple[UUID, int], list[Notice]] = defaultdict(list)
    for notice in joined().filter(referral__tip_id__in=tips, contact_id__in=contacts):
        theirs[notice.referral.tip_id, notice.contact_id].append(notice)

    def fits(action_id: UUID, notice: Notice) -> tuple[bool, bool, datetime]:
        stands = notice.referral.state != Referral.State.WITHDRAWN
        return stands, notice.action_id == action_id, notice.created_at

    return {
        action_id: max(theirs[person], key=partial(fits, action_id))
        for action_id, person in people.items()
        if person in theirs
    }


def notices(notice_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """The first mails: for a Critical the structured facts, for the others the released text too (D-IV.A.2, A.3.a, A.4.a)."""
    found = joined().filter(pk__in=notice_ids)
    owed = [n for n in found if not (n.action and n.action.ended_by_id)]
    return _mails({n.id: _first(n) for n in owed}, thread=False)


def raised(action_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """Other first mails: the recipients had been told of something less grave, or had been stood down."""
    found = of_actions(RequiredAction.objects.filter(pk__in=action_ids, ended_by=None))
    return _mails({id: _first(n) for id, n in found.items()}, thread=False)


def narratives(release_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """A Critical's narrative, in the thread of its first mail (decisions 8); a later one says that it replaces the earlier."""
    left = Delivery.objects.filter(purpose="narrative", subject_id=OuterRef("id"), state=Delivery.State.SENT)
    earlier = Release.objects.filter(Exists(left), notice=OuterRef("notice"), at__lt=OuterRef("at"))
    releases = list(Release.objects.filter(pk__in=release_ids).annotate(again=Exists(earlier)))
    to = joined().in_bulk([r.notice_id for r in releases])
    texts = {r.id: "mail.release_again" if r.again else "mail.release" for r in releases}
    return _mails({r.id: _Asked(to[r.notice_id], texts[r.id]) for r in releases}, thread=True)


def stand_downs(action_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """The corrections to those who had been told by these actions (decisions 9)."""
    told = of_actions(RequiredAction.objects.filter(pk__in=action_ids))
    return _mails({id: _Asked(n, "mail.stand_down") for id, n in told.items()}, thread=True)
