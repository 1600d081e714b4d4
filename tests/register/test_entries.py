"""Entering, correcting, taking out, proposing: each once, with words for the person, and on the record."""

from datetime import date
from urllib.parse import parse_qsl

import pytest

from tests.network.support import client_for, make_member, make_sio
from tests.register.conftest import TITLE, at, behind, entered, entry, filled
from tests.support import town as towns
from upstander.audit.models import Entry as Recorded
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.register import demo, queries, services
from upstander.register.entry import Cited, Line, When, when
from upstander.register.errors import CannotDo
from upstander.register.models import Incident, Proposal, Version

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-topics"), pytest.mark.usefixtures("network")]


@pytest.mark.parametrize(
    ("text", "read"), [("2019", When(2019)), ("2019-4", When(2019, 4)), (" 2019-04-12 ", When(2019, 4, 12))]
)
def test_a_date_is_as_exact_as_it_is_known(text: str, read: When) -> None:
    assert when(text, date(2026, 1, 1)) == read


@pytest.mark.parametrize(
    "text", ["", "last year", "2019-13", "2019-02-30", "0000", "1700", "2026-01-02", "٢٠١٩", "2019-04-12-01"]
)
def test_what_is_no_date_or_not_yet_is_refused_with_words(text: str) -> None:
    with pytest.raises(CannotDo):
        when(text, date(2026, 1, 1))


def test_pressed_twice_it_is_one_entry_and_every_number_is_another() -> None:
    press = new_id()
    with at(walls.STAFF):
        first, again = (services.enter(entry(), 1, press) for _ in range(2))
        other = services.enter(entry(), 1, new_id())
    assert first.pk == again.pk and first.number != other.number
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"marking": ""}, "marking"),
        ({"marking": "tlp_red"}, "marking"),
        ({"lines": (Line("summary", "", "Words without a marking."),)}, "lines"),
        ({"sources": ()}, ""),
        ({"lines": ()}, ""),
        ({"kind": "nonsense"}, "kind"),
        ({"signs": ("nonsense",)}, "signs"),
        ({"state": "ZZ"}, "state"),
        ({"title": "  "}, "title"),
        ({"longitude": None}, "latitude"),
    ],
)
def test_what_lacks_a_marking_a_source_or_sense_is_not_saved(more: dict, field: str) -> None:
    with pytest.raises(CannotDo) as why, at(walls.STAFF):
        services.enter(entry(**more), 1, new_id())
    assert why.value.field == field
    assert not Incident.objects.exists()


def test_a_correction_is_a_new_version_with_who_and_why_and_nobody_overwrites_another() -> None:
    made = entered()
    with at(walls.STAFF):
        services.correct(made.pk, 1, entry(title="Planned attack on a college"), "It was a college.", 1)
        services.correct(made.pk, 1, entry(title="Planned attack on a college"), "It was a college.", 1)
        assert Version.objects.count() == 2
        with pytest.raises(CannotDo, match="since you opened"):
            services.correct(made.pk, 1, entry(), "Something else.", 2)
        with pytest.raises(CannotDo, match="what was wrong"):
            services.correct(made.pk, 2, entry(), " ", 2)
        shown = queries.shown(made.pk, staff=True)
        assert shown and shown.row.version.number == 2 and [one.number for one in shown.history] == [2, 1]
        before = queries.shown(made.pk, 1, staff=True)
        assert before and before.row.version.title == TITLE
    with at(Level.FOUO):
        assert queries.shown(made.pk, 1) is None
    assert list(Recorded.objects.filter(act__startswith="register.").order_by("pk").values_list("act", flat=True)) == [
        "register.entered", "register.corrected",
    ]  # fmt: skip


def test_a_member_proposes_and_reads_what_became_of_it(sio) -> None:
    ana = make_member("Ana Rivera")
    browser, press = client_for(ana), str(new_id())
    sent = {
        "press": press,
        "title": "Knife at a game",
        "text": "A parent saw it.",
        "source": "I was there.",
        "marking": "fouo",
    }
    for _ in range(2):
        assert browser.post("/incidents/propose/", sent).status_code == 302
    proposal = Proposal.objects.get()
    assert "Not decided yet" in browser.get("/incidents/propose/").content.decode()
    assert "Knife at a game" in sio.get("/desk/incidents/proposals/").content.decode()
    assert "A parent saw it." in sio.get(f"/desk/incidents/proposals/{proposal.pk}/").content.decode()
    begun = sio.get(f"/desk/incidents/new/?from={proposal.pk}").content.decode()
    assert "A parent saw it." in begun
    answer = sio.post(f"/desk/incidents/new/?from={proposal.pk}", filled(marking="fouo"))
    assert answer.status_code == 302
    made = Incident.objects.get()
    assert made.versions.get().contributor == ana.pk
    assert made.number in browser.get("/incidents/propose/").content.decode()
    assert sio.post(f"/desk/incidents/new/?from={proposal.pk}", filled()).status_code == 422


