"""The mails of this room, rendered by the relay at the moment of sending; nothing of them is stored (decisions 3 and 11)."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as written

from upstander.actions import addresses, links, words
from upstander.actions.models import Notice, Release, RequiredAction
from upstander.delivery.models import Delivery
from upstander.delivery.queries import message_id_of
from upstander.delivery.services import Mail
from upstander.directory import queries as directory
from upstander.packs.current import current
from upstander.packs.model import Pack

LONG = "l, F j, Y, g:i a T"  # as pages write it, with the day in full (decisions 60)


def _load(notice_id: UUID) -> Notice | None:
    joined = Notice.objects.select_related(
        "referral", "referral__place", "referral__scope", "contact", "action"
    )
    return joined.filter(pk=notice_id).first()


def _values(notice: Notice, pack: Pack) -> dict[str, str]:
    referral, language = notice.referral, notice.contact.language
    zone = ZoneInfo(pack.programme.time_zone)
    unknown = pack.text("word.not_known", language)
    card = directory.place_card(referral.place_id) if referral.place_id else None
    psap = directory.routing(referral.place_id).psap
    return {
        "tip_number": referral.tip_number,
        "school": card.name if card else unknown,
        "place": ", ".join(part for part in (card.city, card.county) if part) if card else unknown,
        "psap": psap.name if psap else unknown,
        "class": pack.klass(referral.klass).label,
        "subtypes": ", ".join(pack.subtype(s).label for s in referral.subtypes),
        "in_progress": pack.text(
            "word.in_progress" if referral.in_progress else "word.not_in_progress", language
        ),
        "received_at": written(referral.received_at.astimezone(zone), LONG),
        "judged_at": written(notice.created_at.astimezone(zone), LONG),
        "link": links.url_for(notice.id),
        "contact": notice.contact.name,
        "release_minutes": str(pack.limits.release_minutes),
        "narrative": words.summary(referral, "relay"),
    }


def _mail(notice_id: UUID, key: str, *, thread: bool) -> Mail | None:
    notice = _load(notice_id)
    if notice is None or notice.referral.state == "withdrawn":
        return None
    pack = current()
    values, language = _values(notice, pack), notice.contact.language
    return Mail(
        # without any it is refused at our own door, and red: it is owed, though it cannot leave
        to_address=addresses.live(notice.contact),
        to_name=notice.contact.name,
        subject=pack.text(f"{key}.subject", language, **values),
        text=pack.text(f"{key}.body", language, **values),
        thread=message_id_of("notice", notice_id) if thread else None,
        urgent=pack.critical(notice.referral.klass),
    )


def raised(action_id: UUID) -> Mail | None:
    """Another first mail: the recipient had been told of something less grave, or had been stood down."""
    found = _notice_of(RequiredAction.objects.filter(pk=action_id, ended_by=None).first())
    return _mail(found.id, f"mail.{_group(found.referral.klass)}", thread=False) if found else None


def _notice_of(action: RequiredAction | None) -> Notice | None:
    """The notice of the contact to whom an action is owed."""
    if action is None:
        return None
    found = Notice.objects.filter(referral__tip_id=action.tip_id, contact_id=int(action.target_ref))
    return found.select_related("referral").first()


def notice(notice_id: UUID) -> Mail | None:
    """The first mail: for a Critical the structured facts, for the others the released text too (D-IV.A.2, A.3.a, A.4.a)."""
    found = _load(notice_id)
    if found is None or (found.action and found.action.ended_by_id):
        return None
    return _mail(notice_id, f"mail.{_group(found.referral.klass)}", thread=False)


def _group(klass: str) -> str:
    """Which texts of the pack a class's first mail uses."""
    return "critical" if current().critical(klass) else klass


def narrative(release_id: UUID) -> Mail | None:
    """A Critical's narrative, in the thread of its first mail (decisions 8); a later one says that it replaces the earlier."""
    found = Release.objects.filter(pk=release_id).first()
    if found is None:
        return None
    earlier = Release.objects.filter(notice=found.notice_id, at__lt=found.at).values("id")
    had = Delivery.objects.filter(
        purpose="narrative", subject_id__in=earlier, state=Delivery.State.SENT
    ).exists()
    return _mail(found.notice_id, "mail.release_again" if had else "mail.release", thread=True)


def stand_down(action_id: UUID) -> Mail | None:
    """The correction to somebody who had been told by this action (decisions 9)."""
    found = _notice_of(RequiredAction.objects.filter(pk=action_id).first())
    return _mail(found.id, "mail.stand_down", thread=True) if found else None
