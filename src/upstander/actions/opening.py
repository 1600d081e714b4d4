"""What leaves first: one referral a recipient organisation, one notice a person, one mail a notice."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from upstander.actions import (
    addresses,
    called,
    corrected,
    escalation_at_once,
    exclusion,
    ledger,
    pushes,
    referrals,
    refused,
)
from upstander.actions.models import Notice, Referral, RequiredAction
from upstander.audit import services as audit
from upstander.delivery import services as delivery
from upstander.delivery.services import Owed
from upstander.directory.models import Contact
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.model import Pack
from upstander.protocol import Plan
from upstander.vault import services as vault

AUDIENCES = ("school", "relay", "desk")


def open_for(
    tip: Tip, demanded: Plan, pack: Pack, at: datetime, *, in_progress: bool, raised: bool, back: set[int]
) -> set[int]:
    """Give every contact that is owed word a referral and a notice, and send each its mail; who has one keeps it. Of a Critical
    a call, a text message and a push to their phones go with it.

    Where the tip was `raised`, everybody is asked anew, and who had their mail gets another; so are those who come `back`
    after a stand-down. What an organisation had closed is open again then, and a correction of before is owed no more: to
    everybody else it still is. The queries do not grow with the contacts. Returns all to whom word is owed.
    """
    owed, out = ledger.contacts_owed(tip.pk), exclusion.of_tip(tip.pk)
    concerned = Contact.objects.filter(pk__in=owed).prefetch_related("points")
    people = [c for c in concerned if not out.holds(c)]  # an address may have become that of somebody left out
    scopes = dict.fromkeys(c.organisation_id for c in people)
    facts = _facts(tip, demanded, in_progress)
    anew = [c for c in people if raised or c.pk in back]
    opened = {r.scope_id: r for r in Referral.objects.filter(tip_id=tip.pk, scope_id__in=scopes)}
    known = _notices(opened, people)
    asked = [c for c in people if c in anew or c.pk not in known]
    _bring_up_to_date(opened, facts, {c.organisation_id for c in anew}, {c.organisation_id for c in asked})
    _ask_again([known[c.pk] for c in anew if c.pk in known], at)
    _correct_no_more(tip, anew)
    _say_why(known.values(), owed)
    opened |= _new_referrals(tip, facts, [scope for scope in scopes if scope not in opened], at)
    fresh = _new_notices([c for c in people if c.pk not in known], opened, owed, pack, at)
    notices = known | fresh
    delivery.send_all(_first_mails(people, notices, owed, pack))
    called.owe(tip.pk, [c for c in asked if pack.critical(facts["klass"])])
    escalation_at_once.owe(asked, notices, facts["klass"], pack, out, at)
    pushes.at_once([c.pk for c in asked if pack.critical(facts["klass"])], notices)
    # that mail promises a Critical's words: they follow where the organisation has been given them already
    mailed = [notices[c.pk] for c in asked if owed[c.pk]]
    referrals.owe_words([n for n in mailed if n.referral.released_at and pack.critical(n.referral.klass)], at)
    return set(owed)


def _facts(tip: Tip, demanded: Plan, in_progress: bool) -> dict[str, Any]:
    """What a referral says of the tip: what contacts may know of, which need not be all that it is (D-IV.A.2.c.5: of images
    nobody but law enforcement hears)."""
    word = demanded.action("email_contacts") or demanded.action("call_contacts")
    return {
        "klass": word.klass if word else demanded.klass,
        "subtypes": list(word.about) if word else [],
        "in_progress": in_progress,
        "place_id": tip.place_id,
    }


def _new_referrals(
    tip: Tip, facts: Mapping[str, Any], scopes: Sequence[int], at: datetime
) -> dict[int, Referral]:
    """A referral, with a key of its own, to each of these organisations, by organisation."""
    fresh = [
        Referral(
            id=new_id(), tip_id=tip.pk, tip_number=tip.number, scope_id=scope_id,
            received_at=tip.received_at, created_at=at, **facts,
        )
        for scope_id in scopes
    ]  # fmt: skip
    Referral.objects.bulk_create(fresh)
    vault.store_keys({r.id: vault.new_key() for r in fresh}, AUDIENCES)
    audit.record_all(
        audit.row("system:desk", "referral.opened", "tip", tip.pk, referral=str(r.id), scope=r.scope_id)
        for r in fresh
    )
    return {r.scope_id: r for r in fresh}


def _bring_up_to_date(
    opened: Mapping[int, Referral], facts: Mapping[str, Any], anew: set[int], asked: set[int]
) -> None:
    """Make referrals that there are say what the tip is now. Those that are asked anew, or had been withdrawn, are open again;
    those of which anybody is asked, for the first time too, are corrected no more: the others stay so."""
    these = Referral.objects.filter(pk__in=[r.pk for r in opened.values()])
    withdrawn = Q(state=Referral.State.WITHDRAWN)
    these.filter(Q(scope_id__in=asked) | withdrawn).update(stood_down_at=None)
    these.filter(Q(scope_id__in=anew) | withdrawn).update(state=Referral.State.OPEN, closed_at=None)
    these.update(**facts)
    for referral in opened.values():
        referral.klass = facts["klass"]


def _notices(opened: Mapping[int, Referral], people: Sequence[Contact]) -> dict[int, Notice]:
    """The notices that these people have already of these referrals, each of their organisation's, by contact."""
    of = {r.pk: r for r in opened.values()}
    organisations = {c.pk: c.organisation_id for c in people}
    notices = {}
    for notice in Notice.objects.filter(referral__in=of, contact__in=organisations):
        notice.referral = of[notice.referral_id]
        if notice.referral.scope_id == organisations[notice.contact_id]:
            notices[notice.contact_id] = notice
    return notices


