"""From the list of simulated reporters to the graded result, on the desk's own pages."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.training.conftest import GOOD
from upstander.actions.models import RequiredAction
from upstander.audit.models import Entry
from upstander.ids import new_id
from upstander.intake.models import Tip
from upstander.packs.current import current
from upstander.training import queries, services
from upstander.training.models import Line, Run
from upstander.training.services import CannotDo

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-exercise")]


def begun(client, code: str) -> Run:
    answer = client.post(f"/training/begin/{code}/")
    assert answer.status_code == 302
    return Run.objects.get(account_id=client.account.pk, scenario=code, finished_at=None)


def say(client, run, text: str, press=None, **more):
    return client.post(
        f"/training/runs/{run.pk}/say/", {"text": text, "press": str(press or new_id()), **more}
    )


def finish(client, run, *subtypes: str, **more):
    return client.post(f"/training/runs/{run.pk}/finish/", {"subtypes": subtypes, **more})


def test_a_conversation_a_judgment_and_the_result_with_every_reason(casey):
    assert "Something is wrong with my sister" in casey.get("/training/").content.decode()
    run = begun(casey, "sister")
    page = casey.get(f"/training/runs/{run.pk}/").content.decode()
    assert "hi is somebody there" in page and "nobody real writes here" in page and "Imminent Harm" in page
    assert say(casey, run, "Thank you for writing. Where are you?").status_code == 302
    page = casey.get(f"/training/runs/{run.pk}/").content.decode()
    assert "Thank you for writing. Where are you?" in page and "114 Sorrel Lane" in page
    answer = finish(
        casey, run, "self_harm", in_progress="on", actions=["call_psap", "call_contacts", "dcfs_report"]
    )
    assert answer.status_code == 302
    result = casey.get(f"/training/runs/{run.pk}/").content.decode()
    assert "Not passed" in result and "Medical emergency" in result and "Asks where" in result
    assert "Not asked of you here: Report to DCFS" in result and "D-IV.A.2.a.1" in result
    assert "the PSAP is called immediately" in result and "Asks whether anybody is with them" in result
    assert list(
        Entry.objects.filter(object_kind="training").order_by("id").values_list("act", flat=True)
    ) == [
        "training.begun",
        "training.finished",
    ]


def test_it_is_no_tip_and_owes_nothing(casey, rehearsed):
    rehearsed(casey.account.pk, "backpack")
    assert not Tip.objects.exists() and not RequiredAction.objects.exists()


def test_words_are_sealed_and_only_codes_stand_in_clear(casey):
    run = begun(casey, "sister")
    say(casey, run, "Where are you, dear child?")
    line = Line.objects.get(run=run)
    assert b"dear child" not in bytes(line.sealed_text) and line.heard == ["place"]
    assert [text for _, text in queries.lines_of(run.pk)] == ["Where are you, dear child?"]
    with connection.cursor() as cursor:
        for table in ("training_run", "training_line", "audit_entry"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            ((rows,),) = cursor.fetchall()
            assert "dear" not in rows and b"dear child".hex() not in rows


def test_a_double_press_is_one_message(casey):
    run, press = begun(casey, "sister"), new_id()
    for _ in range(2):
        say(casey, run, "Where are you?", press)
    assert Line.objects.count() == 1


def test_an_empty_message_is_refused_with_words(casey):
    run = begun(casey, "sister")
    answer = say(casey, run, " ")
    assert answer.status_code == 422 and "Write something first." in answer.content.decode()


def test_without_a_kind_nothing_is_graded_and_what_was_chosen_stays(casey):
    run = begun(casey, "sister")
    answer = finish(casey, run, actions=["call_psap"])
    page = answer.content.decode()
    assert answer.status_code == 422 and "Choose at least one kind of report." in page
    assert answer.context["form"]["actions"].value() == ["call_psap"] and " checked" in page


def test_a_ready_phrase_comes_into_the_text_and_sends_nothing(casey):
    run = begun(casey, "sister")
    answer = say(casey, run, "Hello.", phrase="safe_now", insert="1")
    assert "Hello. Are you safe right now?" in answer.content.decode() and not Line.objects.exists()


def test_only_the_conversation_comes_back_where_the_page_asks_for_a_part(casey):
    run = begun(casey, "sister")
    given = {"text": "Where are you?", "press": str(new_id())}
    answer = casey.post(f"/training/runs/{run.pk}/say/", given, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Sorrel Lane" in page and "<html" not in page


def test_begun_twice_it_is_one_run_and_finished_it_stays(casey, rehearsed):
    assert begun(casey, "menu").pk == begun(casey, "menu").pk
    run = rehearsed(casey.account.pk, "menu")
    assert (
        run.passed and say(casey, run, "More").status_code == 422 or Line.objects.filter(run=run).count() == 1
    )
    with pytest.raises(CannotDo):
        services.write(run.pk, casey.account.pk, "More", new_id())
    with pytest.raises(DatabaseError), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(percent=100)
    assert services.begin(casey.account.pk, "menu").pk != run.pk


def test_everything_right_in_the_testers_words_passes_every_scenario(casey, rehearsed):
    for scenario in current().training.scenarios:
        assert rehearsed(casey.account.pk, scenario.code).percent == 100, (scenario.code, GOOD)


def test_an_unknown_scenario_is_refused_in_words(casey):
    answer = casey.post("/training/begin/nothing/")
    assert answer.status_code == 422 and "no such scenario" in answer.content.decode()


class TestTheWrongPerson:
    def test_a_run_in_progress_is_nobody_elses(self, casey, jordan, morgan):
        run = begun(casey, "sister")
        for other in (jordan, morgan):
            assert other.get(f"/training/runs/{run.pk}/").status_code == 404
            assert say(other, run, "Where?").status_code == 404
            assert finish(other, run, "bullying").status_code == 404

    def test_a_finished_one_is_read_by_supervisors_on_the_record(self, casey, jordan, morgan, rehearsed):
        run = rehearsed(casey.account.pk, "sister")
        assert jordan.get(f"/training/runs/{run.pk}/").status_code == 404
        page = morgan.get(f"/training/runs/{run.pk}/")
        assert "Casey Lindgren" in page.content.decode()
        seen = Entry.objects.get(act="training.viewed")
        assert seen.actor == morgan.account.actor

    @pytest.mark.parametrize(
        "role", ["sio", "outreach", "auditor", "programme_admin", "stic_analyst", "intelligence_command"]
    )
    def test_who_takes_no_reports_has_no_business_here(self, signed_in, role):
        other = signed_in("Somebody Else", role)
        for address in ("/training/", "/training/people/"):
            assert other.get(address).status_code == 403
        assert other.post("/training/begin/sister/").status_code == 403
        with pytest.raises(CannotDo):
            services.begin(other.account.pk, "sister")

    def test_a_stranger_is_sent_to_sign_in(self, desk, client):
        answer = client.get("/training/")
        assert answer.status_code == 302 and "sign-in" in answer["Location"] or "login" in answer["Location"]
