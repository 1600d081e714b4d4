"""The report after an exercise: what came when, what was done in time, what was not, and room for what follows from it."""

from datetime import datetime

from upstander.actions.callsheet_words import moment
from upstander.exercises.run import script
from upstander.exercises.state import Running
from upstander.packs.current import current
from upstander.packs.exercises import CARRIERS, Exercise
from upstander.rehearsal import Point
from upstander.rehearsal.after import Clock, Outcome, Result
from upstander.web.paper import Block, Document

_CLOCKS = {"answer": "First answer of a person", "judge": "Judged"}
_CARRIERS = dict(zip(CARRIERS, ("E-mail", "Text messages"), strict=True))


def document(running: Running, result: Result) -> Document:
    """The whole report. It names no call-taker: it is about the desk."""
    exercise = script(running.code)
    ended = moment(running.ended_at, "g:i:s a") if running.ended_at else "not ended"
    blocks = [
        Block("notice", "EXERCISE on a practice system. Everybody in it is invented; no message left the machine."),
        Block("facts", pairs=(
            ("Exercise", exercise.title), ("Began", moment(running.began_at, "l, F j, Y, g:i:s a T")), ("Ended", ended),
            ("Points", f"{result.percent} %"),
            ("In what matters most", "something was missed: see below" if result.fatal else "nothing was missed"),
        )),
        Block("text", exercise.about),
        _table(exercise, result),
        *_happened(exercise, running),
    ]  # fmt: skip
    for n, outcome in enumerate(result.outcomes, start=1):
        blocks += _outcome(n, outcome)
    blocks += [
        Block("heading", "What follows"),
        Block(
            "text", "Talk about it on the same day. Write down what is changed, who sees to it, and by when."
        ),
        Block("checks", pairs=tuple((f"{n}. What, who, by when", "____") for n in range(1, 6))),
        Block(
            "text",
            "Rules match the words, and hear less than a person. Read the conversations on the practice system too.",
        ),
    ]
    foot = f"{current().programme.name} · EXERCISE · {running.id[-8:].upper()}"
    return Document(
        title="After-action report", language="en", blocks=tuple(blocks), foot=foot, head="EXERCISE"
    )


def _title(outcome: Outcome) -> str:
    trainer = current().training
    found = trainer.scenario(outcome.report.scenario) if trainer else None
    return found.title if found else outcome.report.scenario


def _table(exercise: Exercise, result: Result) -> Block:
    rows = tuple(
        (
            _clock(one.report.after), _title(one), one.seen.number if one.seen else "never entered", _since(one, "taken_at"),
            _since(one, "answered_at"), _since(one, "judged_at"), f"{one.got} of {one.of}",
        )
        for one in result.outcomes
    )  # fmt: skip
    head = ("At", "Report", "Tip", "Taken after", "Answered after", "Judged after", "Points")
    return Block("table", text="The reports", head=head, cells=rows)


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _since(outcome: Outcome, name: str) -> str:
    at: datetime | None = getattr(outcome.seen, name) if outcome.seen else None
    return (
        _clock(max(0, int((at - outcome.seen.received_at).total_seconds())))
        if at and outcome.seen
        else "never"
    )


def _happened(exercise: Exercise, running: Running) -> list[Block]:
    """What failed, and what the desk was told, as far as it came to that."""
    failed = [exercise.failures[n] for n in running.failed]
    lines = [f"{_clock(f.after)} {_CARRIERS[f.channel]} silent for {_clock(f.seconds)}." for f in failed]
    lines += [
        f"{_clock(note.after)} {note.says}" for n, note in enumerate(exercise.notes) if n in running.told
    ]
    return (
        [Block("subheading", "What happened beside it"), *(Block("text", line) for line in lines)]
        if lines
        else []
    )


def _outcome(n: int, outcome: Outcome) -> list[Block]:
    trainer = current().training
    scenario = trainer.scenario(outcome.report.scenario) if trainer else None
    blocks = [Block("heading", f"{n}. {_title(outcome)}"), Block("text", scenario.why if scenario else "")]
    if outcome.seen is None:
        return [*blocks, Block("notice", "It was never entered.")]
    if outcome.fatal:
        blocks.append(Block("notice", "Missed in what matters most: no points make that good."))
    if outcome.clocks:
        pairs = tuple((_CLOCKS[c.code], _kept(c)) for c in outcome.clocks)
        blocks.append(Block("facts", pairs=pairs))
    missed = [point for point in outcome.points if not point.full]
    if not missed and not outcome.late:
        return [*blocks, Block("text", "Everything was done as it should be.")]
    rows = tuple((_words(point), f"{point.got} of {point.of}", _why(point)) for point in missed)
    blocks += (
        [Block("table", text="What was missed", head=("What", "Points", "Why it matters"), cells=rows)]
        if rows
        else []
    )
    late = tuple((_kind(act.kind), act.target, _lateness(act.due_at, act.done_at)) for act in outcome.late)
    return [
        *blocks,
        *(
            [Block("table", text="Late or not done", head=("What", "To whom", "How"), cells=late)]
            if late
            else []
        ),
    ]


def _kept(clock: Clock) -> str:
    took = "never" if clock.seconds is None else _clock(clock.seconds)
    return f"{took} (limit {_clock(clock.within)}): {'kept' if clock.kept else 'missed'}"


def _lateness(due_at: datetime | None, done_at: datetime | None) -> str:
    if done_at is None:
        return "not done"
    return f"{_clock(int((done_at - due_at).total_seconds()))} late" if due_at else "done"


def _kind(code: str) -> str:
    return current().word("kind", code)


def _words(point: Point) -> str:
    """A point's name in the pack's words."""
    pack = current()
    if point.what == "class":
        return f"Class: {pack.class_name(point.code)}"
    if point.what in ("kind", "needless_kind"):
        return ("Not told: " if point.what == "needless_kind" else "") + pack.subtype_name(point.code)
    if point.what == "mark":
        return f"Mark: {pack.flag_name(point.code)}"
    if point.what == "progress":
        return "In progress or not"
    if point.part == "actions":
        return _kind(point.code)
    found = pack.training.listen(point.code) if pack.training else None
    return found.label if found else point.code


def _why(point: Point) -> str:
    words = {"class": "", "kind": "", "needless_kind": "Nothing in the conversation says so."}.get(
        point.what, point.says
    )
    return f"{words} ({', '.join(point.cites)})" if point.cites else words
