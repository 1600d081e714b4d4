"""What this room sends, as the relay says it at the moment of sending, by batches (`reading`: to whom, and what of it)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from upstander.circulation import content, devices, limits, numbers
from upstander.circulation.content import Letter
from upstander.circulation.models import Choice, Copy, Issue, Ping, number_of
from upstander.circulation.reading import Going, going, speaking
from upstander.config import config
from upstander.delivery.services import Mail
from upstander.delivery.texting import Text
from upstander.delivery.webpush import Push
from upstander.network import links
from upstander.packs.current import current
from upstander.products import shown

_COPIES = ("issue", "member")


def mails(copy_ids: Sequence[UUID]) -> Mapping[UUID, Mail]:
    """The mails of copies, by copy."""
    ones = going(Copy.objects.select_related(*_COPIES).filter(pk__in=copy_ids))
    choices = _choices(ones)
    earlier = _earlier([one for one in ones if one.copy.issue.what == Issue.What.RECALL])
    found = {}
    for one in ones:
        choice = choices.get(one.copy.member_id)
        if one.copy.issue.newsletter and choice and choice.newsletters_off_at and not one.copy.again:
            continue
        with speaking(one.language):
            found[one.copy.id] = _mail(one, choice, earlier.get((one.copy.member_id, one.copy.issue.product_id), ()))
    return found


def _choices(ones: list[Going]) -> dict[UUID, Choice]:
    """What those chose who get a newsletter."""
    members = {one.copy.member_id for one in ones if one.copy.issue.newsletter}
    fields = ("id", "member_id", "newsletters_off_at", "sealed_token", "key_version")
    return {row.member_id: row for row in Choice.objects.only(*fields).filter(member__in=members)} if members else {}


def _earlier(ones: list[Going]) -> dict[tuple[UUID, UUID], list[str]]:
    """The numbers of the copies that are called back, by member and product."""
    found: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    if ones:
        before = Copy.objects.filter(
            member__in=[one.copy.member_id for one in ones], issue__product__in=[one.copy.issue.product_id for one in ones]
        ).exclude(issue__what=Issue.What.RECALL)
        for id, digest, member, product in before.order_by("made_at").values_list("id", "digest", "member", "issue__product"):
            found[member, product].append(number_of(digest or id))
    return found


def _mail(one: Going, choice: Choice | None = None, numbers: Sequence[str] = ()) -> Mail:
    subject, letter, headers = _letter(one, choice, numbers)
    return Mail(
        to_address=one.account.email, to_name=one.account.name, subject=subject, text=letter.plain(), html=letter.page(),
        urgent=one.copy.issue.urgent, headers=headers,
    )  # fmt: skip


def _letter(one: Going, choice: Choice | None, numbers: Sequence[str]) -> tuple[str, Letter, dict[str, str]]:
    said, issue = one.said, one.copy.issue
    headers: dict[str, str] = {}
    if said is None:  # called back, or nothing is left of it for this level
        subject, text, banner = _gone(one, numbers)
        letter = Letter(banner, text, "", ((_("Your copies"), one.here),), one.account.name, one.copy.number)
        return subject, letter, headers
    asks = _("Read it, and say that you have read it") if issue.asks else _("Read it on the site")
    ways = [(asks, one.here)]
    if issue.newsletter and not issue.urgent and choice is not None:
        off = f"{config().origin('network')}/unsubscribe/{links.token(choice)}/"  # type: ignore[arg-type] # (it has the columns)
        ways.append((_("No newsletters any more"), off))
        headers = {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}  # RFC 8058
    text = said.text if said.words else _nothing_said(one)
    letter = Letter(said.banner, text, said.html, tuple(ways), one.account.name, one.copy.number)
    return _subject(one, said), letter, headers


def _subject(one: Going, said: content.Said) -> str:
    """The title, as it is marked; of what may not be mailed not even that."""
    title = f"({said.portion}) {said.title}" if said.portion else said.title
    title = title if said.words else _("there is something new for you")
    if one.copy.again:
        title = _("Corrected: %s") % title
    return _("Urgent: %s") % title if one.copy.issue.urgent else title


def _nothing_said(one: Going) -> str:
    what = _("There is something new for you. It is read after sign-in only; this mail says nothing more on purpose.")
    return what if not one.copy.again else _("Something that you were sent was corrected. It is read after sign-in only.")


def _gone(one: Going, numbers: Sequence[str]) -> tuple[str, str, str]:
    """Subject, words and banner of a mail that something is gone."""
    if one.copy.issue.what != Issue.What.RECALL:
        what = _("Something that you were sent was corrected, and nothing of it is left for you.")
        return _("Corrected: something that you were sent"), f"{what} {_('Do not use it, do not pass it on.')}", ""
    parts = [_("Something that you were sent has been called back. Do not use it, do not pass it on, and destroy every copy.")]
    told, banner = shown.told(one.row) if one.row is not None else None, ""
    if told is not None and told.level <= limits.WORDS_BY_MAIL:
        parts.append(told.marked)
        banner = told.banner
    elif told is not None:
        parts.append(_("What is said of it is read after sign-in only."))
    if numbers:
        parts.append(_("It was your copy with the number: %s") % ", ".join(numbers))
    return _("Called back: something that you were sent"), "\n\n".join(parts), banner


def digests(digest_ids: Sequence[UUID]) -> Mapping[UUID, Mail]:
    """The mails of digests, by digest: of each copy in it what is so now; none where nothing is left."""
    ones = going(Copy.objects.select_related(*_COPIES).filter(digest__in=digest_ids).order_by("made_at"))
    by: dict[UUID, list[Going]] = defaultdict(list)
    for one in ones:
        if one.said is not None and one.copy.digest_id is not None:
            by[one.copy.digest_id].append(one)
    return {id: _digest(id, items) for id, items in by.items()}


def _digest(id: UUID, items: list[Going]) -> Mail:
    first = items[0]
    with speaking(first.language):
        subject = _("%(n)s new for you") % {"n": len(items)}
        text = "\n\n".join([subject, *(part for one in items for part in _in_digest(one))])
        html = render_to_string("circulation/_digest.html", {"items": items, "subject": subject})
        banner = content.banner_of([one.said.banner for one in items if one.said and one.said.words])
        mine = ((_("How you are told"), f"{config().origin('network')}/me/told/"),)
        letter = Letter(banner, text, html, mine, first.account.name, number_of(id))
        subject = f"{subject} - {current().programme.name}"
        return Mail(first.account.email, first.account.name, subject, letter.plain(), html=letter.page())


def _in_digest(one: Going) -> list[str]:
    said = one.said
    if said is None or not said.words:
        return [_("Something that is read after sign-in only"), one.here]
    head = f"({said.portion}) {said.title}" if said.portion else said.title
    return [said.banner, head, *([said.first] if said.first else []), one.here]


def _pinged(ping_ids: Sequence[UUID]) -> list[tuple[Ping, Going]]:
    """What is still worth a word: whoever has said that they have read it is asked no more."""
    pings = list(Ping.objects.select_related("copy__issue", "copy__member").filter(pk__in=ping_ids, copy__read_at=None))
    by = {one.copy.id: one for one in going({ping.copy_id: ping.copy for ping in pings}.values())}
    return [(ping, by[ping.copy_id]) for ping in pings if ping.copy_id in by]


def reminders(ping_ids: Sequence[UUID]) -> Mapping[UUID, Mail]:
    """Reminders by mail to say that one has read something. Without a word of it."""
    found = {}
    for ping, one in _pinged(ping_ids):
        with speaking(one.language):
            what = _("Please say that you have read what you were sent; it takes one press after sign-in.")
            letter = Letter("", what, "", ((_("Read it, and say so"), one.here),), one.account.name, one.copy.number)
            urgent, to = one.copy.issue.urgent, one.account
            subject = _("Please confirm: something urgent for you") if urgent else _("Please confirm what you were sent")
            found[ping.id] = Mail(to.email, to.name, subject, letter.plain(), html=letter.page(), urgent=urgent)
    return found


def texts(ping_ids: Sequence[UUID]) -> Mapping[UUID, Text]:
    """Text messages that there is something urgent, or that something is called back. Without a word of it."""
    pings = _pinged(ping_ids)
    to = numbers.opened([one.copy.member_id for _ping, one in pings])
    found = {}
    for ping, one in pings:
        if one.copy.member_id in to:
            with speaking(one.language):
                known: dict[str, Any] = {"programme": current().programme.name, "here": one.here}
                words = _("%(programme)s: something urgent for you, after sign-in: %(here)s")
                if one.copy.issue.what == Issue.What.RECALL:
                    words = _("%(programme)s: something that you were sent has been called back. Do not use it: %(here)s")
                found[ping.id] = Text(to[one.copy.member_id], words % known)
    return found


def pushes(ping_ids: Sequence[UUID]) -> Mapping[UUID, Push]:
    """Pushes, which carry one constant word."""
    return {ping.id: push for ping, _one in _pinged(ping_ids) if (push := devices.opened(ping.device_id)) is not None}
