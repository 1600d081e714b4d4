"""The exercise kit: a scenario of the pack around a table, who took part, what was seen; what is to be mended becomes an item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.audit import services as audit
from upstander.drills.years import Year, year_of
from upstander.packs.preparedness import Scenario
from upstander.preparedness import pack, words
from upstander.preparedness.errors import CannotDo, NotTheirs
from upstander.preparedness.models import Exercise
from upstander.preparedness.reach import Reach
from upstander.preparedness.services import actor


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said of an exercise that was held. `roles`: who played which, by its number; `answers`: to its questions."""

    held_on: date
    groups: tuple[str, ...] = ()
    people: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: str = ""


def of(place_id: int, year: Year) -> list[tuple[Exercise, Scenario | None]]:
    """The exercises of a place in a year, with their scenarios."""
    rows = Exercise.objects.filter(place_id=place_id, year=year.number).defer("sealed_words").order_by("planned_on", "made_at")
    return [(one, pack.rules().scenario(one.scenario)) for one in rows]


def theirs(mine: Reach, exercise_id: UUID) -> Exercise:
    """An exercise of a place that is theirs to keep; raises NotTheirs."""
    found = Exercise.objects.filter(pk=exercise_id, place_id__in=mine.kept).select_related("place", "place__parent").first()
    if found is None:
        raise NotTheirs(exercise_id)
    return found


def typed(one: Exercise) -> dict[str, str]:
    """What was typed of an exercise, by `role:N`, `answer:N`, `findings`."""
    known = words.opened(one, one.place_id, words.keys([one.place_id]))
    return {name: value for name, value in known.items() if isinstance(value, str)}


def plan(mine: Reach, place_id: int, exercise_id: UUID, scenario: str, day: date) -> bool:
    """Put an exercise on a day. False where this form was sent before. Raises NotTheirs, CannotDo."""
    mine.keeps(place_id)
    if pack.rules().scenario(scenario) is None:
        raise CannotDo(_("Choose the scenario."), "scenario")
    if Exercise.objects.filter(pk=exercise_id).exists():
        return False
    year = year_of(day, pack.rules().year_begins).number
    one = Exercise(id=exercise_id, place_id=place_id, year=year, planned_on=day, scenario=scenario, made_at=clock.now())
    one.made_by = mine.account_id
    one.sealed_words = words.sealed(place_id, one, {})
    one.save(force_insert=True)
    audit.record(actor(mine), "preparedness.exercise_planned", "exercise", exercise_id, place=place_id, scenario=scenario)
    return True


def record(mine: Reach, exercise_id: UUID, said: Seen) -> None:
    """Write down how it went; again where more is to be said. Raises NotTheirs, CannotDo."""
    one = theirs(mine, exercise_id)
    if said.held_on > clock.today():
        raise CannotDo(_("This day is still to come."), "held_on")
    known = {group.code for group in pack.rules().groups}
    one.held_on, one.year = said.held_on, year_of(said.held_on, pack.rules().year_begins).number
    one.groups, one.people = [code for code in said.groups if code in known], said.people
    roles = {f"role:{n}": text for n, text in said.roles.items()}
    answers = {f"answer:{n}": text for n, text in said.answers.items()}
    one.sealed_words = words.sealed(one.place_id, one, roles | answers | {"findings": said.findings})
    one.save()
    audit.record(actor(mine), "preparedness.exercise_held", "exercise", exercise_id, place=one.place_id, groups=one.groups)
