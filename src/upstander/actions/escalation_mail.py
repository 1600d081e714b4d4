"""The mails of escalation, rendered by the relay when they leave: no word of a tip is in any of them (decisions 3).

Whoever has a notice of their own is sent its link; who is on call, and was told of nothing, is asked to help and to call
the desk.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from upstander import clock
from upstander.actions import addresses, exclusion, links, render
from upstander.actions.escalation_facts import ACCOUNT, SELF, confirmed, silent
from upstander.actions.escalation_models import EscalationStep
from upstander.actions.models import Notice
from upstander.delivery.queries import message_ids_of
from upstander.delivery.services import Mail
from upstander.directory.models import Contact
from upstander.packs.current import current
from upstander.people import reach
from upstander.people.models import Account


@dataclass(frozen=True, slots=True)
class _To:
    """To whom a mail goes; `own` is their own notice, where they have one that is still asked of them."""

    address: str
    name: str
    language: str
    own: Notice | None = None


def steps(step_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """The mails of these steps that are owed still: not where the person has confirmed since, or nothing is asked any more."""
    rows = list(EscalationStep.objects.filter(pk__in=step_ids))
    wait = set(silent(clock.now()).filter(pk__in=[r.notice_id for r in rows]).values_list("pk", flat=True))
    found = [(row, notice, to) for row, notice, to in _addressed(rows) if notice.id in wait and to.address]
    answered = confirmed({notice.referral.tip_id for _row, notice, _to in found})
    return {
        row.id: _mail(row, notice, to)
        for row, notice, to in found
        if not (_while_nobody(row) and notice.referral.tip_id in answered)
    }


def _while_nobody(row: EscalationStep) -> bool:
    step = current().escalation.step(row.step)
    return step is not None and step.while_ == "nobody"


def over(step_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    """The corrections to those who were told by these steps and had no notice of their own."""
    rows = list(EscalationStep.objects.filter(pk__in=step_ids))
    thread = message_ids_of("escalation", [row.subject_id for row in rows])
    return {
        row.id: _written(notice, to, "mail.escalation_over", thread.get(row.subject_id))
        for row, notice, to in _addressed(rows)
        if to.address
    }


def _mail(row: EscalationStep, notice: Notice, to: _To) -> Mail:
    if row.target_kind == SELF:
        thread = message_ids_of("notice", [notice.id]).get(notice.id)
        return _written(notice, to, "mail.reminder", thread)
    return _written(notice, to, "mail.stands_in" if to.own else "mail.escalation", None)


def _addressed(rows: Iterable[EscalationStep]) -> Iterable[tuple[EscalationStep, Notice, _To]]:
    """The steps with their notices and to whom each goes; none to somebody who is left out of the tip by now."""
    rows = list(rows)
    notices = render.joined().in_bulk([row.notice_id for row in rows])
    contacts = Contact.objects.prefetch_related("points").in_bulk([r.target_id for r in rows if r.target_kind != ACCOUNT])
    accounts = Account.objects.filter(is_active=True).only("id", "name", "email").in_bulk(
        [r.target_id for r in rows if r.target_kind == ACCOUNT]
    )
    own_address = {pk: has.mail for pk, has in reach.numbers(list(accounts)).items()}
    left = exclusion.of(notice.referral.tip_id for notice in notices.values())
    for row in rows:
        notice = notices[row.notice_id]
        out = left.get(notice.referral.tip_id, exclusion.NOBODY)
        if row.target_kind == ACCOUNT:
            if account := accounts.get(row.target_id):
                yield row, notice, _To(own_address.get(account.pk) or account.email, account.name, "en")
        elif not out.holds(contact := contacts[row.target_id]):
            own = _own(notice, contact)
            yield row, notice, _To(addresses.live(contact, out), contact.name, contact.language, own)


def _own(notice: Notice, contact: Contact) -> Notice | None:
    if contact.pk == notice.contact_id:
        return notice
    theirs = Notice.objects.filter(referral__tip_id=notice.referral.tip_id, contact=contact, referral__stood_down_at=None)
    found = theirs.standing_last().last()
    return found if found and links.notice_for(links.token_for(found.id)) else None


def _written(notice: Notice, to: _To, texts: str, thread: str | None) -> Mail:
    pack = current()
    values: Mapping[str, str] = render.values_of(notice, to.language) | {
        "contact": to.name,
        "target": notice.contact.name,
        "link": links.url_for(to.own.id) if to.own else "",
    }
    return Mail(
        to_address=to.address,
        to_name=to.name,
        subject=pack.text(f"{texts}.subject", to.language, **values),
        text=pack.text(f"{texts}.body", to.language, **values),
        thread=thread,
        urgent=pack.critical(notice.referral.klass),
    )
