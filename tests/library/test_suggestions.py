"""A suggestion from a reader, a school, a member: sealed, decided by the staff, lines for the pack (R-library)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from tests.people.conftest import as_login, origin, quick_passwords, refused  # noqa: F401
from tests.response.conftest import END_USER, enter, person, school, town  # noqa: F401
from upstander import clock
from upstander.audit.models import Entry
from upstander.ids import new_id
from upstander.library import suggestions
from upstander.library.models import Suggestion
from upstander.library.suggestions import Suggested

pytestmark = [pytest.mark.django_db, pytest.mark.illinois, pytest.mark.req("R-library")]
WORD = "PELICAN-4417"


def typed(**more) -> dict[str, str]:
    words = {"title": f"A guide {WORD}", "why": f"Helps parents {WORD}", "address": "example.org", "source": ""}
    return words | {"press": str(new_id())} | more


def test_a_readers_suggestion_is_sealed_and_known_by_its_day_alone(web, as_login):  # noqa: F811
    as_login("public")
    sent = typed()
    for _ in range(2):
        answer = web.post("/resources/suggest/?lang=en", sent)
        assert answer.status_code == 200 and b"A person will read it." in answer.content and not answer.cookies
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    row = Suggestion.objects.get()
    assert row.account_id is None and row.origin == "public" and row.state == "new"
    for model in apps.get_models():
        if model.__module__.startswith("upstander."):
            for values in model.objects.values():
                assert WORD not in str({k: bytes(v) if isinstance(v, memoryview) else v for k, v in values.items()}), model
    assert suggestions.opened([row])[0].words.title == f"A guide {WORD}"


def test_a_press_repeated_by_a_script_fills_no_record_and_of_a_reader_no_moment_stands_there():
    reader, somebody = new_id(), new_id()
    for _ in range(3):
        suggestions.suggest(reader, "public", Suggested("t", "w"))
        suggestions.suggest(somebody, "school", Suggested("t", "w"), 1)
    assert list(Entry.objects.filter(act="library.suggested").values_list("object_id", flat=True)) == [str(somebody)]


@pytest.mark.parametrize("missing", ["title", "why"])
def test_a_form_that_lacks_something_comes_back_filled(web, missing):
    answer = web.post("/resources/suggest/", typed(**{missing: "", "source": "Kept words"}))
    assert answer.status_code == 422 and b"Kept words" in answer.content and not Suggestion.objects.exists()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "a\x00b", "x" * 5000, "🙈", "\u202eevil"])
def test_hostile_words_are_answered(web, words):
    answer = web.post("/resources/suggest/", typed(title=words, press=words))
    assert answer.status_code in (200, 422) and b"<script>alert" not in answer.content


def test_readers_cannot_fill_the_queue_and_a_school_still_gets_through(web):
    for _ in range(suggestions.READERS_MOST):
        suggestions.suggest(new_id(), "public", Suggested("t", "w"))
    answer = web.post("/resources/suggest/", typed())
    assert answer.status_code == 422 and b"come back in some weeks" in answer.content
    suggestions.suggest(new_id(), "school", Suggested("t", "w"), 1)
    assert suggestions.waiting() == suggestions.READERS_MOST + 1


def test_somebody_of_a_school_suggests_and_reads_what_became_of_it(school, person, town, as_login):  # noqa: F811
    account = person("ana@x.example", (town.school, END_USER))
    ana = enter(account)
    as_login("school")
    assert b"A person will read it." in ana.post("/resources/suggest/", typed()).content
    html = ana.get("/resources/suggest/").content.decode()
    assert "nobody has looked at it yet" in html and WORD not in html, "the school cannot open it"
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    row = Suggestion.objects.get()
    assert row.account_id == account.pk
    Suggestion.objects.update(state="refused", reason="sells")
    assert "It sells something" in ana.get("/resources/suggest/").content.decode()
    other = enter(person("bo@x.example", (town.school, END_USER)))
    assert "It sells something" not in other.get("/resources/suggest/").content.decode()


@pytest.mark.parametrize("login", ["public", "school", "network", "worker", "relay", "events"])
def test_no_other_login_reads_a_word_or_decides(as_login, login):  # noqa: F811
    suggestions.suggest(new_id(), "public", Suggested("t", "w"))
    as_login(login)
    for statement in (
        "SELECT sealed_words FROM library_suggestion", "UPDATE library_suggestion SET state = 'taken'",
        "DELETE FROM library_suggestion", "DELETE FROM library_link",
    ):  # fmt: skip
        with connection.cursor() as cursor:
            assert refused(lambda c=cursor, s=statement: c.execute(s)), statement


@pytest.mark.parametrize(
    "forged", [{"state": "taken"}, {"sealed_entry": b"x"}, {"reason": "sells"}, {"decided_by": 1}, {"account_id": 7}]
)
def test_what_is_added_is_undecided_whoever_adds_it(forged):
    row = Suggestion(id=new_id(), day=clock.today(), origin="public", key_version=1, wrapped=b"x", sealed_words=b"x", **forged)
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)
