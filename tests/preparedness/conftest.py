"""A town's buildings, those who look after them, and their neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from tests.actions.conftest import town  # noqa: F401
from tests.people.conftest import as_login, origin, quick_passwords  # noqa: F401
from tests.response.conftest import ADMINISTRATOR, END_USER, enter, person  # noqa: F401
from tests.support.town import Town
from upstander import clock
from upstander.directory.models import CalendarSpan
from upstander.ids import new_id
from upstander.people.models import Account, Designation
from upstander.preparedness import reach, services, years
from upstander.preparedness.services import Held

EVERYBODY = ("district", "principal", "haas", "far", "region", "officer", "clinician", "former")
OUTSIDE = ("far", "officer", "clinician", "former")


@dataclass
class Cast:
    """Who is who."""

    town: Town
    district: Account
    principal: Account
    haas: Account
    far: Account
    region: Account
    officer: Account
    clinician: Account
    former: Account

    def sign_in(self, who: str) -> Client:
        return enter(getattr(self, who))

    def drill(self, who: str, kind: str = "evacuation", day: date | None = None, **said: object) -> UUID:
        """A drill of the high school, held on this day, or today."""
        id, on = new_id(), day or clock.today()
        with reach.acting(getattr(self, who)) as mine:
            services.plan_drill(mine, self.town.school.pk, id, kind, on)
            services.record_drill(mine, id, Held(held_on=on, **said))  # type: ignore[arg-type]
        return id


@pytest.fixture
def school(origin) -> None:  # noqa: F811
    origin("school", "upstander.urls.school")


@pytest.fixture
def cast(person: Callable[..., Account], town: Town, school) -> Cast:  # noqa: F811
    former = person("former@prairie.example", (town.district, ADMINISTRATOR))
    year = years.this_year()
    CalendarSpan.objects.create(
        organisation=town.district, kind="term", first_day=year.day(8, 19), last_day=year.day(5, 28)
    )  # fmt: skip
    found = Cast(
        town=town,
        district=person("rivera@prairie.example", (town.district, ADMINISTRATOR), name="Ana Rivera"),
        principal=person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor"),
        haas=person("haas@prairie.example", (town.other_school, END_USER)),
        far=person("far@farfield.example", (town.far_district, ADMINISTRATOR), (town.far_school, END_USER)),
        region=person("roe@region.example", (town.region, ADMINISTRATOR)),
        officer=person("osei@police.example", (town.police, END_USER), within_id=town.district.pk),
        clinician=person("lind@care.example", (town.counselling, END_USER)),
        former=former,
    )
    Designation.objects.filter(account=former).update(ends_at=clock.now())
    return found
