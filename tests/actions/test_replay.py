"""Another version of the pack, asked about the tips of past days: what it would demand otherwise. Nothing is written."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.actions.test_judging import critical, standard
from tests.packs.conftest import ILLINOIS
from tests.packs.test_broken import change
from upstander import clock
from upstander.actions import queries
from upstander.actions.models import Judgement, RequiredAction
from upstander.intake.models import Tip
from upstander.packs import load
from upstander.protocol.diff import compare


@pytest.fixture
def slower(tmp_path: Path) -> Path:
    """A version in which the PSAP is called within 90 s."""
    folder = Path(shutil.copytree(ILLINOIS, tmp_path / "illinois"))
    change(folder, "directive.toml", "due_seconds = 60", "due_seconds = 90")
    return folder


def this_database() -> str:
    """The address of the tests' database, over TCP or its socket."""
    connection.ensure_connection()
    at = connection.connection.info
    return f"postgresql://{at.user}:{at.password}@localhost:{at.port}/{at.dbname}?host={at.host}"


@pytest.mark.django_db
def test_each_tip_is_asked_about_once_as_it_stands_judged(town, call_taker, new_tip, slower):
    grave, mild, outside = new_tip(town.school.pk), new_tip(town.school.pk), new_tip(town.far_school.pk)
    standard(grave, call_taker)
    critical(grave, call_taker)
    standard(mild, call_taker)
    standard(outside, call_taker, narrative="")
    Judgement.objects.filter(tip_id=outside).update(at=clock.now() - timedelta(days=400))
    total, facts = queries.judged(clock.now() - timedelta(days=1), None)
    found = compare(load(ILLINOIS), load(slower), facts)
    assert (total, found.seen, found.changed) == (2, 2, 1)
    ((change_, names),) = found.examples.items()
    assert change_.rule == "call_psap" and names == [Tip.objects.get(pk=grave).number]
    assert queries.judged(None, clock.now() - timedelta(days=399))[0] == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_replays_the_past_and_changes_nothing(town, call_taker, new_tip, slower, tmp_path):
    critical(new_tip(town.school.pk), call_taker)
    before = list(RequiredAction.objects.values_list("id", "due_at").order_by("id"))
    env = os.environ | {"UPSTANDER_DSN": this_database(), "UPSTANDER_DATA": str(tmp_path / "data")}
    code = "from upstander.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "pack", "diff", str(ILLINOIS), str(slower), "--over", "2020-01-01..", "--json"],
        env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["seen"], found["changed"]) == (1, 1)
    assert found["changes"][0]["fields"] == [["due_seconds", 60, 90]]
    assert list(RequiredAction.objects.values_list("id", "due_at").order_by("id")) == before
