"""What is marked higher than a reader may read is not found, guessed, counted, drawn or exported: the database refuses."""

import re
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.support import client_for, make_member, played
from tests.register.conftest import FOUO, LES, OPEN, TITLE, at, entered, entry
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.register import queries, services
from upstander.register.entry import Cited, Line
from upstander.register.models import Incident, Paragraph, Proposal, Source, Version, Words

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-levels"), pytest.mark.usefixtures("network")]
SECRET = "Officer safety: a planned attack, still open"
TABLES = (Incident, Version, Paragraph, Source, Words, Proposal)


def test_each_level_reads_its_own_paragraphs_and_sources_and_finds_by_nothing_else() -> None:
    entered()
    seen = {Level.OPEN: [OPEN], Level.FOUO: [OPEN, FOUO], Level.LES: [OPEN, FOUO, LES]}
    for level, texts in seen.items():
        with at(level):
            assert list(Paragraph.objects.order_by("position").values_list("text", flat=True)) == texts
            assert Source.objects.count() == (2 if level is Level.LES else 1)
            words = Words.objects.get()
            assert words.level == level
            assert all(t in words.text for t in texts)
            assert LES not in words.text or level is Level.LES


def test_of_an_entry_whose_facts_are_marked_higher_nothing_exists() -> None:
    entered(marking="les", title=SECRET)
    for level in (Level.OPEN, Level.FOUO):
        with at(level):
            assert not any(table.objects.exists() for table in TABLES)
    with at(Level.LES):
        assert Version.objects.values_list("title", flat=True).get() == SECRET
        assert set(Paragraph.objects.values_list("level", flat=True)) == {Level.LES}


@pytest.mark.parametrize("level", [Level.OPEN, Level.FOUO])
def test_who_is_not_sworn_cannot_tell_it_from_what_never_was(level: Level) -> None:
    hidden, shown = entered(marking="les", title=SECRET), entered()
    browser, never = client_for(make_member(level=level)), UUID(int=7)
    for address in (f"/incidents/{hidden.pk}/", f"/incidents/{hidden.pk}/?version=1"):
        real, nothing = browser.get(address), browser.get(address.replace(str(hidden.pk), str(never)))
        assert real.status_code == nothing.status_code == 404
        assert real.content == nothing.content
    pages = [
        "/incidents/",
        "/incidents/map/",
        "/incidents/all.csv",
        f"/incidents/{shown.pk}/",
    ]
    for address in pages:
        page = browser.get(address)
        assert page.status_code == 200
        _tells_nothing(page.content.decode(), hidden)
        if address != f"/incidents/{shown.pk}/":
            for words in ("attack", "detectives"):
                _tells_nothing(browser.post(address, {"q": words}).content.decode().replace(f'value="{words}"', ""), hidden)
    assert TITLE in found(browser, "friend")
    assert TITLE not in found(browser, "detectives")
    assert "1 incident<" in browser.get("/incidents/").content.decode()


def found(browser: Client, words: str) -> str:
    assert f'value="{words}"' not in browser.get("/incidents/", {"q": words}).content.decode(), "no address is searched by"
    return browser.post("/incidents/", {"q": words}).content.decode()


def _tells_nothing(body: str, hidden: Incident) -> None:
    assert SECRET not in body and hidden.number not in body and LES not in body and "Sheriff" not in body


def test_a_sworn_officer_finds_by_every_word_and_sees_the_banner() -> None:
    made = entered()
    browser = client_for(make_member(level=Level.LES))
    assert TITLE in found(browser, "detectives")
    page = browser.get(f"/incidents/{made.pk}/").content.decode()
    assert LES in page and page.count("LAW ENFORCEMENT SENSITIVE") >= 2
    teacher = client_for(make_member(level=Level.FOUO)).get(f"/incidents/{made.pk}/").content.decode()
    assert FOUO in teacher and LES not in teacher
    assert "FOR OFFICIAL USE ONLY" in teacher and "LAW ENFORCEMENT" not in teacher


def test_after_a_correction_or_a_withdrawal_members_see_nothing_of_what_was() -> None:
    made = entered()
    with at(walls.STAFF):
        services.correct(made.pk, 1, entry(marking="les", title=SECRET), "It was marked too low.", 1)
    with at(Level.FOUO):
        assert not any(table.objects.exists() for table in TABLES)
    with at(walls.STAFF):
        assert Version.objects.count() == 2
        services.withdraw(made.pk, "It was about a minor's record.", 1)
    with at(Level.LES):
        assert not any(table.objects.exists() for table in TABLES)


def test_a_member_writes_nothing_and_proposes_for_nobody_else() -> None:
    made, ana, ben = entered(), make_member(level=Level.LES), make_member()
    with walls.reading(Level.LES, ana.id):
        for attempt in (
            lambda: Version.objects.update(replaced_at=made.made_at),
            lambda: Incident.objects.create(id=new_id(), number="x", made_at=made.made_at),
            lambda: Paragraph.objects.all().delete(),
            lambda: Proposal.objects.create(
                id=new_id(), member_id=ben.id, account_id=1, at=made.made_at, said={}, title="for another"
            ),
        ):
            with pytest.raises(DatabaseError), walls.reading(Level.LES, ana.id):
                attempt()
    Proposal.objects.create(
        id=new_id(), member_id=ben.id, account_id=1, at=made.made_at, said={}, title="Ben's"
    )
    with walls.reading(Level.LES, ana.id):
        assert not Proposal.objects.exists()
    with walls.reading(Level.FOUO, ben.id):
        assert Proposal.objects.get().title == "Ben's"


