"""Who is on call is told by text message and by call, too, where the pack says so: beside the mail, and as it, no word of a tip.

A contact on call is told on their own numbers, and so is the programme's supervisor; who of these has none, on the programme's
duty telephone (UPSTANDER_ON_CALL_NUMBER), once a round for all of them. Who presses 1, or answers by the code, has heard: it is
written at the step and shown at the desk, and that step rings no more. It confirms nobody's notice, and the steps that come again
come again (decision 98).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from upstander import clock
from upstander.actions import exclusion, render, texted, wake
from upstander.actions.escalation_facts import ACCOUNT, SELF, Target, confirmed, silent
from upstander.actions.escalation_models import PURPOSE, EscalationStep
from upstander.actions.models import Notice
from upstander.audit import services as audit
from upstander.config import config
from upstander.delivery import queries as delivered
from upstander.delivery import registry
from upstander.delivery import services as delivery
from upstander.delivery.caller import speaking
from upstander.delivery.caller.speaking import PASSED_ON, Call, Reply
from upstander.delivery.models import Attempt
from upstander.delivery.telephone.numbers import CannotDial, e164
from upstander.delivery.texting import Text
from upstander.directory import queries as directory
from upstander.directory.models import Contact, ContactPoint
from upstander.ids import normalised
from upstander.packs.current import current
from upstander.people import reach

TEXT, CALL = f"{PURPOSE}_sms", f"{PURPOSE}_call"
OVER_TEXT, OVER_CALL = "escalation_over_sms", "escalation_over_call"
_OF = {"sms": (TEXT, OVER_TEXT), "call": (CALL, OVER_CALL)}
_PICKED_UP = ("no_key", PASSED_ON, "confirmed", "heard")
_MOST_CORRECTING = 6


@dataclass(frozen=True, slots=True)
class _Told:
    """A step, of whose notice it is, and on which numbers its target is told, in which language."""

    step: EscalationStep
    notice: Notice
    numbers: tuple[str, ...]
    language: str


def owe(step: EscalationStep, also: frozenset[str], key: str, priority: int, targets: Sequence[Target]) -> None:
    """Owe a step's target a text message and a call, where the pack says so and there is a number. `targets`: all of
    the step's."""
    if step.target_kind == ACCOUNT:
        by = _ways(step.target_id, targets)
    else:
        phones = ContactPoint.objects.filter(contact_id=step.target_id, kind="phone")
        by = also if any(_spelled(phones.values_list("value", flat=True))) else frozenset()
    for channel in sorted(also & by):
        purpose = _OF[channel][0]
        if channel == "sms" and not delivered.offers(channel):
            continue
        if registry.known(purpose) or speaking.known(purpose):
            delivery.send_new(purpose, step.id, key, priority, channel=channel)


def _ways(account_id: int, targets: Sequence[Target]) -> frozenset[str]:
    """By what somebody of the programme is told: on numbers of their own; and, once for all who have none for a channel, on the
    duty telephone."""
    people = [target.id for target in targets if target.kind == ACCOUNT]
    own = reach.channels(people)
    found = set(own.get(account_id, frozenset()))
    if _duty():
        for channel in _OF:
            without = [id for id in people if channel not in own.get(id, frozenset())]
            found |= {channel} if without[:1] == [account_id] else set()
    return frozenset(found)


def text(step_id: UUID) -> Text | None:
    """What a step says as a text message; None where it is not owed any more."""
    told = _owed(step_id, reach.SMS)
    return _text(told, "sms.escalation") if told else None


def call(step_id: UUID) -> Call | None:
    """What a step says by telephone."""
    told = _owed(step_id, reach.CALL)
    if told is None:
        return None
    pack = current()
    return Call(
        told.numbers, told.language if told.language in pack.texts else "en", pack.text("ladder.on_call", told.language),
        _said(told, "ladder.on_call_heard"),
    )  # fmt: skip


def pressed(step_id: UUID, key: str, _at: datetime | None = None) -> Reply | None:
    """1: somebody there sees to it; 2: somebody else must, and it rings again later. A step is of one asking, whenever."""
    if key not in ("1", "2"):
        return None
    told = _owed(step_id)
    if told is None:
        was = _told(step_id)
        return Reply("over", current().text("ladder.over", was.language if was else "en"))
    if key == "2":
        return Reply(PASSED_ON, _said(told, "ladder.on_call_heard"), over=False)
    _heard(told, "key")
    return Reply("confirmed", _said(told, "ladder.on_call_heard"))


def confirm(code: str, number: str) -> str:
    """`1 CODE` from a number on which a step was told: they see to it. The language in which to thank them; empty where the code
    is of no step that waits."""
    said = normalised(code)
    for step in EscalationStep.objects.filter(heard_at=None, purpose=PURPOSE).exclude(target_kind=SELF).order_by("-at")[:500]:
        if texted.code_of(step.id) == said and (told := _owed(step.id)) and number in told.numbers:
            _heard(told, "code")
            return told.language
    return ""


def over_text(step_id: UUID) -> Text | None:
    """That it is over, as a text message."""
    told = _told(step_id, reach.SMS)
    return _text(told, "sms.escalation_over") if told else None