def test_a_proposal_is_declined_with_words_for_the_member(sio) -> None:
    ana = make_member()
    with behind(ana) as who:
        made = services.propose(
            who, {"title": "Rumor", "text": "x", "source": "y", "marking": "open"}, new_id()
        )
    address = f"/desk/incidents/proposals/{made.pk}/"
    assert sio.post(address, {"answer": ""}).status_code == 422
    assert sio.post(address, {"answer": "It is in the register already."}).status_code == 302
    assert sio.post(address, {"answer": "Again."}).status_code == 422
    assert "It is in the register already." in client_for(ana).get("/incidents/propose/").content.decode()


def test_who_is_no_staff_neither_enters_nor_corrects_nor_takes_out_and_a_stranger_reads_nothing(
    client,
) -> None:
    made = entered()
    member = client_for(make_member(level=Level.LES))
    desk = [
        "/desk/incidents/new/",
        f"/desk/incidents/{made.pk}/correct/",
        f"/desk/incidents/{made.pk}/withdraw/",
        "/desk/incidents/proposals/",
    ]
    for address in desk:
        assert member.get(address).status_code == 403
        assert member.post(address, filled()).status_code in (403, 405)
    lapsed = client_for(make_member(level=None))
    for address in (
        *desk,
        "/incidents/",
        "/incidents/map/",
        "/incidents/all.csv",
        "/incidents/propose/",
        f"/incidents/{made.pk}/",
    ):
        assert lapsed.get(address).status_code in (302, 403)
        assert client.get(address).status_code == 302
    assert client_for(make_sio()).get("/incidents/propose/").status_code == 403
    assert Incident.objects.count() == Version.objects.count() == 1


def test_products_cite_an_incident_by_its_id_and_show_only_what_their_reader_may_see() -> None:
    seen, hidden = entered(), entered(marking="les")
    ids = [seen.pk, hidden.pk, new_id()]
    with at(Level.FOUO):
        cited = queries.citations(ids)
        assert list(cited) == [seen.pk]
        assert (cited[seen.pk].title, cited[seen.pk].when, cited[seen.pk].number) == (
            TITLE,
            "2019-04-12",
            seen.number,
        )
        assert queries.months(date(2019, 1, 1), date(2020, 1, 1)) == {(2019, 4): 1}
    with at(Level.LES):
        assert len(queries.citations(ids)) == 2


@pytest.mark.req("S-repository")
def test_it_is_searched_by_words_slips_and_every_filter() -> None:
    town = towns.build()
    entered(organisation_id=town.school.pk)
    entered(title="Swatting of three schools", place="Prairie Bend", kind="hoax", state="WI", when=When(2024, 10),
            outcome="unfounded", signs=(), settings=("online",), weapon="",
            lines=(Line("summary", "open", "Calls from abroad."),),
            sources=(Cited("Press", date(2026, 1, 1), "open"),))  # fmt: skip
    browser = client_for(make_member())
    both = {TITLE, "Swatting of three schools"}

    def titles(query: str) -> set[str]:
        page = browser.post("/incidents/", dict(parse_qsl(query))).content.decode()
        return {title for title in both if title in page}

    assert titles("") == both
    for query in ("q=friend", "q=frend+told", "kind=planned_attack", "place=IL", "place=here", "until=2020", "sign=leakage",
                  "setting=hallway", "outcome=averted", "q=%22harrow+creek%22", "since=2019&until=2019"):  # fmt: skip
        assert titles(query) == {TITLE}, query
    for query in ("q=swating", "place=away", "place=WI", "since=2020", "kind=hoax&sector=k12"):
        assert titles(query) == {"Swatting of three schools"}, query
    for query in (
        "q=%00",
        "kind=nonsense",
        "since=abc",
        "page=99999",
        "q=%27%3B--",
        "q=" + "a" * 900,
        "place=%22",
    ):
        assert browser.get(f"/incidents/?{query}").status_code == 200, query


def test_the_practice_system_has_an_entry_of_each_level() -> None:
    demo.fill(make_sio().pk)
    for level, n in ((Level.OPEN, 3), (Level.FOUO, 4), (Level.LES, 5)):
        with at(level):
            assert Version.objects.count() == n
