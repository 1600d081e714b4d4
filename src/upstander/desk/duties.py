"""What the law may ask because of a tip, as its page shows it: questions, running clocks, what has ended, the schools' own."""

from dataclasses import dataclass, field
from typing import Any

from upstander.actions import clock_queries as clocks
from upstander.actions.clock_forms import MeetForm, OpenForm, WaiveForm
from upstander.actions.clock_queries import Shown
from upstander.actions.clock_words import within
from upstander.desk.views.tippage import TipPage
from upstander.packs.current import current, used
from upstander.packs.model import Duty, Pack, Paragraph


@dataclass(frozen=True, slots=True)
class Question:
    """One of the pack's questions, with the law that it comes from, and the form that a yes fills in."""

    duty: Duty
    cites: list[Paragraph]
    within: str
    form: OpenForm | None


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs, with the forms that end it, for who may."""

    shown: Shown
    meet: MeetForm | None
    waive: WaiveForm | None


@dataclass(slots=True)
class Panel:
    """The whole panel. `other` opens a duty of the desk's about which nobody was asked; `reminded` are the schools' duties
    about which they are asked and which none of them has opened, `schools` the clocks that they have opened."""

    questions: list[Question] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    ended: list[Shown] = field(default_factory=list)
    other: OpenForm | None = None
    reminded: list[Question] = field(default_factory=list)
    schools: list[Shown] = field(default_factory=list)
    disclaimer: str = ""

    def __bool__(self) -> bool:
        return bool(
            self.questions or self.running or self.ended or self.reminded or self.schools or self.other
        )


def opening(duties: tuple[Duty, ...], key: str, data: Any = None) -> OpenForm:
    """The form that opens a clock, fresh or as sent."""
    return OpenForm(data, duties=duties, auto_id=f"id_open_{key}_%s")


def panel(page: TipPage) -> Panel:
    """The panel of a tip's page; the caller writes the audit entry, since words are opened."""
    judgement = page.head.judgement
    pack = (used(judgement.pack_digest) if judgement else None) or current()
    own = clocks.of_tip(page.tip.id)
    runs = {s.clock.code for s in own if s.clock.runs and f"open-{s.clock.code}" not in page.bound}
    asked = clocks.asked(judgement) if judgement else ()
    ours = [d for d in asked if d.owner == "desk" and d.code not in runs]
    schools = clocks.of_schools(page.tip.id)
    opened = {s.clock.code for s in schools}
    return Panel(
        questions=[_question(page, pack, duty, form=page.works) for duty in ours],
        running=[_running(page, s) for s in own if s.clock.runs],
        ended=[s for s in own if not s.clock.runs],
        other=_other(page, {d.code for d in ours} | runs) if judgement and page.works else None,
        reminded=[
            _question(page, pack, d, form=False)
            for d in asked
            if d.owner == "school" and d.code not in opened
        ],
        schools=schools,
        disclaimer=pack.clocks.disclaimer,
    )


def _question(page: TipPage, pack: Pack, duty: Duty, *, form: bool) -> Question:
    bound = page.bound.get(f"open-{duty.code}")
    shown = (bound or opening((duty,), duty.code)) if form else None
    return Question(duty, pack.cited(duty.cites), within(duty.due), shown)


def _running(page: TipPage, shown: Shown) -> Running:
    row = shown.clock.id
    name = f"{row.hex[-8:]}_%s"
    meet = page.bound.get(f"meet-{row}") or MeetForm(auto_id=f"id_meet_{name}")
    waive = page.bound.get(f"waive-{row}") or WaiveForm(auto_id=f"id_waive_{name}")
    return Running(shown, meet if page.works else None, waive if "supervisor" in page.roles else None)


def _other(page: TipPage, but: set[str]) -> OpenForm | None:
    """The form for a duty about which the pack does not ask here, and which a person sees all the same."""
    left = tuple(d for d in current().clocks.duties if d.owner == "desk" and d.code not in but)
    return (page.bound.get("open-other") or opening(left, "other")) if left else None
