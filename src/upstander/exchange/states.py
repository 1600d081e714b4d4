"""The verbs of the forum of states: questions and answers, commitments with owner and date, sessions."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from upstander import clock
from upstander.exchange.acting import CannotDo, recorded
from upstander.exchange.models import Commitment, Peer, Question, Session


def _peer(peer_id: UUID) -> Peer:
    found = Peer.objects.filter(pk=peer_id, ended_at=None).first()
    if found is None:
        raise LookupError(f"no peer {peer_id}")
    return found


@transaction.atomic
def ask(peer_id: UUID, text: str, account_id: int, press: UUID) -> Question:
    """Write down what a state asked. Raises CannotDo, LookupError."""
    if not text.strip():
        raise CannotDo(_("Write the question."), "text")
    if before := Question.objects.filter(pk=press).first():
        return before
    made = Question.objects.create(id=press, peer=_peer(peer_id), text=text.strip(), asked_at=clock.now())
    recorded(account_id, "question", "exchange_peer", peer_id, question=str(press))
    return made


@transaction.atomic
def answer(question_id: UUID, text: str, account_id: int) -> Question:
    """Answer it; answered again, the later answer stands. Raises CannotDo, LookupError."""
    found = Question.objects.select_for_update().filter(pk=question_id).first()
    if found is None:
        raise LookupError(f"no question {question_id}")
    if not text.strip():
        raise CannotDo(_("Write the answer."), "text")
    found.answer, found.answered_at = text.strip(), clock.now()
    found.save(update_fields=["answer", "answered_at"])
    recorded(account_id, "answered", "exchange_peer", found.peer_id, question=str(question_id))
    return found


@transaction.atomic
def promise(peer_id: UUID, what: str, owner: str, due: date, account_id: int, press: UUID) -> Commitment:
    """Write down what somebody promised. Raises CannotDo, LookupError."""
    if not what.strip():
        raise CannotDo(_("Write what was promised."), "what")
    if not owner.strip():
        raise CannotDo(_("Say who does it."), "owner")
    if before := Commitment.objects.filter(pk=press).first():
        return before
    made = Commitment.objects.create(
        id=press, peer=_peer(peer_id), what=what.strip(), owner=owner.strip(), due=due, made_at=clock.now()
    )
    recorded(account_id, "commitment", "exchange_peer", peer_id, commitment=str(press))
    return made


@transaction.atomic
def fulfil(commitment_id: UUID, result: str, account_id: int) -> Commitment:
    """It is done; what came of it is said. Raises CannotDo, LookupError."""
    found = Commitment.objects.select_for_update().filter(pk=commitment_id).first()
    if found is None:
        raise LookupError(f"no commitment {commitment_id}")
    if not result.strip():
        raise CannotDo(_("Say what came of it."), "text")
    if found.done_at is None:
        found.result, found.done_at = result.strip(), clock.now()
        found.save(update_fields=["result", "done_at"])
        recorded(account_id, "commitment_done", "exchange_peer", found.peer_id, commitment=str(commitment_id))
    return found


@transaction.atomic
def convene(
    title: str,
    starts_at: datetime,
    where: str,
    agenda: str,
    peer_ids: list[UUID],
    account_id: int,
    press: UUID,
) -> Session:
    """Call a session of the forum. Raises CannotDo."""
    if not title.strip():
        raise CannotDo(_("Say what it is about."), "title")
    invited = list(Peer.objects.filter(pk__in=peer_ids, ended_at=None))
    if not invited:
        raise CannotDo(_("Choose at least one state."), "peers")
    if before := Session.objects.filter(pk=press).first():
        return before
    made = Session.objects.create(
        id=press, title=title.strip(), starts_at=starts_at, where=where.strip(), agenda=agenda.strip()
    )
    made.peers.set(invited)
    recorded(account_id, "session", "exchange_session", press, states=len(invited))
    return made


@transaction.atomic
def note(session_id: UUID, text: str, account_id: int) -> Session:
    """What was said there. Raises CannotDo, LookupError."""
    found = Session.objects.select_for_update().filter(pk=session_id).first()
    if found is None:
        raise LookupError(f"no session {session_id}")
    if not text.strip():
        raise CannotDo(_("Write what was said."), "text")
    found.notes = text.strip()
    found.save(update_fields=["notes"])
    recorded(account_id, "session_noted", "exchange_session", session_id)
    return found
