"""Notices to organisations' own systems (a dispatch, for example), beside those that each of its people is owed.

A post holds what a Critical's first mail holds: the facts, and no word of the tip. It is delivered when their system says so, and
confirms nothing: a person does that, by name, by the link that stands in it for each (decision 0108).
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from django.db import connection, transaction
from django.db.models import Q

from upstander import clock
from upstander.actions import exclusion, links
from upstander.actions.models import Exclusion, Notice, Referral
from upstander.actions.webhook_models import PURPOSE, Webhook, WebhookPost
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import queries as delivered
from upstander.delivery import services as delivery
from upstander.delivery.carriers.outward import checked
from upstander.delivery.webhook import CHANNEL, SECRET, Hook, written
from upstander.directory import queries as directory
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.people import queries as people
from upstander.vault.envelope import CannotOpen
from upstander.vault.keys import keyring

OVER = "over"
_PART = 200  # referrals that the worker looks at in one go


class _Kept(msgspec.Struct):
    url: str
    secret: bytes


@dataclass(frozen=True)
class Post:
    """One post as the organisation's administrator sees it: when, and how it stands. It names no tip."""

    at: datetime
    state: str  # pending, sent, failed, cancelled
    error: str  # the last code, or empty


@transaction.atomic
def register(organisation_id: int, url: str, account_id: int) -> str:
    """Post what concerns this organisation there from now on, and nowhere else; the secret, which is shown once.

    Raises CarrierError where nothing may be posted to such an address.
    """
    host = checked(url).hostname or ""
    id, secret = uuid4(), secrets.token_bytes(SECRET)
    version, sealed = keyring().wrap(
        "relay", msgspec.json.encode(_Kept(url, secret)), _info(organisation_id, id)
    )
    Webhook.objects.filter(organisation_id=organisation_id).delete()
    Webhook.objects.create(
        id=id, organisation_id=organisation_id, host=host, made_at=clock.now(), account_id=account_id,
        key_version=version, sealed_relay=sealed,
    )  # fmt: skip
    audit.record(f"account:{account_id}", "webhook.registered", "organisation", organisation_id, host=host)
    return written(secret)


@transaction.atomic
def end(organisation_id: int, account_id: int) -> bool:
    """Post nothing there any more; False where nothing was."""
    gone = Webhook.objects.filter(organisation_id=organisation_id).delete()[0] > 0
    if gone:
        audit.record(f"account:{account_id}", "webhook.ended", "organisation", organisation_id)
    return gone


def of(organisation_id: int) -> Webhook | None:
    """The organisation's system; None where it has named none."""
    return Webhook.objects.defer("sealed_relay").filter(organisation_id=organisation_id).first()


def posts(webhook: Webhook, most: int = 10) -> list[Post]:
    """The last posts to a system, newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, state, last_error FROM actions_webhook_posts(%s, %s)", [webhook.id, most])
        return [Post(*row) for row in cursor.fetchall()]


# Referrals of organisations with a system that say something else now than was posted last. What is over was only ever said where
# it had been said that it was not.
_DIFFERENT = """
SELECT w.id, r.id, CASE WHEN r.stood_down_at IS NOT NULL OR r.state = 'withdrawn' THEN 'over' ELSE r.klass END AS now_
FROM actions_webhook w JOIN actions_referral r ON r.scope_id = w.organisation_id AND r.created_at >= w.made_at
LEFT JOIN LATERAL (
    SELECT p.said FROM actions_webhookpost p WHERE p.referral_id = r.id AND p.webhook_id = w.id ORDER BY p.at DESC LIMIT 1
) last ON true
WHERE coalesce(last.said, 'over') <> CASE WHEN r.stood_down_at IS NOT NULL OR r.state = 'withdrawn' THEN 'over' ELSE r.klass END
ORDER BY r.created_at LIMIT %s
"""


@transaction.atomic
def turn() -> bool:
    """Owe each system what it was not told yet; True where there may be more (the worker's chore, every two seconds)."""
    if not delivered.offers(CHANNEL):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('upstander.webhooks'))")
        if not cursor.fetchone()[0]:  # another worker is at it
            return False
        cursor.execute(_DIFFERENT, [_PART])
        rows = cursor.fetchall()
    pack, at = current(), clock.now()
    for webhook_id, referral_id, said in rows:
        post = WebhookPost.objects.create(
            id=new_id(), webhook_id=webhook_id, referral_id=referral_id, at=at, said=said
        )
        urgent = said == OVER or pack.critical(said)
        delivery.send_new(
            PURPOSE, post.id, f"webhook:{webhook_id.hex[:20]}", 0 if urgent else 2, channel=CHANNEL
        )
    return len(rows) == _PART


