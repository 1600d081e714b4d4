"""What members of the practice system's network say to each other: discussions, the board of concerns, a question answered.

All of it is invented, and said by the rooms' own verbs; of whom a mail would be owed for it, it is (that something is there).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from upstander import clock
from upstander.forum import board, peers, requests
from upstander.forum.models import Answer, Concern, ConcernStep, Post, RequestStep, Ruling, Thread
from upstander.forum.requests import Asked, Said
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import pack
from upstander.network.standing import Standing, standing
from upstander.people.models import Account
from upstander.register import services as register

_WORD, _PROPOSAL, _LESSON = Post.Kind.WORD, Post.Kind.PROPOSAL, Post.Kind.LESSON
State = ConcernStep.State
# level, topic, title, then who said what, days ago, as what
_THREADS: tuple[tuple[Level, str, str, tuple[tuple[str, int, str, str], ...]], ...] = (
    (Level.FOUO, "threats", "Doors during evening games", (
        ("dana", 18, _WORD, "Who stands at the side doors while a game is on, and from when?"),
        ("chris", 17, _LESSON, "A volunteer at each door from an hour before. Chairs in doorways ended within a week."),
        ("jamie", 15, _WORD, "Ask the band's parents: they are there anyway, and want something to do."),
    )),
    (Level.LES, "threats", "Calls by a computed voice", (
        ("chris", 6, _WORD, "Does anybody hold recordings of the October calls that may be compared?"),
        ("sam", 5, _WORD, "Two agencies do. Write to me which words were used in yours, and I bring you together."),
    )),
)  # fmt: skip
# code of the pack: proposals (who, days ago, words), then how far: state, owner, words, whether the first proposal is followed
_CONCERNS: dict[str, tuple[tuple[tuple[str, int, str], ...], tuple[str, str, str, bool] | None]] = {
    "communication_deficiencies": (
        (("jamie", 40, "A box and an hour a week with the counselor, without a pass and without a reason."),),
        (State.RESOLVED, "Bluestem Behavioral Health", "Tried for a term: eleven students came who had told nobody.", True)),
    "educators_and_officers": (
        (("dana", 33, "Principals ride along for a shift; officers sit in the office for a morning."),
         ("chris", 31, "One page of words with both meanings, on the wall of both offices.")),
        (State.DOING, "Switchgrass CUSD 12 and Harrow Creek Police Department", "The first four ride along in January.", True)),
    "silos": (
        (("dana", 27, "One person of each district reads what the network sends, and tells three others by name."),),
        (State.PROPOSED, "", "", False)),
    "school_resource_officers": ((), (State.DISCUSSED, "", "", False)),
}  # fmt: skip
_ASKED = Asked(
    kind="information", title="Which questions do dispatchers want answered first?",
    text="Our office staff ask what to say in the first ten seconds of a call.", purpose="A card for each telephone.",
    legal_basis="No personal data is asked for.", urgency="priority", level=1, action_agency="Harrow Creek Police Department",
)  # fmt: skip
_ANSWERED = Said(
    text="Where (address, door, room), what is seen now, and who is hurt. Names and reasons come later; stay on the line.",
    level=1, source_kind="own", source="Bluestem County 9-1-1, shift supervisor, by telephone at 217-555-0101",
)  # fmt: skip
_TOLD = {
    "title": "Hoax call at Kettle Ford: the office asked for the room number", "when": "last Thursday, before lunch",
    "place": "Kettle Ford", "marking": "fouo", "source": "I was in the office.",
    "text": "The caller said that he stood in a hallway. Asked for the nearest room number, he hung up.",
}  # fmt: skip


def fill(accounts: Mapping[str, Account]) -> None:
    """Let them talk. `accounts`: those who sign in, by the local part of their address."""
    who = {local: standing(accounts[local]) for local in ("sam", "dana", "chris", "jamie")}
    for level, topic, title, posts in _THREADS:
        _thread(who, level, topic if topic in {one.code for one in pack.network().topics} else "", title, posts)
    board.open_board(who["sam"], pack.network().concerns)
    Concern.objects.update(at=_ago(45))
    for code, (proposals, step) in _CONCERNS.items():
        if concern := Concern.objects.filter(code=code).first():
            _concern(who, concern, proposals, step)
    _request(who)
    # seen by nobody but their author and the staff, until somebody looks: what the officer finds in the morning
    board.say(who["jamie"], Thread.objects.filter(concern=None, level=Level.FOUO).earliest("at").pk,
              "Could a list of volunteers be shared with the office of the neighboring school?", new_id())  # fmt: skip
    register.propose(who["dana"], _TOLD, new_id())
    for local, knows in (("dana", "Reunification, drills with buses"), ("chris", "Threat calls, doors, evening games")):
        card = dict.fromkeys(peers.SHOWS, True)
        peers.show(who[local], {**card, "reach": "217-555-0196", "knows": knows})


def _thread(
    who: Mapping[str, Standing], level: Level, topic: str, title: str, posts: tuple[tuple[str, int, str, str], ...]
) -> None:
    first, *others = posts
    begun = board.open_thread(who[first[0]], level, topic, title, first[3], new_id(), first[2])
    _seen(who, begun, first[1])
    Thread.objects.filter(pk=begun.thread_id).update(at=_ago(first[1]))
    for local, days, kind, text in others:
        _seen(who, board.say(who[local], begun.thread_id, text, new_id(), kind), days)


def _seen(who: Mapping[str, Standing], post: Post, days: int) -> Post:
    """Released by the officer where it waits for one, and said so many days ago."""
    if not post.shown:
        board.rule(who["sam"], post.pk, Ruling.Kind.RELEASED, "", new_id())
    Post.objects.filter(pk=post.pk).update(at=_ago(days))
    Ruling.objects.filter(post=post).update(at=_ago(days - 1))
    return post


def _concern(who: Mapping[str, Standing], concern: Concern, proposals: tuple[tuple[str, int, str], ...], step: Any) -> None:
    made = ((board.say(who[local], concern.thread_id, text, new_id(), _PROPOSAL), days) for local, days, text in proposals)
    said = [_seen(who, post, days) for post, days in made]
    state, owner, text, first = step
    made_step = board.concern_step(who["sam"], concern.pk, state, owner, text, said[0].pk if first else None, new_id())
    ConcernStep.objects.filter(pk=made_step.pk).update(at=_ago(12))


def _request(who: Mapping[str, Standing]) -> None:
    """Asked by an officer a week ago, answered, and found useful."""
    asked = requests.ask(who["chris"], _ASKED, new_id())
    requests.step(who["sam"], asked.pk, RequestStep.Kind.ACCEPTED, "", new_id())
    answer = requests.answer(who["sam"], asked.pk, _ANSWERED, new_id())
    requests.step(who["chris"], asked.pk, RequestStep.Kind.FEEDBACK, "The card hangs in both offices.", new_id(), useful="yes")
    type(asked).objects.filter(pk=asked.pk).update(at=_ago(7), due_at=_ago(4))
    Answer.objects.filter(pk=answer.pk).update(at=_ago(6))
    for days, kinds in ((7, ("accepted",)), (6, ("answered",)), (5, ("feedback",))):
        RequestStep.objects.filter(request=asked, kind__in=kinds).update(at=_ago(days))


def _ago(days: int) -> Any:
    return clock.now() - timedelta(days=days)
