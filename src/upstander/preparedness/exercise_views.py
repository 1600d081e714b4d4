"""The exercise kit's pages: choose a scenario, lead it, write down what was seen."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upstander.ids import new_id
from upstander.packs.preparedness import Preparedness, Scenario
from upstander.preparedness import exercises, pack, years
from upstander.preparedness.errors import CannotDo
from upstander.preparedness.exercises import Seen
from upstander.preparedness.forms import day, lines, number, several
from upstander.preparedness.models import Exercise
from upstander.preparedness.pages import acting, place, shown
from upstander.preparedness.reach import Reach
from upstander.web.fields import Words


class PlanForm(forms.Form):
    """A scenario on a day."""

    scenario = forms.ChoiceField(
        label=gettext_lazy("Which scenario?"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the scenario.")},
    )  # fmt: skip
    day = day(gettext_lazy("On which day?"))
    entry = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: Preparedness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scenario = self.fields["scenario"]
        assert isinstance(scenario, forms.ChoiceField)
        scenario.choices = [(s.code, s.title) for s in rules.scenarios]
        self.fields["entry"].initial = new_id


class SeenForm(forms.Form):
    """How the exercise went."""

    held_on = day(gettext_lazy("Held on"))
    groups = several(gettext_lazy("Who took part"))
    people = number(gettext_lazy("How many people"), 5_000)
    findings = lines(gettext_lazy("What was found"), rows=4, help_text=gettext_lazy("Do not name a student."))

    def __init__(self, *args: Any, rules: Preparedness, scenario: Scenario | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = self.fields["groups"]
        assert isinstance(groups, forms.MultipleChoiceField)
        groups.choices = [(g.code, g.label) for g in rules.groups]
        self.roles, self.questions = (scenario.roles, scenario.questions) if scenario else ((), ())
        for n, role in enumerate(self.roles):
            self.fields[f"role_{n}"] = Words(label=role, max_length=120, required=False, widget=forms.TextInput)
        for n, question in enumerate(self.questions):
            self.fields[f"answer_{n}"] = lines(question, rows=2, most=1000)

    @property
    def role_fields(self) -> list[forms.BoundField]:
        return [self[f"role_{n}"] for n in range(len(self.roles))]

    @property
    def answer_fields(self) -> list[forms.BoundField]:
        return [self[f"answer_{n}"] for n in range(len(self.questions))]

    def seen(self) -> Seen:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        roles = {str(n): said[f"role_{n}"] for n in range(len(self.roles))}
        answers = {str(n): said[f"answer_{n}"] for n in range(len(self.questions))}
        return Seen(said["held_on"], tuple(said["groups"]), said["people"], roles, answers, said["findings"])


@require_http_methods(["GET", "POST"])
@acting
def kit(request: HttpRequest, mine: Reach, place_id: int) -> HttpResponse:
    """R-plans: the school's own yearly training: its exercises, and another one."""
    mine.keeps(place_id)
    year = years.asked(request.GET.get("year"))
    form = PlanForm(request.POST if request.method == "POST" else None, rules=pack.rules())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            exercises.plan(mine, place_id, said["entry"], said["scenario"], said["day"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            return redirect("preparedness_exercise", exercise_id=said["entry"])
    values = {"place": place(mine, place_id), "form": form, "year": year, "exercises": exercises.of(place_id, year)}
    return shown(request, "kit.html", values, 422 if form.errors else 200)


def _known(one: Exercise) -> dict[str, object]:
    found: dict[str, object] = {name.replace(":", "_"): text for name, text in exercises.typed(one).items()}
    return found | {"held_on": one.held_on or one.planned_on, "groups": one.groups, "people": one.people}


@require_http_methods(["GET", "POST"])
@acting
def exercise(request: HttpRequest, mine: Reach, exercise_id: UUID) -> HttpResponse:
    """The sheet of who leads it: lesson, roles, what is told when; then what was seen."""
    one = exercises.theirs(mine, exercise_id)
    scenario = pack.rules().scenario(one.scenario)
    bound = request.POST if request.method == "POST" else None
    form = SeenForm(bound, rules=pack.rules(), scenario=scenario, initial=_known(one))
    if request.method == "POST" and form.is_valid():
        try:
            exercises.record(mine, exercise_id, form.seen())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("It is recorded. Note below what is to be mended: it stands in the next review."))
            return redirect("preparedness_exercise", exercise_id=exercise_id)
    values = {"exercise": one, "scenario": scenario, "place": one.place, "form": form}
    return shown(request, "exercise.html", values, 422 if form.errors else 200)