def render(post_id: UUID) -> Hook | None:
    """The post as it leaves, in the relay; None where a later one says more, and where somebody who may read there is left out of
    the tip."""
    post = WebhookPost.objects.select_related("webhook", "referral").filter(pk=post_id).first()
    if (
        post is None
        or WebhookPost.objects.filter(webhook=post.webhook, referral=post.referral, at__gt=post.at).exists()
    ):
        return None
    notices = list(Notice.objects.filter(referral=post.referral).select_related("contact", "referral"))
    hook = post.webhook
    if _read_by_somebody_left_out(hook, post.referral):
        return None
    try:
        opened = keyring().unwrap(
            "relay", hook.key_version, hook.sealed_relay, _info(hook.organisation_id, hook.id)
        )
    except CannotOpen:
        return None
    kept = msgspec.json.decode(opened, type=_Kept)
    said = _correction(post) if post.said == OVER else _notice(post, notices)
    return Hook(kept.url, kept.secret, json.dumps(said, separators=(",", ":")).encode())


def _read_by_somebody_left_out(hook: Webhook, referral: Referral) -> bool:
    """Whether somebody whom the tip is about may read what that system shows: they work for the organisation, stand in its list
    or in that of what it belongs to, sign in for either, or named the system."""
    left = Exclusion.objects.filter(tip_id=referral.tip_id, ended_at=None)
    if not left.exists():
        return False
    places = [id for id in (referral.scope_id, referral.scope.parent_id) if id]
    if left.filter(Q(contact__organisation_id__in=places) | Q(contact__listed_for_id__in=places)).exists():
        return True
    hidden = (exclusion.hidden_from(who.contact_ids, who.email) for who in people.sign_in_for(places, hook.account_id))
    return any(tips.filter(tip_id=referral.tip_id).exists() for tips in hidden)


def _notice(post: WebhookPost, notices: Sequence[Notice]) -> dict[str, object]:
    referral, pack = post.referral, current()
    card = directory.place_card(referral.place_id) if referral.place_id else None
    data = _whose(referral) | {
        "class": referral.klass,
        "class_name": pack.class_name(referral.klass, "en"),
        "urgent": pack.critical(referral.klass),
        "kinds": [{"code": code, "name": pack.subtype_name(code, "en")} for code in referral.subtypes],
        "in_progress": referral.in_progress,
        "school": card.name if card else None,
        "city": card.city if card else None,
        "received_at": referral.received_at.isoformat(),
        "confirm": [{"name": n.contact.name, "url": links.url_for(n.id)} for n in notices if not n.confirmed],
    }
    return {"type": "tip.notice", "timestamp": post.at.isoformat(), "data": data}


def _correction(post: WebhookPost) -> dict[str, object]:
    return {"type": "tip.correction", "timestamp": post.at.isoformat(), "data": _whose(post.referral)}


def _whose(referral: Referral) -> dict[str, object]:
    """By what their system knows the next post about the same tip, and where its people read it."""
    read = f"{config().origin('school')}/tips/{referral.id}/"
    return {"referral": str(referral.id), "tip_number": referral.tip_number, "url": read}


def _info(organisation_id: int, id: UUID) -> bytes:
    return f"upstander/webhook/1|{organisation_id}|{id}".encode()
