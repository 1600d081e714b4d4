"""A run as a page shows it: the conversation, and each point of the grade with its reason and where that stands."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from upstander.packs.current import current
from upstander.packs.model import Pack
from upstander.packs.training import Scenario
from upstander.rehearsal import Point, expected, said
from upstander.rehearsal.grade import PARTS
from upstander.rehearsal.talk import OPENING
from upstander.training.models import Line, Run


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message; `heard` is what a trainee's answer was heard to do: (label, whether it helps)."""

    trainee: bool
    text: str
    line: Line | None = None
    heard: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands: the directive's paragraph, or what else is taught; `doubtful` where nobody has compared it."""

    id: str
    words: str
    address: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A point in words."""

    point: Point
    label: str
    why: str
    sources: tuple[Source, ...]


def bubbles(scenario: Scenario, lines: list[tuple[Line, str]]) -> list[Bubble]:
    """The conversation, the simulated reporter's first word first."""
    trainer = current().training
    found = [Bubble(False, said(scenario, OPENING))]
    for line, text in lines:
        known = [one for code in line.heard if trainer and (one := trainer.listen(code))]
        found.append(Bubble(True, text, line, tuple((one.label, one.kind == "helps") for one in known)))
        found += [Bubble(False, words, line) for mark in line.answers if (words := said(scenario, mark))]
    return found


def points(run: Run, scenario: Scenario | None) -> list[dict[str, Any]]:
    """The parts of a grade with their points in words: numbers as they were given, reasons as the pack has them now."""
    pack = current()
    reasons = _reasons(pack, scenario)
    shown = [
        _shown(pack, Point(says="", **{**kept, "cites": tuple(kept["cites"])}), reasons)
        for kept in run.points
    ]
    heads = {"classification": _("What it is"), "actions": _("What must happen"), "words": _("Words")}
    return [
        {
            "head": heads[part],
            "rows": (rows := [one for one in shown if one.point.part == part]),
            "got": sum(one.point.got for one in rows),
            "of": sum(one.point.of for one in rows),
        }
        for part in PARTS
    ]


def sources(parts: list[dict[str, Any]]) -> list[Source]:
    """Where all of it stands, each once."""
    return list(dict.fromkeys(one for part in parts for row in part["rows"] for one in row.sources))


def _reasons(pack: Pack, scenario: Scenario | None) -> dict[str, str]:
    return {action.kind: action.because for action in expected(pack, scenario)} if scenario else {}


def _shown(pack: Pack, point: Point, reasons: dict[str, str]) -> Shown:
    label, why = _LABELS[point.what](pack, point, reasons)
    return Shown(point, label, why, tuple(source(pack, id) for id in point.cites))


def source(pack: Pack, id: str) -> Source:
    """A citation in words; bare where this version of the pack lacks it."""
    taught = pack.training.source(id) if pack.training else None
    if taught:
        return Source(taught.label, taught.says, taught.address, not taught.checked)
    found = pack.cited([id])[0]
    return Source(found.id, found.words, doubtful=not found.checked)


def _class(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    label = _("Class: %(class)s") % {"class": pack.class_name(point.code)}
    if point.fatal:
        return label, _("It is Critical, and was judged as if it could wait. No run is passed with that.")
    if point.got == point.of:
        return label, ""
    if point.got:
        return label, _(
            "You judged it graver than it is. It costs less than too low, but calls out people who are needed elsewhere."
        )
    return label, _("You judged it less grave than it is.")


def _kind(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    return pack.subtype_name(point.code), ""


def _needless_kind(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    label = _("Not told: %(kind)s") % {"kind": pack.subtype_name(point.code)}
    return label, _("Nothing in the conversation says so. What is judged is told to others.")


def _mark(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    known = pack.knows_flag(point.code)
    return _("Mark: %(mark)s") % {"mark": pack.flag_name(point.code)}, pack.flag(
        point.code
    ).meaning if known else ""


def _progress(_pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    wrong = _("It was judged the other way round. It changes the first words to the 9-1-1 center.")
    return _("In progress or not"), "" if point.full else wrong


def _action(pack: Pack, point: Point, reasons: dict[str, str]) -> tuple[str, str]:
    return pack.word("kind", point.code), reasons.get(point.code, "")


def _needless_action(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    label = _("Not asked of you here: %(action)s") % {"action": pack.word("kind", point.code)}
    return label, _("The directive does not ask it for this report.")


def _listen(pack: Pack, point: Point, _reasons: dict[str, str]) -> tuple[str, str]:
    found = pack.training.listen(point.code) if pack.training else None
    return (found.label, found.teaches) if found else (point.code, "")


_LABELS = {
    "class": _class, "kind": _kind, "needless_kind": _needless_kind, "mark": _mark, "progress": _progress, "action": _action,
    "needless_action": _needless_action, "need": _listen, "harm": _listen,
}  # fmt: skip