def _new_notices(
    people: Sequence[Contact], opened: Mapping[int, Referral], owed: Mapping[int, RequiredAction | None],
    pack: Pack, at: datetime,
) -> dict[int, Notice]:  # fmt: skip
    """A notice for each of these people, by contact, with a link that holds for the pack's days."""
    until = at + timedelta(days=pack.limits.link_days)
    notices = {
        c.pk: Notice(
            id=new_id(), referral=opened[c.organisation_id], contact=c, action=owed[c.pk],
            created_at=at, asked_since=at, link_until=until,
        )
        for c in people
    }  # fmt: skip
    Notice.objects.bulk_create(notices.values())
    return notices


def _ask_again(notices: Sequence[Notice], at: datetime) -> None:
    """Ask these people anew. A confirmation that came while we judged was of what stood before: it is asked after it."""
    later = Greatest(Value(at), F("confirmed_at") + timedelta(microseconds=1))
    Notice.objects.filter(pk__in=[n.pk for n in notices]).update(asked_since=later)


def _correct_no_more(tip: Tip, people: Sequence[Contact]) -> None:
    """Owe these people no correction of what they were told before: they are told anew."""
    if people:
        rows = RequiredAction.objects.filter(
            tip=tip, target_kind="contact", target_ref__in=[c.pk for c in people]
        )
        corrected.no_more(rows.values_list("pk", flat=True))


def _say_why(notices: Collection[Notice], owed: Mapping[int, RequiredAction | None]) -> None:
    """The action that owes these people word now."""
    moved = [n for n in notices if (action := owed[n.contact_id]) and n.action_id != action.id]
    for notice in moved:
        notice.action = owed[notice.contact_id]
    Notice.objects.bulk_update(moved, ["action"])


def _first_mails(
    people: Sequence[Contact],
    notices: Mapping[int, Notice],
    owed: Mapping[int, RequiredAction | None],
    pack: Pack,
) -> Iterator[Owed]:
    """The mails that are to be sent to those who have an address, and have not had them."""
    for contact in people:
        notice, action = notices[contact.pk], owed[contact.pk]
        if action and action.done_at is None and addresses.live(contact):
            urgency = referrals.priority(pack, notice.referral.klass)
            yield Owed(*refused.first_mail(action, notice), f"contact:{contact.pk}", urgency)
