"""The verbs of a request for information or support: ask, put to somebody, answer, release, judge, close (S-measure)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from upstander import clock
from upstander.forum import acting, courses, due, looking, queries, words
from upstander.forum.acting import CannotDo, record, worded
from upstander.forum.models import Answer, Party, Request, RequestStep, Word
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network.models import Member
from upstander.network.standing import Standing, levels

Kind = RequestStep.Kind
BY_ASKER = frozenset({Kind.CLARIFIED, Kind.FEEDBACK, Kind.CLOSED})
_WANTS_WORDS = frozenset({Kind.ASKED, Kind.CLARIFIED, Kind.REFUSED, Kind.REOPENED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What whoever asks fills in: the question, what for, on what basis, how urgent, who acts on it."""

    kind: str
    title: str
    text: str
    purpose: str
    legal_basis: str
    urgency: str
    level: int
    names_somebody: bool = False
    why_named: str = ""
    wanted: datetime | None = None
    action_agency: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer consists of: its words and where they come from."""

    text: str
    level: int
    source_kind: str
    source: str
    originator: str = ""
    release: str = ""  # of the originator: who allowed it, when, how


@transaction.atomic
def ask(who: Standing, asked: Asked, press: UUID) -> Request:
    """File a request. Raises CannotDo for what is missing, for a level above one's own, for a name without a reason."""
    level, now = acting.within(who, asked.level), clock.now()
    if asked.kind not in Request.Kind.values or asked.urgency not in Request.Urgency.values:
        raise CannotDo(_("Choose what you ask for, and how urgent it is."), "urgency")
    if asked.names_somebody and not asked.why_named.strip():
        raise CannotDo(_("Say why it cannot be asked without naming somebody."), "why_named")
    if asked.wanted is not None and asked.wanted <= now:
        raise CannotDo(_("Give a time that is still to come."), "wanted")
    texts = {
        "title": worded(asked.title, "title", _("Give it a title.")),
        "text": worded(asked.text, "text", _("Write your question.")),
        "purpose": worded(asked.purpose, "purpose", _("Say what the answer is for.")),
        "legal_basis": worded(asked.legal_basis, "legal_basis", _("Say on what basis you may ask and be answered.")),
    }
    before, id = acting.once(Request, press, kind=asked.kind, level=level, **texts, **acting.signed(who))
    if before:
        return before
    made = Request(
        id=id, at=now, level=level, kind=asked.kind, urgency=asked.urgency, due_at=due.due_at(asked.urgency, now, asked.wanted),
        names_somebody=asked.names_somebody, why_named=asked.why_named.strip() if asked.names_somebody else "",
        action_agency=asked.action_agency.strip(), regions=list(who.regions), found=looking.kept(*texts.values()),
        **texts, **acting.signed(who),
    )  # fmt: skip
    made.save(force_insert=True)
    record(who, "requested", "request", made, what=made.kind, level=int(level), urgency=made.urgency, named=made.names_somebody)
    return made


def _found(who: Standing, request_id: UUID) -> Any:
    found = queries.requests().filter(pk=request_id).first()
    if found is None:
        raise CannotDo(_("There is no such request."))
    return found


def _allowed(who: Standing, found: Any, kind: str) -> None:
    """Raise CannotDo where this person may not take this step, or nobody may from here."""
    asker = not who.staff and found.member_id is not None and found.member_id == who.member_id
    if kind not in Kind.values or (not asker and not who.staff):
        raise CannotDo(_("This is for whoever asked, and for the School Intelligence Officer."))
    if not who.staff and kind not in BY_ASKER:
        acting.must_be_staff(who)
    if who.staff and kind in (Kind.FEEDBACK, Kind.CLARIFIED) and found.member_id is not None:
        raise CannotDo(_("This is said by whoever asked."))
    if not courses.may(courses.REQUEST, found.state, kind):
        raise CannotDo(_("This was decided meanwhile: look again."))


@transaction.atomic
def step(
    who: Standing, request_id: UUID, kind: str, text: str, press: UUID, *, useful: str = "", due_at: datetime | None = None
) -> RequestStep:
    """Take up (`due_at` moves the clock), ask back, explain, judge the answer, close, refuse with words, open again.

    Raises CannotDo; putting it to somebody and answering are verbs of their own.
    """
    found = _found(who, request_id)
    text = text.replace("\x00", "").strip()
    same = {"request_id": found.pk, "kind": kind, "text": text, "useful": useful, **acting.signed(who)}
    before, id = acting.once(RequestStep, press, **same)
    if before:
        return before
    _allowed(who, found, kind)
    if kind in (Kind.PUT, Kind.ANSWERED):
        raise CannotDo(_("Choose to whom it is put, or write the answer."))
    if kind in _WANTS_WORDS:
        worded(text, "text", _("Write what you want to say."))
    if kind == Kind.FEEDBACK and useful not in RequestStep.Useful.values:
        raise CannotDo(_("Say whether it answered your question."), "useful")
    if due_at is not None and (due_at <= clock.now() or not who.staff):
        raise CannotDo(_("Give a time that is still to come."), "due_at")
    made = RequestStep(id=id, at=clock.now(), level=found.level, due_at=due_at, **same)
    made.save(force_insert=True)
    record(who, f"request_{kind}", "request", found, useful=useful)
    if kind == Kind.ASKED and found.member_id:
        words.owe(found.member_id, Word.Kind.ASKED, found.pk, found.level)
    elif kind in (Kind.CLOSED, Kind.REFUSED) and found.member_id and who.staff:
        words.owe(found.member_id, Word.Kind.HEARD, found.pk, found.level)
    return made


