"""The contact ladder: for a Critical every contact whom a call is owed is rung, all at once, until a human confirms.

A call belongs to a contact's `call_contacts` action: while that is owed, so is the call. What each try came to is written on that
action, as an attempt; only a key press says that a human has it, and only the call-taker's own call to the PSAP is that call: no
number of a PSAP is ever dialled from here.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from upstander import clock
from upstander.actions import exclusion, recording, render, wake
from upstander.actions.confirm import AskedAnew, confirm, link_suffices
from upstander.actions.models import ActionEvent, Notice, Referral, RequiredAction
from upstander.config import config
from upstander.delivery import services as delivery
from upstander.delivery.caller.speaking import PASSED_ON, Call, Reply
from upstander.delivery.models import Delivery
from upstander.delivery.services import Owed
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.directory import queries as directory
from upstander.directory.models import Contact
from upstander.intake.models import Tip
from upstander.packs.current import current

PURPOSE, CHANNEL = "notice_call", "call"
ACTOR = "system:caller"
KIND = "call_contacts"
# What a try may have come to, as the ledger shows it; none of them is proof.
ATTEMPTS = (
    "busy", "declined", "no_answer", "wrong_number", "unreachable", "no_key", "no_number", "trunk", "agent_died", "speech",
)  # fmt: skip
PRESSED, TOO_EARLY = "pressed", "too_early"
# After these somebody has heard that there is a report, and is told when it is corrected.
HEARD = ("no_key", PASSED_ON, PRESSED, TOO_EARLY)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a contact's call stands: `code` dialling, ringing or talking, at the `n`th time; or again, with when."""

    code: str
    n: int
    at: datetime


def standing(action_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """How the calls of these actions stand that are owed and have been begun, by action. One that rings, rings; that somebody
    is rung again is said only as long as it is so: the caller takes what is owed no more off its list when its time comes."""
    rows = Delivery.objects.filter(
        purpose=PURPOSE, subject_id__in=list(action_ids), state=Delivery.State.PENDING, attempts__gt=0
    )
    now, found, waits = clock.now(), dict[UUID, Standing](), dict[UUID, Standing]()
    for row in rows:
        if row.lease_until and row.lease_until > now:
            found[row.subject_id] = Standing(row.last_error, row.attempts, row.not_before)
        else:
            waits[row.subject_id] = Standing("again", row.attempts + 1, row.not_before)
    again = still(waits)
    return found | {id: how for id, how in waits.items() if id in again}


def still(action_ids: Collection[UUID]) -> set[UUID]:
    """Those of these actions by which a call is owed at this moment, as `call` would find when it is their turn."""
    if not action_ids:
        return set()
    rows = RequiredAction.objects.filter(pk__in=action_ids, kind=KIND, done_at=None, ended_by=None, tip__closed_at=None)
    owed = {id: notice for id, notice in render.of_actions(rows).items() if _asks(notice)}
    left = set(ActionEvent.objects.filter(action_id__in=owed, result=PASSED_ON).values_list("action_id", flat=True))
    return {id for id, notice in owed.items() if id not in left or not _others_have_it(id, notice)}


def owe(tip_id: UUID, people: Iterable[Contact]) -> None:
    """Owe these people their calls; what waits already goes on waiting."""
    refs = [str(contact.pk) for contact in people]
    rows = RequiredAction.objects.filter(
        tip_id=tip_id, kind=KIND, target_kind="contact", target_ref__in=refs, done_at=None, ended_by=None
    )
    delivery.send_all(Owed(PURPOSE, row.pk, f"contact:{row.target_ref}", 0, CHANNEL) for row in rows)


def cancel(tip_id: UUID, contacts: Collection[int]) -> None:
    """Owe these people no call of a tip any more. One that rings at this moment is answered by word that nothing is asked."""
    refs = [str(id) for id in contacts]
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=KIND, target_kind="contact", target_ref__in=refs)
    delivery.cancel_all(PURPOSE, list(rows.values_list("pk", flat=True)))


def call(action_id: UUID) -> Call | None:
    """The call as it is owed at this moment; None where nothing is: confirmed, done, ended, withdrawn, left out, closed, or left
    to others of whom one has it."""
    notice = _owed(action_id)
    if notice is None or _others_have_it(action_id, notice):
        return None
    pack, language = current(), notice.contact.language
    return Call(
        numbers=numbers(notice),
        language=language if language in pack.texts else "en",
        greeting=pack.text("ladder.greeting", language),
        after=_said(notice, "ladder.confirmed"),
    )