def test_without_a_wall_the_process_may_not_even_ask() -> None:
    with played("network"):
        for table in TABLES:
            with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
                cursor.execute("SAVEPOINT s")
                try:
                    cursor.execute(f"SELECT count(*) FROM {table._meta.db_table}")
                finally:
                    cursor.execute("ROLLBACK TO SAVEPOINT s")


def test_what_was_entered_is_never_changed_not_even_by_the_staff() -> None:
    entered()
    for table, change in ((Version, {"title": "x"}), (Paragraph, {"text": "x"}), (Source, {"citation": "x"})):
        with pytest.raises(DatabaseError), walls.reading(walls.STAFF):
            table.objects.update(**change)
    with pytest.raises(DatabaseError, match="corrected by another version"), walls.reading(Level.OPEN):
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("UPDATE register_version SET title = 'x'")


_MARKS = st.sampled_from(["open", "tlp_clear", "tlp_green", "fouo", "les"])


@given(
    facts=_MARKS,
    lines=st.lists(_MARKS, min_size=1, max_size=6),
    sources=st.lists(_MARKS, min_size=1, max_size=3),
    word=st.uuids(),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_paragraph_source_or_word_is_read_below_its_marking(
    facts: str, lines: list[str], sources: list[str], word: UUID
) -> None:
    from datetime import date

    from upstander.register.entry import level_of

    told = {f"w{n}{word.hex}": mark for n, mark in enumerate(lines)} | {
        f"s{n}{word.hex}": mark for n, mark in enumerate(sources)
    }
    made = entered(
        marking=facts,
        lines=tuple(Line("summary", mark, text) for text, mark in told.items() if text.startswith("w")),
        sources=tuple(
            Cited(text, date(2026, 1, 1), mark) for text, mark in told.items() if text.startswith("s")
        ),
    )
    for level in Level:
        with at(level):
            read = " ".join(
                [*Paragraph.objects.filter(version__incident=made).values_list("text", flat=True)]
                + [*Source.objects.filter(version__incident=made).values_list("citation", flat=True)]
                + [*Words.objects.filter(version__incident=made).values_list("text", flat=True)]
            )
        for text, mark in told.items():
            assert (text in read) == (level >= max(level_of(mark), level_of(facts))), (level, mark, facts)


def known(made: Incident, level: Level) -> list[tuple[int, str]]:
    with at(level):
        shown = queries.shown(made.pk)
        return [(one.number, one.why) for one in shown.history] if shown else []


def page(browser: Client, made: Incident) -> str:
    shown = re.search(r"<article>.*</article>.*</section>", browser.get(f"/incidents/{made.pk}/").content.decode(), re.DOTALL)
    assert shown and "Version 1" in shown[0]
    return shown[0]


def test_of_a_hidden_paragraphs_correction_no_reader_learns_that_when_or_why(clock) -> None:
    made, teacher = entered(), client_for(make_member(level=Level.FOUO))
    begun = page(teacher, made)
    clock(3600)
    secret = Line("lesson", "les", "The account is known to nobody.")
    with at(walls.STAFF):
        services.correct(made.pk, 1, entry(lines=(*entry().lines[:2], secret)), "The detectives were wrong.", 1)
    assert known(made, Level.OPEN) == known(made, Level.FOUO) == [(1, "")]
    assert known(made, Level.LES) == [(2, "The detectives were wrong.")]
    assert page(teacher, made) == begun, "not a letter of the page tells of it"
    assert teacher.get("/incidents/all.csv").content.decode().rstrip().endswith('"1"')
    assert teacher.get(f"/incidents/{made.pk}/?version=1").status_code == 404

    clock(7200)
    with at(walls.STAFF):
        more = entry(lines=(Line("summary", "open", "Two friends told."), entry().lines[1], secret))
        services.correct(made.pk, 2, more, "There were two.", 1)
        both = entry(lines=(Line("summary", "open", "Three friends told."), entry().lines[1]))
        services.correct(made.pk, 3, both, "There were three, and the account was a mistake.", 1)
    assert known(made, Level.OPEN) == [(3, "")], "what else was corrected stands in no words of theirs"
    assert known(made, Level.LES) == [(4, "There were three, and the account was a mistake.")]


@pytest.mark.parametrize("column", ["number", "made_at", "account_id", "why"])
def test_the_database_shows_no_member_how_often_or_why_an_entry_was_corrected(column: str) -> None:
    entered()
    for level in Level:
        with pytest.raises(DatabaseError, match="permission denied"), at(level):
            list(Version.objects.values_list(column, flat=True))


def test_who_reads_of_an_entry_for_the_first_time_reads_its_first_version() -> None:
    made = entered(marking="fouo", lines=(Line("summary", "fouo", FOUO),))
    with at(walls.STAFF):
        services.correct(made.pk, 1, entry(lines=(Line("summary", "fouo", FOUO),)), "It is open now.", 1)
    assert known(made, Level.OPEN) == [(1, "")] and known(made, Level.FOUO)[0][0] == 2