@transaction.atomic
def put(who: Standing, request_id: UUID, member_id: UUID | None) -> Party:
    """Put a request to a member, who is told, or to everybody who may read it (`member_id` None).

    Raises CannotDo for somebody whose level is below the request's: they would learn of it. Put again, it is the same.
    """
    acting.must_be_staff(who)
    acting.one_at_a_time(request_id)
    found = _found(who, request_id)
    before = Party.objects.filter(Q(member=member_id), request=found, ended_at=None).first()
    if before:
        return before
    _allowed(who, found, Kind.PUT)
    if member_id is not None:
        if member_id == found.member_id:
            raise CannotDo(_("They asked it themselves."), "member")
        if not queries.may_read(member_id, found.level):
            raise CannotDo(_("Their level is below that of the request."), "member")
    now = clock.now()
    made = Party(
        id=new_id(), request=found, level=found.level, member_id=member_id, at=now, staff_id=who.account_id
    )
    made.save(force_insert=True)
    RequestStep(
        id=new_id(), at=now, level=found.level, request=found, kind=Kind.PUT, **acting.signed(who)
    ).save(force_insert=True)
    record(who, "request_put", "request", found, member=str(member_id or "everybody"))
    if member_id is not None:
        words.owe(member_id, Word.Kind.PUT, found.pk, found.level)
        words.owe(member_id, Word.Kind.DUE, found.pk, found.level, not_before=due.remind_at(found.due, now))
    return made


@transaction.atomic
def take_back(who: Standing, party_id: UUID) -> None:
    """Somebody is asked no more: from now on they do not see it. Raises CannotDo for a member."""
    acting.must_be_staff(who)
    if Party.objects.filter(pk=party_id, ended_at=None).update(ended_at=clock.now()):
        found = Party.objects.get(pk=party_id)
        record(who, "request_taken_back", "request", found.request, member=str(found.member_id or "everybody"))


@transaction.atomic
def answer(who: Standing, request_id: UUID, said: Said, press: UUID) -> Answer:
    """Answer, with where it comes from. What a member answers goes to the School Intelligence Officer, who releases it; what the
    staff answer goes to whoever asked, unless it is another agency's without that agency's release. Raises CannotDo.
    """
    found, level = _found(who, request_id), acting.within(who, said.level)
    if level < found.level:
        raise CannotDo(_("An answer has at least the level of its question."), "level")
    text = worded(said.text, "text", _("Write the answer."))
    source = worded(said.source, "source", _("Say where it comes from: which record, which page, who said it."))
    if said.source_kind not in Answer.Source.values:
        raise CannotDo(_("Choose where it comes from."), "source_kind")
    third = said.source_kind == Answer.Source.THIRD
    originator = worded(said.originator, "originator", _("Say whose material it is.")) if third else said.originator.strip()
    same = {"request_id": found.pk, "text": text, "source": source, "level": level, **acting.signed(who)}
    before, id = acting.once(Answer, press, **same)
    if before:
        return before
    if not courses.may(courses.REQUEST, found.state, Kind.ANSWERED):
        raise CannotDo(_("This was decided meanwhile: look again."))
    if not who.staff and found.member_id == who.member_id:
        raise CannotDo(_("You asked this yourself: explain it instead."))
    release = said.release.strip() if who.staff else ""
    made = Answer(
        id=id, at=clock.now(), source_kind=said.source_kind, originator=originator, release=release,
        released=who.staff and (not third or bool(release)), found=looking.kept(text, source), **same,
    )  # fmt: skip
    made.save(force_insert=True)
    record(who, "answered", "request", found, answer=str(made.pk), level=int(level), source=made.source_kind)
    if made.released:
        _arrives(who, found, made)
    return made


@transaction.atomic
def release_answer(who: Standing, answer_id: UUID, release: str) -> Answer:
    """Let whoever asked read an answer. Another agency's material wants that agency's release, in words. Raises CannotDo."""
    acting.must_be_staff(who)
    made = Answer.objects.select_for_update().filter(pk=answer_id).first()
    if made is None:
        raise CannotDo(_("There is no such answer."))
    if made.released:
        return made
    if made.source_kind == Answer.Source.THIRD:
        release = worded(release, "release", _("Say who of that agency allowed it, when and how."))
    found = _found(who, made.request_id)
    if not courses.may(courses.REQUEST, found.state, Kind.ANSWERED):
        raise CannotDo(_("This was decided meanwhile: look again."))
    made.released, made.release = True, release.strip()
    made.save(update_fields=["released", "release"])
    record(who, "answer_released", "request", found, answer=str(made.pk), level=made.level)
    _arrives(who, found, made)
    return made


def _arrives(who: Standing, found: Request, made: Answer) -> None:
    """An answer is there for whoever asked. The step has the answer's level: who may not read it learns of no answer."""
    RequestStep(
        id=new_id(), at=clock.now(), level=made.level, request=found, kind=Kind.ANSWERED, **acting.signed(who)
    ).save(force_insert=True)
    if found.member_id and queries.may_read(found.member_id, Level(made.level)):
        words.owe(found.member_id, Word.Kind.ANSWER, found.pk, made.level)


def may_be_asked(members: list[Member], found: Request) -> list[Member]:
    """Of these, whom a request may be put to: who may read it, and did not ask it."""
    theirs = levels([member.pk for member in members])
    return [one for one in members if one.pk != found.member_id and theirs.get(one.pk, -1) >= found.level]
