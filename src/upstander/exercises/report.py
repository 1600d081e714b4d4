"""The report after an exercise: what came when, what was done in time, what was not, and room for what follows from it."""

from datetime import datetime

from django.utils.translation import gettext as _

from upstander.actions.callsheet_words import moment
from upstander.exercises.run import script
from upstander.exercises.state import Running
from upstander.packs.current import current
from upstander.packs.exercises import Exercise
from upstander.rehearsal import Point
from upstander.rehearsal.after import Clock, Outcome, Result
from upstander.web.paper import Block, Document

_BLANK = "____"
_ROWS = 5  # for what follows


def document(running: Running, result: Result) -> Document:
    """The whole report. It names no call-taker: it is about the desk."""
    exercise = script(running.code)
    blocks = [
        Block(
            "notice",
            _("EXERCISE on a practice system. Everybody in it is invented; no message left the machine."),
        ),
        Block("facts", pairs=_facts(exercise, running, result)),
        Block("text", exercise.about),
        Block(
            "heading", _("What happened")
        ),  # a first heading is of the first level, or the paper is not accessible
        _table(result),
        *_happened(exercise, running),
    ]
    for n, outcome in enumerate(result.outcomes, start=1):
        blocks += _outcome(n, outcome)
    lines = tuple((_("%(n)d. What, who, by when") % {"n": n}, _BLANK) for n in range(1, _ROWS + 1))
    blocks += [
        Block("heading", _("What follows")),
        Block(
            "text",
            _("Talk about it on the same day. Write down what is changed, who sees to it, and by when."),
        ),
        Block("checks", pairs=lines),
        Block(
            "text",
            _(
                "Rules match the words, and hear less than a person. Read the conversations on the practice system too."
            ),
        ),
    ]
    foot = f"{current().programme.name} · {_('EXERCISE')} · {running.id[-8:].upper()}"
    title = _("After-action report")
    return Document(title=title, language="en", blocks=tuple(blocks), foot=foot, head=_("EXERCISE"))


def _facts(exercise: Exercise, running: Running, result: Result) -> tuple[tuple[str, str], ...]:
    ended = moment(running.ended_at, "g:i:s a") if running.ended_at else _("not ended")
    missed = _("something was missed: see below") if result.fatal else _("nothing was missed")
    return (
        (_("Exercise"), exercise.title),
        (_("Began"), moment(running.began_at, "l, F j, Y, g:i:s a T")),
        (_("Ended"), ended),
        (_("Points"), f"{result.percent} %"),
        (_("In what matters most"), missed),
    )


def _title(outcome: Outcome) -> str:
    trainer = current().training
    found = trainer.scenario(outcome.report.scenario) if trainer else None
    return found.title if found else outcome.report.scenario


def _table(result: Result) -> Block:
    head = (
        _("Report"),
        _("At"),
        _("Tip"),
        _("Taken after"),
        _("Answered after"),
        _("Judged after"),
        _("Points"),
    )
    rows = tuple(
        (
            _title(one),
            _clock(one.report.after),
            one.seen.number if one.seen else _("never entered"),
            _since(one, "taken_at"),
            _since(one, "answered_at"),
            _since(one, "judged_at"),
            _points(one.got, one.of),
        )
        for one in result.outcomes
    )
    return Block("table", text=_("The reports"), head=head, cells=rows)


def _points(got: int, of: int) -> str:
    return _("%(got)d of %(of)d") % {"got": got, "of": of}


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _since(outcome: Outcome, name: str) -> str:
    at: datetime | None = getattr(outcome.seen, name) if outcome.seen else None
    if at is None or outcome.seen is None:
        return _("never")
    return _clock(max(0, int((at - outcome.seen.received_at).total_seconds())))


def _happened(exercise: Exercise, running: Running) -> list[Block]:
    """What failed, and what the desk was told, as far as it came to that."""
    names = {"email": _("E-mail"), "sms": _("Text messages")}
    failed = [exercise.failures[n] for n in running.failed]
    lines = [
        _("%(at)s %(carrier)s silent for %(long)s.")
        % {"at": _clock(one.after), "carrier": names[one.channel], "long": _clock(one.seconds)}
        for one in failed
    ]
    lines += [
        f"{_clock(note.after)} {note.says}" for n, note in enumerate(exercise.notes) if n in running.told
    ]
    return (
        [Block("subheading", _("Beside the reports")), *(Block("text", line) for line in lines)]
        if lines
        else []
    )


def _outcome(n: int, outcome: Outcome) -> list[Block]:
    trainer = current().training
    scenario = trainer.scenario(outcome.report.scenario) if trainer else None
    blocks = [Block("heading", f"{n}. {_title(outcome)}"), Block("text", scenario.why if scenario else "")]
    if outcome.seen is None:
        return [*blocks, Block("notice", _("It was never entered."))]
    if outcome.fatal:
        blocks.append(Block("notice", _("Missed in what matters most: no points make that good.")))
    if outcome.clocks:
        blocks.append(Block("facts", pairs=tuple(_measured(clock) for clock in outcome.clocks)))
    missed = [point for point in outcome.points if not point.full]
    if not missed and not outcome.late:
        return [*blocks, Block("text", _("Everything was done as it should be."))]
    if missed:
        named = tuple((_named(point), _points(point.got, point.of)) for point in missed)
        blocks.append(
            Block(
                "table",
                text=_("What was missed"),
                head=(_("What, and why it matters"), _("Points")),
                cells=named,
            )
        )
    if outcome.late:
        head = (_("What"), _("To whom"), _("How"))
        rows = tuple(
            (_kind(act.kind), act.target, _lateness(act.due_at, act.done_at)) for act in outcome.late
        )
        blocks.append(Block("table", text=_("Late or not done"), head=head, cells=rows))
    return blocks


def _measured(clock: Clock) -> tuple[str, str]:
    names = {"answer": _("First answer of a person"), "judge": _("Judged")}
    took = _("never") if clock.seconds is None else _clock(clock.seconds)
    kept = _("kept") if clock.kept else _("missed")
    return names[clock.code], _("%(took)s (limit %(limit)s): %(kept)s") % {
        "took": took, "limit": _clock(clock.within), "kept": kept,
    }  # fmt: skip


def _lateness(due_at: datetime | None, done_at: datetime | None) -> str:
    if done_at is None:
        return _("not done")
    return (
        _("%(long)s late") % {"long": _clock(int((done_at - due_at).total_seconds()))}
        if due_at
        else _("done")
    )


def _kind(code: str) -> str:
    return current().word("kind", code)


def _words(point: Point) -> str:
    """A point's name in the pack's words."""
    pack = current()
    if point.part == "actions":
        return _kind(point.code)
    if point.part == "words":
        found = pack.training.listen(point.code) if pack.training else None
        return found.label if found else point.code
    names = {
        "class": _("Class: %(name)s") % {"name": pack.class_name(point.code)},
        "kind": pack.subtype_name(point.code),
        "needless_kind": _("Not told: %(name)s") % {"name": pack.subtype_name(point.code)},
        "mark": _("Mark: %(name)s") % {"name": pack.flag_name(point.code)},
    }
    return names.get(point.what, _("In progress or not"))


def _named(point: Point) -> str:
    """What a point is, and why."""
    words, why = _words(point), _why(point)
    return f"{words} {why}" if why.startswith("(") or not why else f"{words}: {why}"


def _why(point: Point) -> str:
    words = {
        "class": "",
        "kind": "",
        "progress": "",
        "needless_kind": _("Nothing in the conversation says so."),
    }.get(point.what, point.says)
    return f"{words} ({', '.join(point.cites)})".strip() if point.cites else words
