"""What the page for agencies tells them to type works as it stands there."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.intake.conftest import app, public  # noqa: F401 - fixtures
from tests.people.conftest import organisation
from tests.support.browser import served
from upstander.intake.models import Tip
from upstander.people import tokens

PAGE = Path(__file__).resolve().parents[2] / "docs" / "administrators" / "agencies.md"


@pytest.mark.req("D-IV.B.3")
@pytest.mark.django_db(transaction=True)
def test_the_curl_examples_pass_a_report_on(app):  # noqa: F811
    hospital = organisation("mental_health", "Millbrook Hospital")
    token = tokens.make("account:1", hospital.pk, "agency", 90)[1]
    whose, send = [part for part in re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL) if "curl" in part]

    def typed(command: str, address: str) -> dict:
        known = {"UPSTANDER": address, "TOKEN": token, "PATH": "/usr/bin:/bin:/usr/local/bin"}
        done = subprocess.run(["bash", "-c", command], env=known, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(done.stdout)

    with served(app) as address:
        assert typed(whose, address)["agency"] == "Millbrook Hospital"
        assert list(typed(send, address)) == ["tip_number"]
    tip = Tip.objects.get()
    assert tip.submitter == "agency" and tip.channel == "referral"
