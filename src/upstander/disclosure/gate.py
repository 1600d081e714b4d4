"""The gate: what is told about a student is recorded with its ground; an emergency before it; the parents' notice after it.

Each verb runs in the transaction of who is acting (`acting.acting`), with its audit entry, which names ids alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.calendars_queries import closed_days
from upstander.disclosure import sealing
from upstander.disclosure.acting import Mine
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.models import Disclosure, Emergency, Student
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.packs.sharing import Sharing
from upstander.packs.values import Due
from upstander.protocol.clocks import run_out
from upstander.sharing.advise import COUNSEL, REFUSED, Answer, Facts, NotAFact, advise

WORDS, NOTICE = "disclosure_disclosure.sealed_words", "disclosure_disclosure.sealed_notice"
THREAT = "disclosure_emergency.sealed_words"
LONGEST = 5000
NEXT_SCHOOL_DAY = Due("school_days", 1)  # 23 Ill. Adm. Code 375.60


@dataclass(frozen=True, slots=True)
class Shared:
    """What is told: the facts as the advisor asks them, to whom by name, what exactly, when, in which recorded emergency; who
    decided, where counsel is to be asked; `done`: it has been told already, whatever the law says."""

    facts: Facts
    recipient: str
    content: str
    at: datetime
    emergency_id: UUID | None = None
    decided: str = ""
    done: bool = False


def rules() -> Sharing:
    """The pack's rules. Raises NotTheirs where the jurisdiction has none: then there is no gate."""
    found = current().sharing
    if found is None:
        raise NotTheirs("sharing")
    return found


def theirs(mine: Mine, student_id: UUID) -> Student:
    """A student's file that who is acting keeps; raises NotTheirs."""
    found = Student.objects.filter(pk=student_id, place__in=mine.keeps).select_related("place__parent").first()
    if found is None:
        raise NotTheirs(student_id)
    return found


def record_emergency(mine: Mine, student: Student, threat: str, factors: tuple[str, ...], why: str) -> Emergency:
    """Record an emergency: the threat in words, the four factors, why they hold. Somebody of the school does it, no officer.

    Raises NotTheirs, CannotDo where a factor is missing (then it is none), and for who works for the police here, too.
    """
    if student.place_id not in mine.keeps:
        raise NotTheirs(student.id)
    if {one.code for one in rules().factors} - set(factors):
        raise CannotDo(_("All four must hold. Where one does not, the law sees no emergency: ask counsel."), "factors")
    if not threat.strip() or not why.strip():
        raise CannotDo(_("Write something first."), "why" if threat.strip() else "threat")
    made = Emergency(id=new_id(), student=student, at=clock.now(), made_by=mine.account_id, factors=list(factors))
    made.sealed_words = sealing.sealed(student.id, THREAT, made.id, {"threat": threat.strip(), "why": why.strip()})
    _saved(made, CannotDo(_("An officer records no emergency. Ask somebody of the school who is none.")))
    audit.record(mine.actor, "disclosure.emergency", "student", student.id, emergency=made.id)
    return made


def end_emergency(mine: Mine, emergency_id: UUID) -> UUID:
    """The emergency is over: nothing more rests on it. Returns the student. Raises NotTheirs."""
    found = Emergency.objects.filter(pk=emergency_id, ended_at=None, student__place__in=mine.keeps).first()
    if found is None:
        raise NotTheirs(emergency_id)
    Emergency.objects.filter(pk=emergency_id).update(ended_at=clock.now(), ended_by=mine.account_id)
    audit.record(mine.actor, "disclosure.emergency_over", "student", found.student_id, emergency=emergency_id)
    return found.student_id


