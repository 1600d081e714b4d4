"""The desk's fixtures serve here too: the trainer's pages stand on the desk's origin."""

import pytest

from tests.desk.conftest import (  # noqa: F401 - fixtures
    casey,
    desk,
    jordan,
    judged,
    morgan,
    new_tip,
    person,
    signed_in,
    town,
)
from upstander.ids import new_id
from upstander.packs.current import current
from upstander.rehearsal import expected
from upstander.training import services
from upstander.training.models import Run
from upstander.training.services import Judged

GOOD = (
    "Thank you for telling us. You did the right thing. I am here with you. Where are you? Is anybody hurt?"
    " Who is it about? Is there a weapon? When did it happen? Is she thinking about suicide? Is anybody with you?"
    " Please call 911 now. Stay away from him and find a teacher. Your report is confidential. Did you see it yourself?"
    " Do not send it to anybody."
)


@pytest.fixture
def rehearsed():
    """`rehearsed(account_id, "sister")` is a finished run in which everything was done right; `right=False`: nothing was."""

    def make(account_id: int, code: str, right: bool = True) -> Run:
        scenario = current().training.scenario(code)
        run = services.begin(account_id, code)
        services.write(run.pk, account_id, GOOD if right else "ok", new_id())
        kinds = tuple(a.kind for a in expected(current(), scenario))
        good = Judged(scenario.subtypes, scenario.flags, scenario.in_progress, kinds)
        return services.finish(run.pk, account_id, good if right else Judged(("bullying",), (), False, ()))

    return make


@pytest.fixture
def passed(rehearsed):
    """`passed(account_id)`: everything is passed that a certificate needs."""

    def make(account_id: int) -> None:
        for scenario in current().training.for_certificate:
            assert rehearsed(account_id, scenario.code).passed

    return make
