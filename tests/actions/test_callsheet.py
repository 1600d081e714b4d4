"""The call sheet: what stands on it and what never does, written whole every minute, missed when it is not (issue 4)."""

import io
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from tests.actions.conftest import as_login  # noqa: F401 - a fixture
from tests.desk.paper import tags
from tests.support.configured import put
from tests.support.eventually import eventually
from tests.support.people import with_own_telephones
from upstander.actions import callsheet, callsheet_keep, callsheet_words
from upstander.actions import services as actions
from upstander.actions.callsheet_keep import BEFORE, NAME, Keeper, keep
from upstander.actions.conflict import Decision
from upstander.actions.models import CallSheet, Notice, RequiredAction
from upstander.actions.services import Judging
from upstander.clock import now
from upstander.directory.models import ContactPoint, Kind, Organisation
from upstander.ops import chores, pulse
from upstander.ops.procs import alive
from upstander.web import paper

pytestmark = pytest.mark.django_db
WORDS = "Canary-7731 hid it behind the gymnasium"


@pytest.fixture
def critical(town, new_tip, call_taker):
    """`critical()` is a tip that was judged to be a planned attack; the tip's words are a canary."""

    def make(place=None, *, flags=(), conflict=None):
        tip_id = new_tip((place or town.school).pk, text=WORDS)
        given = {"in_progress": False, "narrative": "What may be read.", "flags": flags, "conflict": conflict}
        actions.judge(Judging(tip_id=tip_id, account_id=call_taker.pk, subtypes=("planned_school_attack",), **given))
        return tip_id

    return make


def text(sheet=None) -> str:
    """All words of the sheet, as they leave."""
    shown = callsheet_words.document(sheet or callsheet.read(now()))
    blocks = [" ".join([b.text, *(" ".join(pair) for pair in b.pairs), *b.notes]) for b in shown.blocks]
    return "\n".join([shown.title, *blocks, shown.foot])


def printed(made: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(made))
    return reader, " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def action(tip_id, kind, **more) -> RequiredAction:
    return RequiredAction.objects.filter(tip_id=tip_id, kind=kind, ended_by=None, **more).order_by("id").first()