def over_call(step_id: UUID) -> Call | None:
    """That it is over, by telephone: to whom a call of it had reached; given up after some tries, for the mail stands."""
    told = _told(step_id, reach.CALL)
    tries = Attempt.objects.filter(delivery__purpose=OVER_CALL, delivery__subject_id=step_id).count()
    if told is None or tries >= _MOST_CORRECTING:
        return None
    pack = current()
    return Call(
        told.numbers, told.language if told.language in pack.texts else "en", pack.text("ladder.stand_down", told.language),
        asks=False,
    )  # fmt: skip


def nothing(_step_id: UUID, _key: str, _at: datetime | None = None) -> Reply | None:
    """A key asks for nothing in a correction."""
    return None


def stand_down(steps: list[EscalationStep], key: str) -> None:
    """Owe a correction by text message and by call to whom these steps have told so; what waits leaves no more."""
    ids = [step.id for step in steps]
    texts = delivery.gone([TEXT], ids)
    rung = Attempt.objects.filter(delivery__purpose=CALL, delivery__subject_id__in=ids, result__in=_PICKED_UP)
    calls = set(rung.values_list("delivery__subject_id", flat=True))
    for purpose in (TEXT, CALL):
        delivery.cancel_all(purpose, ids)
    for purpose, channel, told in ((OVER_TEXT, "sms", texts), (OVER_CALL, "call", calls)):
        if told:
            delivery.send(purpose, min(told), key, 0, channel=channel)


@transaction.atomic
def _heard(told: _Told, how: str) -> None:
    row = EscalationStep.objects.filter(pk=told.step.pk, heard_at=None)
    if row.update(heard_at=clock.now(), heard_how=how):
        tip_id = told.notice.referral.tip_id
        audit.record(f"system:{settings.PROCESS}", "escalation.heard", "tip", tip_id, step=str(told.step.pk), strength=how)
        wake.desk(tip_id)


def happened(purpose: str, subject_id: UUID, code: str, seconds: int) -> None:
    """A try came to this. That a telephone of somebody's own is nobody's is kept: it is rung no more until it was looked at."""
    if (purpose, code) != (CALL, "wrong_number"):
        return
    step = EscalationStep.objects.filter(pk=subject_id, target_kind=ACCOUNT).first()
    if step is not None and reach.CALL in reach.channels([step.target_id]).get(step.target_id, frozenset()):
        reach.wrong(f"system:{settings.PROCESS}", step.target_id)


def _owed(step_id: UUID, channel: str = "") -> _Told | None:
    """A step of which something is asked still: nobody at its target's number has heard, and its condition holds."""
    told = _told(step_id, channel)
    if told is None or told.step.heard_at or not silent(clock.now()).filter(pk=told.notice.pk).exists():
        return None
    step = current().escalation.step(told.step.step)
    rests = step is not None and step.while_ == "nobody"
    return None if rests and confirmed({told.notice.referral.tip_id}) else told


def _told(step_id: UUID, channel: str = "") -> _Told | None:
    """`channel`: by which they are told (SMS, CALL of `people.reach`); empty: the numbers of all."""
    step = EscalationStep.objects.filter(pk=step_id).first()
    notice = render.joined().filter(pk=step.notice_id).first() if step else None
    if step is None or notice is None:
        return None
    if step.target_kind == ACCOUNT:
        return _Told(step, notice, _of_account(step.target_id, channel), "en")
    contact = Contact.objects.prefetch_related("points").get(pk=step.target_id)
    out = exclusion.of_tip(notice.referral.tip_id)
    if out.holds(contact):
        return None
    return _Told(step, notice, tuple(texted.numbers(contact, out)), contact.language)


def _text(told: _Told, text: str) -> Text:
    return Text(told.numbers[0] if told.numbers else "", _said(told, text, spelled=True))


def _said(told: _Told, text: str, *, spelled: bool = False) -> str:
    """A text about the tip, without any word of it; its number to be spoken, or `spelled` as it is."""
    pack, referral, language = current(), told.notice.referral, told.language
    card = directory.place_card(referral.place_id) if referral.place_id else None
    return pack.text(
        text, language,
        school=card.name if card else pack.text("word.not_known", language),
        tip_number=referral.tip_number if spelled else " ".join(referral.tip_number.replace("-", "")),
        target=told.notice.contact.name,
        code=texted.code_of(told.step.id) if spelled else "",
        **{"class": pack.class_name(referral.klass, language)},
    )  # fmt: skip


def _of_account(account_id: int, channel: str) -> tuple[str, ...]:
    """Somebody's own number for a channel; where they have none that is right, the duty telephone."""
    has = reach.channels([account_id]).get(account_id, frozenset())
    own = reach.numbers([account_id]).get(account_id, reach.Numbers())
    mine = {reach.SMS: own.text if reach.SMS in has else "", reach.CALL: own.phone if reach.CALL in has else ""}
    if channel:
        return (mine[channel],) if mine[channel] else _duty()
    return tuple(dict.fromkeys([number for number in mine.values() if number] + list(_duty())))


def _duty() -> tuple[str, ...]:
    """The programme's duty telephone; none where there is none."""
    return tuple(_spelled([config().on_call_number] if config().on_call_number else []))


def _spelled(written: Iterable[str]) -> Iterator[str]:
    for one in written:
        try:
            yield e164(one, config().calls_country)
        except CannotDial:
            continue
