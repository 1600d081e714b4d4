"""The directory shows what each chose, and nobody who did not (S-peer); the glossary names its sources (S-terms)."""

from itertools import product

import pytest

from tests.support import town as towns
from upstander.forum import peers, terms
from upstander.forum.models import Card

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def placed(them):
    """Ana works somewhere, as something."""
    region = towns.organisation("region", "Regional Office 99")
    school = towns.organisation("school", "Harrow Creek High School")
    member = them.ana.member
    member.organisation, member.position, member.regions = school, "Assistant principal", [region.pk]
    member.save()
    return them


@pytest.mark.req("S-peer")
class TestDirectory:
    WORDS = {
        "shows_name": "Ana Rivera", "shows_position": "Assistant principal", "shows_organisation": "Harrow Creek High School",
        "shows_region": "Regional Office 99",
    }  # fmt: skip

    def test_off_until_chosen_and_gone_at_once(self, placed):
        assert not any(word in placed.ben.get("/forum/peers/") for word in self.WORDS.values())
        placed.ana.post("/forum/peers/mine/", shows_name="on", reach="217-555-0142", knows="drills")
        seen = placed.ben.get("/forum/peers/")
        assert "Ana Rivera" in seen and "217-555-0142" in seen and "Harrow" not in seen
        assert placed.ana.client.post("/forum/peers/mine/withdraw/").status_code == 302
        assert "Ana Rivera" not in placed.ben.get("/forum/peers/") and not Card.objects.exists()

    def test_every_choice_shows_that_and_nothing_else_and_is_found_by_nothing_else(self, placed):
        for chosen in product((False, True), repeat=4):
            given = dict(zip(peers.SHOWS, chosen, strict=True))
            with placed.ana.acting() as ana:
                if not any(chosen[:3]):
                    with pytest.raises(peers.CannotDo):
                        peers.show(ana, given)
                    continue
                peers.show(ana, given)
            with placed.ben.acting():
                [card] = peers.peers()
                shown = (card.name, card.position, card.organisation, card.region)
                for name, word, there in zip(peers.SHOWS, self.WORDS.values(), shown, strict=True):
                    assert there == (word if given[name] else "")
                    assert bool(peers.peers(word)) == given[name], (name, chosen)

    def test_an_organization_that_the_directory_does_not_know_is_shown_as_it_was_typed(self, placed):
        member = placed.ana.member
        member.organisation, member.organisation_name = None, "Prairie Safety Cooperative"
        member.save()
        placed.ana.post("/forum/peers/mine/", shows_organisation="on")
        seen = placed.ben.get("/forum/peers/")
        assert "Prairie Safety Cooperative" in seen and "Ana Rivera" not in seen

    def test_whom_nothing_may_reach_now_stands_there_no_more(self, placed):
        placed.ana.post("/forum/peers/mine/", shows_name="on")
        placed.ana.member.entitlements.all().delete()
        assert "Ana Rivera" not in placed.ben.get("/forum/peers/")

    @pytest.mark.req("S-levels")
    def test_whoever_reads_open_items_only_reads_no_directory(self, placed):
        placed.ana.post("/forum/peers/mine/", shows_name="on")
        placed.ben.member.entitlements.update(level=0)
        assert "Ana Rivera" not in placed.ben.get("/forum/peers/")

    def test_nothing_chosen_comes_back_with_what_was_typed(self, placed):
        answer = placed.ana.post("/forum/peers/mine/", reach="Kept words")
        assert answer.status_code == 422 and "Kept words" in answer.content.decode() and not Card.objects.exists()

    def test_the_staff_stand_not_in_it(self, placed):
        assert placed.sio.post("/forum/peers/mine/", shows_name="on").status_code == 403


@pytest.mark.req("S-terms")
class TestTerms:
    def test_educators_and_officers_say_and_every_term_names_its_source(self, them):
        seen = them.ana.get("/forum/terms/")
        for word in ("Active shooter", "School shooter", "Suspicious activity", "Lockdown", "Educators say", "Officers say"):
            assert word in seen
        for term in terms.glossary():
            assert term.educators and term.officers and term.together and term.sources, term.code
        assert len({term.code for term in terms.glossary()}) == len(terms.glossary()) >= 15

    def test_what_was_not_compared_with_its_source_says_so(self, them):
        unchecked = [term for term in terms.glossary() if not all(source.checked for source in term.sources)]
        found = them.ana.client.post("/forum/terms/", {"q": unchecked[0].term}).content.decode()
        assert unchecked and "not compared with the source yet" in found
        for term in terms.glossary():
            for source in term.sources:
                assert not source.checked or source.address or "Community Policing Dispatch" in source.name, term.code

    def test_found_by_words(self, them):
        seen = them.ana.client.post("/forum/terms/", {"q": "populated"}).content.decode()
        assert "Active shooter" in seen and "Reunification" not in seen
        assert "No such term" in them.ana.finds("/forum/terms/", "zzz")
