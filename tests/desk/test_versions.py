"""A supervisor looks at another version of the directive before it is adopted (issue 3, point 7; 0071)."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.packs.conftest import ILLINOIS
from tests.packs.test_broken import change
from tests.people.conftest import as_login, refused  # noqa: F401 - a fixture
from upstander import clock as the_clock
from upstander.actions import replaying
from upstander.actions.models import Judgement, RequiredAction
from upstander.actions.replay_models import Replay, ReplayTip
from upstander.audit.models import Entry
from upstander.config import config
from upstander.ops import chores
from upstander.packs import current, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The pack's folder, in use in this process."""
    folder = Path(shutil.copytree(ILLINOIS, tmp_path / "illinois"))
    current.use(folder, the_clock.now)
    replaying._version.cache_clear()
    yield folder
    current.use(config().pack, the_clock.now)
    replaying._version.cache_clear()


@pytest.fixture
def slower(folder: Path) -> Path:
    """A version came into the folder while the desk was running: the PSAP is called within 90 s."""
    current.current()
    later = folder / "2027.1"
    later.mkdir()
    shutil.copy(folder / "pack.toml", later)
    shutil.copy(folder / "directive.toml", later)
    change(later, "pack.toml", 'version = "2026.1"', 'version = "2027.1"')
    change(later, "pack.toml", "effective_from = 2026-01-01", "effective_from = 2027-07-01")
    change(later, "directive.toml", "due_seconds = 60", "due_seconds = 90")
    return later


@pytest.fixture
def past(casey, town, new_tip, judged):
    """Two tips: a planned attack, and bullying."""
    return (
        judged(new_tip(town.school), casey.account, "planned_school_attack"),
        judged(new_tip(town.school), casey.account, "bullying"),
    )


def asked(client, slower: Path, **more):
    given = {"old": current.current().digest, "new": load(slower).digest} | more
    return client.post("/versions/", given)


def worked() -> None:
    while replaying.turn():
        continue


def test_a_version_that_came_while_the_desk_was_running_is_listed_before_its_first_day(morgan, slower):
    page = morgan.get("/versions/")
    assert [(v.pack.version, v.state) for v in page.context["versions"]] == [
        ("2027.1", "to come"), ("2026.1", "in force")
    ]  # fmt: skip
    assert current.current().version == "2026.1"


def test_it_shows_whose_actions_would_change_how_often_and_of_which_tips(morgan, slower, past):
    owed = list(RequiredAction.objects.order_by("id").values_list("id", "due_at"))
    answer = asked(morgan, slower)
    page = morgan.get(answer["Location"]).content.decode()
    assert "0 of 2 tips" in page and "Look again" in page and 'http-equiv="refresh"' in page
    worked()
    done = morgan.get(answer["Location"])
    words = done.content.decode()
    assert "1 of 2 tips would be handled otherwise" in words and 'http-equiv="refresh"' not in words
    (row,) = done.context["rows"]
    assert (row.rule, row.times, row.fields) == ("call_psap", 1, [("seconds", "60", "90")])
    assert f"/tip/{past[0].number}/" in words and past[1].number not in words
    assert list(RequiredAction.objects.order_by("id").values_list("id", "due_at")) == owed
    acts = set(Entry.objects.filter(object_kind="replay").values_list("act", "actor"))
    assert acts == {("replay.asked", morgan.account.actor), ("replay.read", morgan.account.actor)}


def test_one_change_is_looked_at_by_itself(morgan, slower, past):
    where = asked(morgan, slower)["Location"]
    worked()
    assert morgan.get(where, {"change": "0"}).context["chosen"].rule == "call_psap"
    for wrong in ("7", "x", "-1", "9" * 300):
        assert morgan.get(where, {"change": wrong}).context["chosen"] is None


def test_only_the_tips_of_these_days_are_asked_about(morgan, slower, past):
    Judgement.objects.filter(tip_id=past[0].id).update(at=the_clock.now() - timedelta(days=40))
    where = asked(morgan, slower, since=str(the_clock.today() - timedelta(days=2)))["Location"]
    worked()
    assert "0 of 1 tips" in morgan.get(where).content.decode()
    assert "Nothing would change" in morgan.get(where).content.decode()


