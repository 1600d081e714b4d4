"""Corrections by the channels by which somebody was told (decisions 9): a text message, and a call, beside the mail.

Neither says anything of a tip that the notice did not say. A call says to whoever picks up that an earlier one is corrected, and
where to read it: no key is asked for, and the row is done once somebody, or a voicemail, has heard it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from upstander import clock
from upstander.actions import called, exclusion, recording, render, texted, wake
from upstander.actions.models import ActionEvent, Notice, Referral, RequiredAction
from upstander.actions.refused import CORRECTIONS
from upstander.delivery import services as delivery
from upstander.delivery.caller.speaking import Call, Reply
from upstander.delivery.models import Delivery
from upstander.delivery.texting import Text
from upstander.packs.current import current

_MAIL, TEXT, CALL = CORRECTIONS
HEARD, CORRECTED, UNHEARD = "heard", "corrected", "uncorrected"
MOST_TRIES = 6  # of a call; the mail stands, and is red where it is refused
_AFTER_A_CALL = timedelta(seconds=60)  # a call under way at this moment is over then, or hears that nothing is asked
_CRITICAL = 0


def owe(tip_id: UUID, notices: Collection[Notice]) -> None:
    """Owe a correction by text message and by call to those of these people who were told by it, in the stand-down's own
    transaction."""
    subjects = {n.id: n for n in notices if n.action_id}
    for notice_id in sorted(texted.left(subjects.values())):
        _send(TEXT, "sms", subjects[notice_id])
    heard, rings = _heard(tip_id), _under_way(tip_id)
    for notice in subjects.values():
        if notice.contact_id in rings:
            _send(CALL, called.CHANNEL, notice, wait=_AFTER_A_CALL)
        elif notice.contact_id in heard:
            _send(CALL, called.CHANNEL, notice)


def no_more(action_ids: Iterable[UUID]) -> None:
    """Owe these actions' people no correction any more, by no channel."""
    ids = list(action_ids)
    for purpose in CORRECTIONS:
        delivery.cancel_all(purpose, ids)


def text(action_id: UUID) -> Text | None:
    """The correction by text message, as it leaves; None where nobody is to be told any more."""
    notice = _notice(action_id)
    if notice is None:
        return None
    to = texted.numbers(notice.contact, exclusion.of_tip(notice.referral.tip_id))
    language = notice.contact.language
    return Text(to[0] if to else "", current().text("sms.stand_down", language, **render.values_of(notice, language)))


def call(action_id: UUID) -> Call | None:
    """The correction by call; None where nobody is to be told any more, or had heard of nothing, or it was tried often enough."""
    notice = _notice(action_id)
    if notice is None or _tries(action_id) > MOST_TRIES:
        return None
    tip_id = notice.referral.tip_id
    if notice.contact_id not in _heard(tip_id) | _under_way(tip_id):
        return None
    pack, language = current(), notice.contact.language
    return Call(
        numbers=called.numbers(notice),
        language=language if language in pack.texts else "en",
        greeting=pack.text("ladder.stand_down", language),
        asks=False,
    )


def pressed(_action_id: UUID, _key: str, _at: datetime | None = None) -> Reply | None:
    """A key asks for nothing here: it is said again."""
    return None


def happened(purpose: str, subject_id: UUID, code: str, seconds: int) -> None:
    """A try at a correcting call came to this: that it was heard is written down, and that it was given up."""
    if purpose != CALL:
        return
    result = CORRECTED if code == HEARD else UNHEARD if _tries(subject_id) >= MOST_TRIES or code == "no_number" else ""
    mail = RequiredAction.objects.filter(pk=subject_id).first() if result else None
    if mail is None:
        return
    calls = RequiredAction.objects.filter(tip=mail.tip_id, kind=called.KIND, target_kind="contact", target_ref=mail.target_ref)
    recording.happened(calls.order_by("-owed_since").first() or mail, called.ACTOR, result)
    wake.desk(mail.tip_id)


def _send(purpose: str, channel: str, notice: Notice, wait: timedelta | None = None) -> None:
    assert notice.action_id is not None
    at = clock.now() + wait if wait else None
    delivery.send(purpose, notice.action_id, f"contact:{notice.contact_id}", _CRITICAL, channel=channel, not_before=at)


def _notice(action_id: UUID) -> Notice | None:
    notice = render.of_actions(RequiredAction.objects.filter(pk=action_id)).get(action_id)
    if notice is None or notice.referral.state == Referral.State.WITHDRAWN or exclusion.bars(notice):
        return None
    return notice


def _heard(tip_id: UUID) -> set[int]:
    """Whom our own calls about a tip have reached, and none since that corrected it."""
    last: dict[str, bool] = {}
    events = ActionEvent.objects.filter(action__tip_id=tip_id, actor=called.ACTOR, action__target_kind="contact")
    told = (*called.HEARD, "answered", CORRECTED)
    for ref, result in events.filter(result__in=told).order_by("at", "pk").values_list("action__target_ref", "result"):
        last[ref] = result != CORRECTED
    return {int(ref) for ref, heard in last.items() if heard}


def _under_way(tip_id: UUID) -> set[int]:
    """Whom we are ringing about a tip at this moment."""
    rows = RequiredAction.objects.filter(tip_id=tip_id, kind=called.KIND, target_kind="contact")
    whom = {id: int(ref) for id, ref in rows.values_list("pk", "target_ref") if ref.isdecimal()}
    now = Delivery.objects.filter(purpose=called.PURPOSE, subject_id__in=list(whom), lease_until__gt=clock.now())
    return {whom[id] for id in now.values_list("subject_id", flat=True)}


def _tries(action_id: UUID) -> int:
    found = Delivery.objects.filter(purpose=CALL, subject_id=action_id).values_list("attempts", flat=True).first()
    return found or 0
