"""Other states of the practice system: one that is a guest, and a program that exchanges bulletins. There are no such states."""

from datetime import timedelta

from django.conf import settings

from upstander import clock
from upstander.demo import events
from upstander.exchange import peers, states
from upstander.exchange.models import Commitment, Peer, Question
from upstander.ids import new_id
from upstander.markings import Level


def fill(officer: int) -> None:
    """Let them join as the officer (an account's id): a question answered, one that waits, what was promised, a session."""
    kinds, watch = Peer.Kind, "Lakeland watch center (invented)"
    guest = peers.join("Tamarack (invented)", kinds.GUEST, "Noor Eklund", "noor@tamarack.example", officer, new_id())
    program = peers.join(watch, kinds.PROGRAMME, "Ida Berg", "ida@lakeland.example", officer, new_id())
    peers.entitle(program.pk, Level.FOUO, officer)
    joined = clock.now() - timedelta(days=50)
    Peer.objects.filter(pk__in=(guest.pk, program.pk)).update(since=joined)
    first = states.ask(guest.pk, "How did you find your first hundred members?", officer, new_id())
    states.answer(first.pk, "One region at a time: its superintendents' monthly meeting, then their officers.", officer)
    Question.objects.filter(pk=first.pk).update(asked_at=joined, answered_at=joined + timedelta(days=3))
    states.ask(guest.pk, "May we use your agreement for members as a pattern?", officer, new_id())
    today = clock.today()
    sent = states.promise(guest.pk, "Send the starter kit", "Sam Whitfield", today - timedelta(days=20), officer, new_id())
    states.fulfil(sent.pk, "Sent by mail; they begin with the pack's template.", officer)
    Commitment.objects.filter(pk=sent.pk).update(made_at=joined, done_at=clock.now() - timedelta(days=22))
    due = today + timedelta(days=25)
    states.promise(guest.pk, "Name the officer whose whole job it is", "Noor Eklund", due, officer, new_id())
    when = events.at(33, 10, settings.TIME_ZONE)
    agenda = "1. What each began with\n2. Which figures convinced a board\n3. Questions of Tamarack"
    title, where = "A first year: what three states would do again", "https://meet.example/states"
    states.convene(title, when, where, agenda, [guest.pk, program.pk], officer, new_id())
