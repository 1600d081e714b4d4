"""A district with a team, and everybody who must not read what it does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.test import Client

from tests.actions.conftest import call_taker, new_tip, supervisor, town  # noqa: F401
from tests.people.conftest import as_login, origin, quick_passwords  # noqa: F401
from tests.response.conftest import ADMINISTRATOR, END_USER, SITE, enter, person, tell_of  # noqa: F401
from tests.support.town import Town
from upstander import clock
from upstander.assessment import cases, reach, teams
from upstander.assessment.cases import Said, Told
from upstander.people.models import Account, Designation

EVERYBODY = (
    "counselor", "teacher", "officer", "unsigned", "district", "principal", "other_principal", "far", "clinician", "former",
)  # fmt: skip


@dataclass
class Cast:
    """Who is who. On the team: counselor, teacher, officer (signed), unsigned (a psychologist who has not); former has left."""

    town: Town
    team: UUID
    counselor: Account
    teacher: Account
    officer: Account
    unsigned: Account
    district: Account
    principal: Account
    other_principal: Account
    far: Account
    clinician: Account
    former: Account
    browsers: dict[str, Client] = field(default_factory=dict)

    def sign_in(self, who: str) -> Client:
        """Their browser; a code of the second factor counts once, so they sign in once."""
        if who not in self.browsers:
            self.browsers[who] = enter(getattr(self, who))
        return self.browsers[who]


@pytest.fixture
def school(origin) -> None:  # noqa: F811
    origin("school", SITE)


def put(admin: Account, team: UUID, part: str, who: Account, *, sign: bool = True) -> None:
    """On the roster by their first designation, and signed."""
    with reach.acting(admin) as mine:
        held = Designation.objects.filter(account=who).order_by("pk").values_list("pk", flat=True)
        known = {c.designation_id for c in reach.candidates(teams.Team.objects.get(pk=team).place_id)}
        teams.name_member(mine, team, part, designation_id=next(pk for pk in held if pk in known))
    if sign:
        with reach.acting(who) as mine:
            teams.sign(mine, team)


@pytest.fixture
def cast(person: Callable[..., Account], town: Town, school) -> Cast:  # noqa: F811
    at_district, at_school = (town.district, END_USER), (town.school, END_USER)
    admin = person("rivera@prairie.example", (town.district, ADMINISTRATOR), at_district, name="Ana Rivera")
    with reach.acting(admin) as mine:
        team = teams.set_up(mine, town.district.pk, "own", "risk").id
    found = Cast(
        town=town, team=team, district=admin,
        counselor=person("wren@prairie.example", at_school, name="C. Wren"),
        teacher=person("stone@prairie.example", at_school, name="T. Stone"),
        officer=person("osei@police.example", (town.police, END_USER), name="Officer Osei", within_id=town.district.pk),
        unsigned=person("vale@prairie.example", at_school, name="P. Vale"),
        principal=person("okafor@prairie.example", at_school, name="P. Okafor"),
        other_principal=person("haas@prairie.example", (town.other_school, END_USER), name="R. Haas"),
        far=person("far@farfield.example", (town.far_district, ADMINISTRATOR), (town.far_district, END_USER)),
        clinician=person("lind@care.example", (town.counselling, END_USER)),
        former=person("former@prairie.example", at_school),
    )  # fmt: skip
    for part, who in (("counselor", "counselor"), ("teacher", "teacher"), ("sro", "officer"), ("administrator", "former")):
        put(admin, team, part, getattr(found, who))
    put(admin, team, "psychologist", found.unsigned, sign=False)
    Designation.objects.filter(account=found.former).update(ends_at=clock.now())
    return found


def told(who: Account, place: int, about: str = "Robin Quill", tells: str = "Wrote a list of names") -> UUID:
    """A case from the hallway, about a student."""
    with reach.acting(who) as mine:
        return cases.report(mine, Told(place, "student", about, tells, "the bus driver"))


def wrote(who: Account, case: UUID, shelf: str, text: str = "Wren words", kind: str = "note") -> None:
    """An entry of today."""
    with reach.acting(who) as mine:
        cases.write(mine, case, Said(kind, shelf, clock.today(), text))