class TestWhatStandsOnIt:
    @pytest.mark.req("D-IV.A.2.a.1")
    def test_every_open_critical_with_its_numbers_scripts_and_what_else_is_owed(self, critical, town):
        tip = callsheet.read(now())
        critical()
        sheet = callsheet.read(now())
        assert not tip.criticals and len(sheet.criticals) == 1
        said = text(sheet)
        assert sheet.criticals[0].tip.number in said and "Millbrook High School" in said
        assert "217-555-0101" in said  # by which the answering point is reached
        assert "217-555-0199" in said and "imminent threat of harm at Millbrook High School" in said
        assert "not tried yet" in said and "Also owed" in said and "No Critical" not in said

    def test_a_sheet_on_which_nothing_stands_says_so_with_its_time(self, town, new_tip, call_taker):
        tip_id = new_tip(town.school.pk)
        actions.judge(Judging(
            tip_id=tip_id, account_id=call_taker.pk, subtypes=("truancy",), in_progress=False, narrative="x"))  # fmt: skip
        assert "No Critical is open." in text() and "As of" in text()

    def test_a_closed_critical_stands_on_it_no_longer(self, critical):
        tip_id = critical()
        from upstander.intake.models import Tip

        Tip.objects.filter(pk=tip_id).update(closed_at=now())
        assert not callsheet.read(now()).criticals

    def test_no_word_of_the_tip_of_a_note_or_of_who_answered(self, critical, call_taker):
        tip_id = critical()
        psap = action(tip_id, "call_psap")
        actions.record_call(psap.id, call_taker.pk, "voicemail", 3, {"note": f"I said {WORDS}"})
        actions.record_call(psap.id, call_taker.pk, "answered", 3, {"answered_by": "Operator Canary-7731"})
        said = text()
        assert "Canary" not in said and "gymnasium" not in said and "What may be read" not in said
        assert "voicemail" in said and "answered" in said

    def test_who_confirmed_and_when(self, critical, town):
        tip_id = critical()
        notice = Notice.objects.filter(referral__tip_id=tip_id).select_related("contact").order_by("id").first()
        actions.confirm(notice.pk, as_self=True, name="", strength="sign_in")
        line = next(x for x in callsheet.read(now()).lines if x.name == notice.contact.name)
        assert line.confirmed_at and "confirmed, " in callsheet_words.status(line)

    def test_somebody_elses_name_is_not_opened(self, critical):
        tip_id = critical()
        notice = next(n for n in Notice.objects.filter(referral__tip_id=tip_id) if n.contact.end_user_type != "law_enforcement")
        actions.confirm(notice.pk, as_self=False, name="Janitor Canary-7731", strength="link")
        assert "confirmed by somebody else there" in text() and "Canary" not in text()

    def test_a_key_on_a_telephone_is_somebody_at_the_number_and_not_the_contact(self, critical):
        tip_id = critical()
        notice = next(n for n in Notice.objects.filter(referral__tip_id=tip_id) if n.contact.end_user_type != "law_enforcement")
        confirmed = actions.confirm(notice.pk, as_self=False, name="", strength="key")
        assert confirmed.confirmed and confirmed.confirmed_as == "somebody" and not confirmed.sealed_confirmer
        assert text().count("confirmed by somebody at this number, ") == 1

    def test_nobody_who_is_left_out_stands_on_it_nor_their_number(self, critical, town):
        with_own_telephones(town)
        out = town.contacts["principal"]
        [number] = ContactPoint.objects.filter(contact=out, kind="phone").values_list("value", flat=True)
        critical()
        assert out.name in text() and number in text()
        about = Decision(excluded=frozenset({out.pk}), reason="It is about them")
        from upstander.intake.models import Tip

        Tip.objects.update(closed_at=now())
        critical(flags=("subject_is_poc",), conflict=about)
        said = text()
        assert len(callsheet.read(now()).criticals) == 1
        assert out.name not in said and number not in said

    def test_contacts_stand_in_the_districts_order(self, critical, town):
        from upstander.directory import queries as directory

        critical()
        [step] = [s for s in callsheet.read(now()).criticals[0].steps if s.kind == "call_contacts"]
        assert [x.name for x in step.lines] == [p.name for p in directory.poc_list(town.school.pk)]

    def test_the_cost_does_not_grow_with_the_criticals(self, critical):
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                callsheet.read(now())
            return len(caught)

        critical()
        few = queries()
        for _ in range(4):
            critical()
        assert queries() == few

    def test_the_workers_login_may_read_all_of_it_and_no_word(self, critical, as_login):  # noqa: F811
        from django.db import DatabaseError, transaction

        critical()
        before = text()
        as_login("worker")
        assert text().splitlines()[3:-1] == before.splitlines()[3:-1]
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT sealed_detail FROM actions_actionevent")


class TestOnPaper:
    def test_it_is_tagged_and_holds_no_word_of_the_tip(self, critical):
        critical()
        reader, said = printed(paper.pdf(callsheet_words.document(callsheet.read(now())), now()))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert {"/Document", "/H1", "/H2", "/L", "/LI"} <= set(tags(reader)) and reader.metadata.title == "Call sheet"
        assert "217-555-0101" in said and "Canary" not in said

    def test_many_thousand_letters_of_names_break_no_page(self, critical, town):
        Organisation.objects.filter(pk=town.school.pk).update(name="漢字 " + "W" * 150)
        critical()
        assert printed(paper.pdf(callsheet_words.document(callsheet.read(now())), now()))[1]


