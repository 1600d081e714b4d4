"""A notice as a text message, and its confirmation by a text: `1 CODE`, from a number that is the contact's (decisions 10).

It says what kind of tip, how grave, which school, and what is asked: no word of the tip. Rendered by the relay as it leaves.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from upstander import clock
from upstander.actions import exclusion, links
from upstander.actions.confirm import CannotConfirm
from upstander.actions.confirm import confirm as confirm_notice
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.models import Notice, Referral
from upstander.delivery import services as delivery
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.delivery.texting import Text
from upstander.directory import queries as directory
from upstander.directory.models import Contact
from upstander.ids import crockford, normalised
from upstander.packs.current import current
from upstander.vault.keys import keyring

# One a notice, when escalation comes to it; and one each time a Critical's person is asked, whose subject is that step.
PURPOSE, AT_ONCE = "notice_sms", "asked_sms"
_LENGTH = 5  # Crockford characters, with the contact's own number: nobody guesses both


def code_of(notice_id: UUID) -> str:
    """The short code of a notice: made from its id, stored nowhere, known to the relay and the router."""
    return crockford(keyring().mac("peer", b"notice/1", notice_id.bytes), _LENGTH)


def numbers(contact: Contact, out: exclusion.LeftOut = exclusion.NOBODY) -> list[str]:
    """The contact's numbers that a text can go to, mobile ones first; none that is also of somebody who is left out."""
    phones = (p for p in contact.points.all() if p.kind == "phone" and exclusion.key(p) not in out.addresses)
    ordered = sorted(phones, key=lambda p: (p.label != "mobile", p.position, p.pk))
    return [number for p in ordered if (number := _spelled(p.value))]


def _spelled(written: str) -> str:
    try:
        return e164(written)
    except CannotDial:
        return ""


def render(notice_id: UUID) -> Text | None:
    """The text to the notice's contact; None where it is not owed any more: confirmed, withdrawn, ended, or they are left out."""
    notice = _notices().filter(pk=notice_id).first()
    if notice is None or notice.confirmed or (notice.action and notice.action.ended_by_id):
        return None
    if notice.referral.state == Referral.State.WITHDRAWN or exclusion.bars(notice):
        return None
    to = numbers(notice.contact, exclusion.of_tip(notice.referral.tip_id))
    pack, language, referral = current(), notice.contact.language, notice.referral
    card = directory.place_card(referral.place_id) if referral.place_id else None
    said = pack.text(
        "sms.notice",
        language,
        **{
            "class": pack.class_name(referral.klass, language),
            "school": card.name if card else pack.text("word.not_known", language),
            "subtypes": ", ".join(pack.subtype_name(s, language) for s in referral.subtypes),
            "tip_number": referral.tip_number,
            "link": links.url_for(notice.id),
            "code": code_of(notice.id),
        },
    )
    return Text(to[0] if to else "", said)  # without a number it is refused at our own door, and shown


def asked(step_id: UUID) -> Text | None:
    """The text that goes with the judgement; None where it is not owed any more, or its person has been asked anew since."""
    step = EscalationStep.objects.select_related("notice").filter(pk=step_id).first()
    return render(step.notice_id) if step and step.asked_since == step.notice.asked_since else None


def left(notices: Iterable[Notice]) -> set[UUID]:
    """Those of these notices of which a text has left, or is leaving at this moment; no other leaves before the caller's
    transaction ends (as `delivery.gone`)."""
    ids, steps = _texts(notices)
    gone = delivery.gone([PURPOSE, AT_ONCE], [*ids, *steps])
    return {steps.get(subject, subject) for subject in gone}


def cancel(notices: Iterable[Notice]) -> None:
    """Owe no text of these notices any more."""
    ids, steps = _texts(notices)
    delivery.cancel_all(PURPOSE, ids)
    delivery.cancel_all(AT_ONCE, list(steps))


def _texts(notices: Iterable[Notice]) -> tuple[list[UUID], dict[UUID, UUID]]:
    """The ids of these notices, and of each step by which a text went with a judgement, its notice."""
    ids = [notice.id for notice in notices]
    steps = EscalationStep.objects.filter(notice_id__in=ids, purpose=AT_ONCE)
    return ids, dict(steps.values_list("pk", "notice_id"))


def confirm(code: str, number: str) -> str:
    """Confirm the notice of this code for its contact, where `number` (E.164) is theirs. The language in which to thank them;
    empty where it confirms nothing."""
    said = normalised(code)
    live = Notice.objects.filter(link_until__gt=clock.now()).values_list("pk", flat=True)
    # Anybody may write codes, one after the other: of each notice nothing is read but its id, until its code is the one.
    for notice in _notices().filter(pk__in=[id for id in live.iterator() if code_of(id) == said]):
        if number not in numbers(notice.contact):
            continue
        try:
            confirm_notice(notice.id, as_self=True, name=notice.contact.name, strength="code")
        except CannotConfirm:
            return ""
        return notice.contact.language
    return ""


def _notices() -> QuerySet[Notice]:
    return Notice.objects.select_related("referral", "contact", "action").prefetch_related("contact__points")