def test_what_the_new_version_cannot_judge_is_said(morgan, slower, past):
    Judgement.objects.filter(tip_id=past[1].id).update(
        facts=Judgement.objects.get(tip_id=past[1].id).facts | {"subtypes": ["gone_since"]}
    )
    where = asked(morgan, slower)["Location"]
    worked()
    assert "gone_since" in morgan.get(where).content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"new": "none such"}, "not one of the available choices"),
        ({"since": "x"}, "Write the day as"),
        ({"since": "2026-03-01", "until": "2026-02-01"}, "lies before the first one"),
        ({"since": "2026-03-01", "until": "9999-12-31"}, "Look at the year again."),
        ({"since": "0001-01-01", "until": "2026-02-01"}, "Look at the year again."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(morgan, slower, given, says):
    answer = asked(morgan, slower, **given)
    assert answer.status_code == 422 and says in answer.content.decode() and not Replay.objects.exists()


def test_a_version_is_compared_with_another_one(morgan, slower):
    same = current.current().digest
    assert "Choose another version" in asked(morgan, slower, new=same).content.decode()
    assert morgan.post("/versions/").status_code == 422


def test_a_broken_version_is_shown_with_file_line_and_what_would_be_right(morgan, slower, past):
    change(slower, "directive.toml", 'kind = "call_psap"', 'kind = "cal_psap"')
    page = morgan.get("/versions/").content.decode()
    assert "2027.1/directive.toml:" in page and "Did you mean" in page and "stays in force" in page


def test_where_the_whole_folder_is_broken_the_page_still_shows_what_is_in_force(morgan, slower, folder):
    change(folder, "directive.toml", 'kind = "call_psap"', 'kind = "cal_psap"')
    change(slower, "directive.toml", 'kind = "call_psap"', 'kind = "cal_psap"')
    page = morgan.get("/versions/")
    assert page.status_code == 200 and [v.pack.version for v in page.context["versions"]] == ["2026.1"]


def test_a_version_that_goes_while_it_is_asked_about_is_said_to_be_gone(morgan, slower, past):
    where = asked(morgan, slower)["Location"]
    shutil.rmtree(slower)
    worked()
    assert "not in the pack" in morgan.get(where).content.decode()


def test_the_worker_goes_on_from_where_it_was_a_slice_at_a_time(morgan, slower, past, monkeypatch):
    monkeypatch.setattr(replaying, "SLICE", 1)
    monkeypatch.setattr(replaying, "TURN", 0.0)
    asked(morgan, slower)
    seen = []
    for _ in range(5):
        replaying._slice()
        seen.append(Replay.objects.get().seen)
    assert seen == [1, 2, 2, 2, 2] and Replay.objects.get().finished_at and ReplayTip.objects.count() == 1


def test_an_old_answer_is_removed(morgan, slower, past):
    asked(morgan, slower)
    worked()
    Replay.objects.update(finished_at=the_clock.now() - timedelta(days=31))
    worked()
    assert not Replay.objects.exists() and not ReplayTip.objects.exists()


@pytest.mark.parametrize(
    "role", ["call_taker", "stic_staff", "stic_analyst", "intelligence_command", "programme_admin", "auditor"]
)
def test_it_is_for_supervisors_alone(signed_in, morgan, slower, past, role):
    where = asked(morgan, slower)["Location"]
    other = signed_in("Other Person", role)
    for address in ("/versions/", where):
        assert other.get(address).status_code == 403
    assert asked(other, slower).status_code == 403 and Replay.objects.count() == 1


def test_the_desks_login_asks_and_the_workers_answers(morgan, slower, past, as_login):  # noqa: F811
    asked(morgan, slower)
    as_login("worker")
    worked()
    assert (Replay.objects.get().changed, ReplayTip.objects.count()) == (1, 1)
    assert refused(lambda: Replay.objects.update(old_digest="x"))


def test_the_desks_login_writes_no_answer(morgan, slower, past, as_login):  # noqa: F811
    as_login("desk")
    where = asked(morgan, slower)["Location"]
    assert morgan.get(where).status_code == morgan.get("/versions/").status_code == 200
    assert refused(lambda: Replay.objects.update(changed=7))
    assert refused(lambda: ReplayTip.objects.create(replay=Replay.objects.get(), number="x", changes=[]))


def test_the_worker_knows_the_chore():
    assert "replays" in chores._chores
