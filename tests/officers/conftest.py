"""A town with an officer in its schools, those who look after them, and their neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.test import Client

from tests.actions.conftest import town  # noqa: F401
from tests.people.conftest import as_login, origin, quick_passwords  # noqa: F401
from tests.response.conftest import ADMINISTRATOR, END_USER, enter, person  # noqa: F401
from tests.support.town import Town, organisation
from upstander import clock
from upstander.directory.models import Kind
from upstander.officers import reach, services
from upstander.officers.services import Agreed, Learned, Work
from upstander.people.models import Account, Designation

PDF = b"%PDF-1.7 invented"


@dataclass
class Cast:
    """Who is who: an officer within the district, one of the same agency elsewhere, their chief, administrators, others."""

    town: Town
    officer: Account
    colleague: Account
    chief: Account
    district: Account
    principal: Account
    far: Account
    clinician: Account
    former: Account
    roe: Account
    far_roe: Account

    def sign_in(self, who: str) -> Client:
        return enter(getattr(self, who))


@pytest.fixture
def school(origin) -> None:  # noqa: F811
    origin("school", "tests.officers.site")


@pytest.fixture
def cast(person: Callable[..., Account], town: Town, school) -> Cast:  # noqa: F811
    far_police = organisation(Kind.LAW_ENFORCEMENT, "Farfield Police", county=town.county, city="Farfield")
    former = person("former@police.example", (town.police, END_USER), within_id=town.district.pk)
    found = Cast(
        town=town,
        officer=person(
            "osei@police.example", (town.police, END_USER), name="Officer Osei", within_id=town.district.pk
        ),
        colleague=person(
            "bao@police.example", (town.police, END_USER), name="Officer Bao", within_id=town.far_district.pk
        ),
        chief=person("chief@police.example", (town.police, ADMINISTRATOR)),
        district=person(
            "rivera@prairie.example",
            (town.district, ADMINISTRATOR),
            (town.district, END_USER),
            name="Ana Rivera",
        ),
        principal=person("okafor@prairie.example", (town.school, END_USER), name="P. Okafor"),
        far=person("far@farfield.example", (town.far_district, ADMINISTRATOR), (far_police, END_USER)),
        clinician=person("lind@care.example", (town.counselling, END_USER)),
        former=former,
        roe=person("roe@region.example", (town.region, ADMINISTRATOR), name="Rae Quill"),
        far_roe=person("far@region.example", (organisation(Kind.REGION, "Regional Office 98"), END_USER)),
    )
    Designation.objects.filter(account=former).update(ends_at=clock.now())
    return found


def worked(
    account: Account, place: int, kind: str = "talk", outcomes: tuple[str, ...] = (), note: str = ""
) -> None:
    """An entry of today."""
    with reach.acting(account) as mine:
        assert services.record_work(mine, Work(place, kind, 15, clock.today(), outcomes, note))


def learned(
    account: Account, training: str = "threats", ends=None, file: bytes | None = None, words: str = ""
) -> UUID:
    """A certificate of today."""
    with reach.acting(account) as mine:
        return services.add_certificate(mine, Learned(training, clock.today(), ends, words, file))


def agreed(
    account: Account, place: int, agency: int, signed_on, review_on, file: bytes | None = None
) -> UUID:
    """An agreement that holds two points."""
    with reach.acting(account) as mine:
        return services.add_agreement(
            mine, place, Agreed(agency, signed_on, review_on, ("reporting", "roles"), file)
        )
