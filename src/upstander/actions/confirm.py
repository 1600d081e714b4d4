"""A person says "I have this": who, how surely, when (decisions 10). Runs on the school origin, which knows no tips."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from upstander import clock
from upstander.actions import exclusion, wake
from upstander.actions.models import Notice
from upstander.audit import services as audit
from upstander.ops.events import tell
from upstander.vault import services as vault
from upstander.vault.envelope import place, seal

STRENGTHS = ("link", "code", "voice", "sign_in")


class CannotConfirm(ValueError):
    """Why this confirmation does not count, in words for the person."""


class NotAsked(CannotConfirm):
    """Nothing is asked of this person any more: they are left out of the tip."""


class AskedAnew(CannotConfirm):
    """The page that was read is of what stood before: nobody has confirmed what the tip is now."""


@transaction.atomic
def confirm(
    notice_id: UUID, *, as_self: bool, name: str, strength: str, account_id: int | None = None,
    asked: datetime | None = None,
) -> Notice:  # fmt: skip
    """Record that the addressee (`as_self`) or somebody else by `name` has the notice; the first confirmation stands.

    `asked`: since when the person was asked, by the page that they read. Raises CannotConfirm where somebody else gives no
    name (a named human is what the promise asks for), AskedAnew where they were asked of something graver since, and NotAsked
    where they are left out by now.
    """
    if strength not in STRENGTHS:
        raise ValueError(strength)
    if not as_self and not name.strip():
        raise CannotConfirm("Please write your name, so that the desk knows who has this.")
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("referral", "contact").get(pk=notice_id)
    )
    if exclusion.bars(notice):
        raise NotAsked("This link no longer opens anything.")
    if notice.confirmed:
        return notice
    if asked is not None and asked < notice.asked_since:
        raise AskedAnew(
            "This tip has changed since you opened the page. Read what it is now, and confirm that."
        )
    notice.confirmed_at, notice.strength = clock.now(), strength
    notice.confirmed_as, notice.sealed_confirmer = ("self" if as_self else "other"), None
    if not as_self:
        key = vault.content_key(notice.referral_id, "school")
        where = place("actions_notice.sealed_confirmer", notice.referral_id, notice.id)
        notice.sealed_confirmer = seal(key, name.strip()[:200], where)
    notice.save(update_fields=["confirmed_at", "strength", "confirmed_as", "sealed_confirmer"])
    actor = f"account:{account_id}" if account_id else f"contact:{notice.contact_id}"
    audit.record(
        actor, "notice.confirmed", "referral", notice.referral_id,
        notice=str(notice.id), strength=strength, by=notice.confirmed_as,
    )  # fmt: skip
    wake.desk(notice.referral.tip_id)
    tell("actions.confirmed", notice_id=notice.id)
    return notice