class TestKeeping:
    def test_the_folder_is_closed_and_the_one_before_lies_beside_it(self, tmp_path):
        place = tmp_path / "sheets"
        for n in (b"one", b"two", b"three"):
            keep(place, n)
        assert (place / NAME).read_bytes() == b"three" and (place / BEFORE).read_bytes() == b"two"
        assert stat.S_IMODE(place.stat().st_mode) == 0o700 and stat.S_IMODE((place / NAME).stat().st_mode) == 0o600
        assert sorted(p.name for p in place.iterdir()) == sorted([NAME, BEFORE])

    def test_nothing_is_left_over_after_a_kill_between_the_one_before_and_the_new_one(self, tmp_path):
        place = tmp_path / "sheets"
        for n in (b"one", b"two"):
            keep(place, n)
        (place / BEFORE).unlink()
        (place / BEFORE).hardlink_to(place / NAME)  # what such a kill leaves: two names of one file
        keep(place, b"three")
        assert (place / NAME).read_bytes() == b"three" and (place / BEFORE).read_bytes() == b"two"
        assert sorted(p.name for p in place.iterdir()) == sorted([NAME, BEFORE])

    def test_a_folder_that_was_there_before_keeps_its_mode_and_who_reads_the_log_is_told_once(self, tmp_path, caplog):
        place = tmp_path / "share"
        place.mkdir()
        place.chmod(0o755)
        for n in (b"one", b"two"):
            keep(place, n)
        assert stat.S_IMODE(place.stat().st_mode) == 0o755 and (place / NAME).read_bytes() == b"two"
        assert stat.S_IMODE((place / NAME).stat().st_mode) == 0o600
        assert [r.getMessage() for r in caplog.records].count("call_sheet.folder_open") == 1

    def test_a_kill_at_any_moment_leaves_a_whole_sheet(self, tmp_path):
        place, rounds = tmp_path / "sheets", 12
        script = (  # at each line another writer, which says its number when its first sheet is there
            "import django, os, sys\nfrom pathlib import Path\ndjango.setup()\n"
            "from upstander.actions.callsheet_keep import keep\n"
            "for _ in sys.stdin:\n"
            "    if writer := os.fork():\n        os.waitpid(writer, 0)\n        continue\n"
            "    for n in range(10**4):\n        keep(Path(sys.argv[1]), bytes([n % 251]) * 300_000)\n"
            "        n or os.write(1, b'%d\\n' % os.getpid())\n"
        )
        env = dict(os.environ, DJANGO_SETTINGS_MODULE="upstander.settings", DATABASE_URL="postgresql:///nowhere")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen([sys.executable, "-c", script, str(place)], env=env, **pipes) as parent:
            for n in range(rounds):
                parent.stdin.write(b"\n")
                parent.stdin.flush()
                writer = int(parent.stdout.readline())
                for _ in range(n * 3):  # somewhere in the middle of a later one
                    (place / NAME).read_bytes()
                os.kill(writer, signal.SIGKILL)
                eventually(lambda writer=writer: not alive(writer))
                for name in (NAME, BEFORE) if n else (NAME,):
                    whole = (place / name).read_bytes()
                    assert len(whole) == 300_000 and len(set(whole)) == 1
            parent.stdin.close()
        keep(place, b"after")
        assert sorted(p.name for p in place.iterdir()) == sorted([NAME, BEFORE])


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A folder of this test's own for the sheet."""
    put(monkeypatch, call_sheet=tmp_path / "sheets")
    return tmp_path / "sheets"


class TestEveryMinute:
    def test_the_worker_writes_one_a_minute_and_notes_it_when_it_lies_there(self, place, critical, clock):
        keeper = Keeper()
        keeper.turn()
        keeper.wait(30)
        assert not CallSheet.objects.exists()
        keeper.turn()
        first = CallSheet.objects.get()
        assert first.criticals == 0 and "No Critical is open" in printed((place / NAME).read_bytes())[1]
        critical()
        clock(30)
        keeper.turn()
        assert CallSheet.objects.get() == first and not (place / BEFORE).exists()
        clock(61)
        keeper.turn()
        keeper.wait(30)
        keeper.turn()
        assert CallSheet.objects.get().criticals == 1
        assert "1 Critical is open" in printed((place / NAME).read_bytes())[1] and (place / BEFORE).exists()

    def test_what_cannot_be_written_is_noted_by_nobody_and_tried_again(self, place, db, clock, caplog):
        place.write_text("a file where the folder should be")
        keeper = Keeper()
        keeper.turn()
        keeper.wait(30)
        keeper.turn()
        assert not CallSheet.objects.exists()
        place.unlink()
        clock(61)
        keeper.turn()
        keeper.wait(30)
        keeper.turn()
        assert CallSheet.objects.exists()

    def test_it_is_a_chore_of_the_worker(self):
        assert "call_sheet" in chores._chores
        assert callsheet_keep.LOOK < callsheet_keep.EVERY


class TestMissed:
    def test_three_minutes_without_one_are_too_old(self, db, clock):
        CallSheet.objects.create(read_at=now(), written_at=now(), criticals=0)
        clock(170)
        assert callsheet.state().late is None
        clock(190)
        assert callsheet.state().late is not None

    def test_where_none_was_ever_written_its_age_is_that_of_the_worker(self, db, clock, monkeypatch):
        assert callsheet.state() == callsheet.State(None, None)  # no worker: that is red by itself
        began = now()
        monkeypatch.setattr(pulse, "_started", lambda: began)
        pulse.beat("worker")
        assert callsheet.state().late is None
        clock(200)
        pulse.beat("worker")
        assert callsheet.state().late is not None


def test_a_place_that_nobody_knows_is_said(critical, town):
    assert Organisation.objects.filter(kind=Kind.PSAP).exists()
    from upstander.intake.models import Tip

    tip_id = critical()
    Tip.objects.filter(pk=tip_id).update(place=None)
    assert "Place not known" in text()
