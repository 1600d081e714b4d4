"""A person says "I have this": who, how surely, when (decisions 10). Runs on the school origin, which knows no tips."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import exclusion, wake
from upstander.actions.models import Notice
from upstander.audit import services as audit
from upstander.directory.models import Contact, EndUserType, Kind
from upstander.ops.events import tell
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

STRENGTHS = ("link", "key", "code", "voice", "sign_in")


_ANSWERS_CALLS = (Kind.LAW_ENFORCEMENT, Kind.PSAP)


class CannotConfirm(ValueError):
    """Why this confirmation does not count, in words for the person."""


class LinkTooWeak(CannotConfirm):
    """A link in a mail is not enough for the police or a PSAP: whoever reads the mailbox could press it (decisions 10)."""


class NotAsked(CannotConfirm):
    """Nothing is asked of this person any more: they are left out of the tip."""


def link_suffices(contact: Contact) -> bool:
    """Whether a press on the mail's link counts as receipt: not for the police or a PSAP, who sign in or are heard."""
    of_police = contact.end_user_type == EndUserType.LAW_ENFORCEMENT
    return not of_police and contact.organisation.kind not in _ANSWERS_CALLS


class AskedAnew(CannotConfirm):
    """The page that was read is of what stood before: nobody has confirmed what the tip is now."""


@transaction.atomic
def confirm(
    notice_id: UUID, *, as_self: bool, name: str, strength: str, account_id: int | None = None,
    asked: datetime | None = None,
) -> Notice:  # fmt: skip
    """Record that the addressee (`as_self`) or somebody else by `name` has the notice; the first confirmation stands. A key on a
    telephone (`strength` "key") says that somebody at the contact's number has it, never who: it has no name.

    `asked`: since when the person was asked, by the page that they read. Raises CannotConfirm where somebody else gives no
    name (a named human is what the promise asks for), LinkTooWeak where the addressee is of the police or a PSAP and only
    the mail's link was pressed, AskedAnew where they were asked of something graver since, and NotAsked where they are left
    out by now.
    """
    if strength not in STRENGTHS:
        raise ValueError(strength)
    by = "somebody" if strength == "key" else "self" if as_self else "other"
    if by == "other" and not name.strip():
        raise CannotConfirm(_("Please write your name, so that the desk knows who has this."))
    told = Notice.objects.select_for_update(of=("self",)).select_related("referral", "contact__organisation")
    notice = told.get(pk=notice_id)
    if exclusion.bars(notice):
        raise NotAsked("This link no longer opens anything.")
    if notice.confirmed:
        return notice
    if strength in ("link", "key") and not link_suffices(notice.contact):
        raise LinkTooWeak("A link in a mail is not enough here. Please sign in, or call the desk.")
    if asked is not None and asked < notice.asked_since:
        raise AskedAnew(_("This tip has changed since you opened the page. Read what it is now, and confirm that."))
    notice.confirmed_at, notice.strength = clock.now(), strength
    notice.confirmed_as, notice.sealed_confirmer = by, None
    if by == "other":
        key = vault.content_key(notice.referral_id, "school")
        where = place("actions_notice.sealed_confirmer", notice.referral_id, notice.id)
        notice.sealed_confirmer = seal(key, name.strip()[:200], where)
    notice.save(update_fields=["confirmed_at", "strength", "confirmed_as", "sealed_confirmer"])
    whoever = f"system:{settings.PROCESS}" if by == "somebody" else f"contact:{notice.contact_id}"
    audit.record(
        f"account:{account_id}" if account_id else whoever, "notice.confirmed", "referral", notice.referral_id,
        notice=str(notice.id), strength=strength, by=by, contact=notice.contact_id,
    )  # fmt: skip
    wake.desk(notice.referral.tip_id)
    tell("actions.confirmed", notice_id=notice.id)
    return notice