def pressed(action_id: UUID, key: str, at: datetime | None = None) -> Reply | None:
    """A key was pressed on the telephone of the action's contact: 1, somebody there has it; 2, somebody else must take it.

    Whoever stands by a telephone can press 2, a child too: it ends no ringing for good, it makes the pause longer. One that was
    pressed (`at`) before they were asked of what the tip is now answers nothing: it is written down, and they are rung again.
    """
    if key not in ("1", "2"):
        return None
    notice = _owed(action_id)
    if notice is None:
        return Reply("over", current().text("ladder.over", _language(action_id)))
    action = RequiredAction.objects.get(pk=action_id)
    if at is not None and at < notice.asked_since:
        _too_early(action)
        return None
    if key == "2":
        recording.happened(action, ACTOR, PASSED_ON, strength="key")
        wake.desk(action.tip_id)
        return Reply(PASSED_ON, _said(notice, "ladder.passed_on"), over=False)
    if not link_suffices(notice.contact):  # of the police: whoever answers there could press it (decision 97)
        recording.happened(action, ACTOR, PRESSED, strength="key")
        wake.desk(action.tip_id)
        return Reply(PRESSED, _said(notice, "ladder.pressed"))
    try:
        confirm(notice.pk, as_self=False, name="", strength="key", asked=at)
    except AskedAnew:  # just now
        _too_early(action)
        return None
    recording.happened(action, ACTOR, "answered", strength="key")
    recording.close([action], ACTOR, "answered")
    return Reply("confirmed", _said(notice, "ladder.confirmed"))


def _too_early(action: RequiredAction) -> None:
    recording.happened(action, ACTOR, TOO_EARLY, strength="key")
    wake.desk(action.tip_id)


def happened(purpose: str, subject_id: UUID, code: str, seconds: int) -> None:
    """A try came to this."""
    if purpose != PURPOSE or code not in ATTEMPTS:
        return
    action = RequiredAction.objects.filter(pk=subject_id).first()
    if action is not None:
        recording.happened(action, ACTOR, code, seconds=seconds if code == "no_key" else None)
        wake.desk(action.tip_id)


def under_way(purpose: str, subject_id: UUID) -> None:
    """It rings, or somebody has picked up: whoever looks at the tip sees it at once."""
    if purpose == PURPOSE:
        tip_id = RequiredAction.objects.filter(pk=subject_id).values_list("tip_id", flat=True).first()
        if tip_id is not None:
            wake.desk(tip_id)


def bridged(subject_id: UUID) -> None:
    """A call that a person began stands otherwise: whoever looks at the tip sees it at once."""
    tip_id = RequiredAction.objects.filter(pk=subject_id).values_list("tip_id", flat=True).first()
    if tip_id is not None:
        wake.desk(tip_id)


def _owed(action_id: UUID) -> Notice | None:
    """The notice of the contact whom the call is owed; None where it is not."""
    rows = RequiredAction.objects.filter(pk=action_id, kind=KIND, done_at=None, ended_by=None)
    notice = render.of_actions(rows).get(action_id)
    if notice is None or not _asks(notice) or exclusion.bars(notice):
        return None
    return notice if Tip.objects.filter(pk=notice.referral.tip_id, closed_at=None).exists() else None


def _asks(notice: Notice) -> bool:
    """Whether a notice asks its person to be rung: a Critical that stands, and that they have not confirmed."""
    referral = notice.referral
    gone = referral.state == Referral.State.WITHDRAWN or referral.stood_down_at is not None
    return not notice.confirmed and not gone and current().critical(referral.klass)


def _language(action_id: UUID) -> str:
    """The language in which an action's contact is spoken to, also where nothing is owed any more."""
    ref = RequiredAction.objects.filter(pk=action_id, target_kind="contact").values_list("target_ref", flat=True).first()
    known = Contact.objects.filter(pk=ref) if ref else Contact.objects.none()
    return known.values_list("language", flat=True).first() or "en"


def _others_have_it(action_id: UUID, notice: Notice) -> bool:
    """Whether somebody at the contact's number has left it to others since it was asked, and one of the tip has it by now."""
    left = ActionEvent.objects.filter(action_id=action_id, result=PASSED_ON, at__gte=notice.asked_since)
    have = Notice.objects.filter(
        Q(action=None) | Q(action__ended_by=None),
        referral__tip_id=notice.referral.tip_id, confirmed_at__gte=F("asked_since"),
    ).exclude(referral__state=Referral.State.WITHDRAWN)  # fmt: skip
    return left.exists() and have.exists()


def numbers(notice: Notice) -> tuple[str, ...]:
    """Those of the contact's telephone numbers that may be rung for this tip and that a machine can ring, in order."""
    points = sorted((p for p in notice.contact.points.all() if p.kind == "phone"), key=lambda p: (p.position, p.pk))
    found = []
    for written in exclusion.of_tip(notice.referral.tip_id).numbers_of(p.value for p in points):
        try:
            found.append(e164(written, config().calls_country))
        except CannotDial:
            continue
    return tuple(dict.fromkeys(found))


def _said(notice: Notice, text: str) -> str:
    """A text about the tip, for a human who has pressed a key: how grave, where, how to read it; none of its words."""
    pack, referral, language = current(), notice.referral, notice.contact.language
    card = directory.place_card(referral.place_id) if referral.place_id else None
    return pack.text(
        text, language,
        school=card.name if card else pack.text("word.not_known", language),
        tip_number=" ".join(referral.tip_number.replace("-", "")),
        **{"class": pack.class_name(referral.klass, language)},
    )  # fmt: skip