def record(
    mine: Mine, student: Student, said: Shared, *, officer: bool = False, case_id: UUID | None = None, press: UUID | None = None
) -> UUID:
    """Record a disclosure; the same press (`press` was minted with the form) records one. `student`: checked by the caller;
    `officer`: whether who tells it works for the police, also by their part on a team. Raises CannotDo where it may not be told.
    """
    identity = press or new_id()
    if Disclosure.objects.filter(pk=identity).exists():
        return identity
    found = rules()
    try:
        answer = advise(found, said.facts)
    except NotAFact as why:
        raise CannotDo(_("Choose one of these."), why.question) from why
    _may(answer, said)
    walled = said.facts.record in found.walled
    emergency = _emergency(student, said)
    at = max(said.at, emergency.at) if emergency else said.at  # a moment is typed to the minute
    lock = CannotDo(
        _("An officer passes this on only in an emergency that the school has recorded before. Ask the school to record it."),
        "emergency",
    )
    if emergency is None and walled and (officer or mine.officer):
        raise lock
    if emergency is None and _rests_on_emergency(found, answer):
        raise CannotDo(_("This rests on an emergency. Record it first, with its four factors, then choose it here."), "emergency")
    made = Disclosure(
        id=identity, student=student, at=at, made_at=clock.now(), made_by=mine.account_id, who=said.facts.who,
        record=said.facts.record, why=said.facts.why, urgency=said.facts.urgency, holds=sorted(said.facts.holds),
        verdict=answer.verdict, rules=answer.version, cites=list(answer.cites), walled=walled, emergency=emergency,
        case_id=case_id,
        notice_due_at=notice_due(student.place_id, at) if answer.notice else None,
    )  # fmt: skip
    words = {"recipient": said.recipient.strip(), "content": said.content.strip(), "decided": said.decided.strip()}
    made.sealed_words = sealing.sealed(student.id, WORDS, made.id, words)
    _saved(made, lock)
    audit.record(mine.actor, "disclosure.recorded", "student", student.id, disclosure=made.id)
    return made.id


def _saved(made: Emergency | Disclosure, refused: CannotDo) -> None:
    """Keep a row; what the database's own lock refuses (migrations 0002, 0003) is said in words: raises `refused`."""
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as why:
        if getattr(why.__cause__, "sqlstate", "") != "23514":
            raise
        raise refused from why


def notice_due(place_id: int, at: datetime) -> datetime:
    """By when the parents know: the end of the next school day, by the school's own calendar."""
    pack = current()
    return run_out(NEXT_SCHOOL_DAY, at, pack.programme.time_zone, {*pack.clocks.closed, *closed_days(place_id, at)})


def notified(mine: Mine, disclosure_id: UUID, how: str) -> UUID:
    """The parents were told, in this way. Returns the student. Raises NotTheirs, CannotDo."""
    found = Disclosure.objects.filter(pk=disclosure_id, student__place__in=mine.keeps).first()
    if found is None:
        raise NotTheirs(disclosure_id)
    if found.notified_at is not None:
        raise CannotDo(_("This is written down already."))
    if not how.strip():
        raise CannotDo(_("Write how they were told."), "how")
    words = sealing.sealed(found.student_id, NOTICE, found.id, {"how": how.strip()})
    Disclosure.objects.filter(pk=disclosure_id).update(notified_at=clock.now(), notified_by=mine.account_id, sealed_notice=words)
    audit.record(mine.actor, "disclosure.parents_told", "student", found.student_id, disclosure=disclosure_id)
    return found.student_id


def _may(answer: Answer, said: Shared) -> None:
    if said.at > clock.now():
        raise CannotDo(_("This moment is still to come. Record it when you tell it."), "at")
    if not said.recipient.strip() or not said.content.strip():
        raise CannotDo(_("Write something first."), "content" if said.recipient.strip() else "recipient")
    if answer.verdict == REFUSED and not said.done:
        raise CannotDo(_("Do not share this: no rule lets you. If it was told already, say so: the log must be true."), "done")
    if (answer.verdict == COUNSEL or said.done) and not said.decided.strip():
        raise CannotDo(_("Here counsel is to be asked. Write who decided, and why."), "decided")


def _emergency(student: Student, said: Shared) -> Emergency | None:
    if said.emergency_id is None:
        return None
    found = Emergency.objects.filter(pk=said.emergency_id, student=student).first()
    if found is None or (found.ended_at is not None and found.ended_at < said.at):
        raise CannotDo(_("Choose one of these."), "emergency")
    if found.at.replace(second=0, microsecond=0) > said.at:
        raise CannotDo(_("The emergency was recorded after this moment: it must be recorded first."), "emergency")
    return found


def _rests_on_emergency(found: Sharing, answer: Answer) -> bool:
    factors = {one.code for one in found.factors}
    return answer.may and any(rule.needs & factors for ground in answer.grounds for rule in ground.rules)
