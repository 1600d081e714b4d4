"""The network's section of a pack: the seed's words are there, slips are explained, and a state without it has no network."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.packs.conftest import ILLINOIS
from tests.packs.test_broken import change, only, problems
from upstander.markings import Level
from upstander.markings.scheme import TLP_LABELS
from upstander.packs import Pack, UnknownCode, load
from upstander.packs.cli import pack as cli
from upstander.packs.network import Network
from upstander.packs.network_files import FILES


@pytest.fixture(scope="module")
def network(illinois: Pack) -> Network:
    assert illinois.network is not None
    return illinois.network


@pytest.mark.req("S-levels")
class TestLevels:
    def test_les_is_for_the_sworn_and_for_nobody_else(self, network: Network) -> None:
        assert [d.code for d in network.disciplines if d.highest is Level.LES] == ["sworn_officer"]
        assert all(d.sworn for d in network.disciplines if d.highest is Level.LES)

    def test_tlp_stands_there_with_its_five_exact_labels(self, network: Network) -> None:
        tlp = [m for m in network.scheme if m.scheme == "tlp"]
        assert tuple(m.banner for m in tlp) == TLP_LABELS == tuple(m.portion for m in tlp)
        assert [m.code for m in network.scheme if m.individuals] == ["tlp_red"]

    def test_every_line_says_where_it_is_from(self, network: Network) -> None:
        for rows in (network.scheme, network.levels, network.disciplines, network.roles, network.checks, network.products):
            assert all(row.source for row in rows)
        assert all(m.read and m.handling for m in network.scheme)


@pytest.mark.req("S-membership")
def test_two_persons_vet_whoever_it_is_and_the_sworn_are_checked_against_their_agency(network: Network) -> None:
    for sworn in (True, False):
        asked = network.checklist(sworn)
        assert {"second"} <= {c.who for c in asked if c.required}
        assert ("sworn_status" in {c.code for c in asked}) is sworn


@pytest.mark.req("S-membership")
def test_the_agreement_has_a_version_and_says_that_no_counsel_has_read_it(network: Network) -> None:
    agreement = network.agreement
    assert agreement.version and not agreement.reviewed_by_counsel and len(agreement.digest) == 64
    assert "crime, waste, fraud" in agreement.text  # it silences nobody
    said = CliRunner().invoke(cli, ["check", str(ILLINOIS)]).output
    assert f"agreement {agreement.version}, not reviewed by counsel" in said


@pytest.mark.req("S-topics")
def test_the_topics_are_the_articles_in_two_floors(network: Network) -> None:
    assert len([t for t in network.topics if not t.above]) == 9
    parts = {t.code for t in network.topics if t.above == "concerns"}
    assert parts == {"bystanders", "behaviors", "social_media_suicide", "copycat"}
    assert network.label("topics", "copycat") == "Copycat phenomena" and network.label("topics", "of_2031") == "of_2031"
    with pytest.raises(UnknownCode, match="cyber"):
        network.topic("ciber")


@pytest.mark.req("S-topics")
def test_what_is_compared_with_tips_names_sub_types_of_the_taxonomy(illinois: Pack, network: Network) -> None:
    assert network.topics_of("self_harm") == ("social_media_suicide",) and network.topics_of("truancy") == ("concerns",)
    assert network.subtypes_like("suicide") == ("self_harm",) and network.subtypes_like("other") == ()
    assert network.limits.copycat_days == 30
    assert {code for one in network.incidents for code in one.subtypes} <= {subtype.key for subtype in illinois.subtypes}


@pytest.mark.req("S-peer")
def test_the_board_opens_with_the_articles_eight_concerns_in_its_words(network: Network, shared_data: Path) -> None:
    article = " ".join((shared_data.parent / "seeds" / "000_1c36062f0543260b.txt").read_text().split())
    assert len(network.concerns) == 8
    for concern in network.concerns:
        for words in (concern.text.rstrip("”."), *concern.points):
            assert words.replace("COPS model as", "COPS model 2 as") in article, words  # 2: the article's footnote


@pytest.mark.req("S-roles", "S-products", "S-mash")
def test_roles_products_and_partners_are_the_articles(network: Network) -> None:
    assert [r.code for r in network.roles] == ["consumer", "collaborator", "contributor"]
    assert [p.code for p in network.products if p.cadence] == ["newsletter_monthly", "newsletter_quarterly"]
    assert len(network.partners) == 6


@pytest.mark.req("S-states")
def test_a_state_without_the_section_has_no_network(copy: Path) -> None:
    for name in FILES:
        (copy / f"{name}.toml").unlink()
    assert load(copy).network is None
    assert "network:" not in CliRunner().invoke(cli, ["check", str(copy)]).output
    assert load(ILLINOIS.parent / "lakeland").network is None


def test_half_a_section_is_explained(copy: Path) -> None:
    (copy / "network.agreement.toml").unlink()
    assert "no network.agreement.toml" in only(copy).message


N, M, C = "network.toml", "network.markings.toml", "network.concerns.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "says", "tries"),
    [
        (N, 'sworn = false\nhighest = "fouo"', 'sworn = false\nhighest = "les"', "is not sworn, and would hold LES", "fouo"),
        (N, 'highest = "les"', 'highest = "lse"', "'lse' is not known", "'les'"),
        (N, 'default_marking = "les"', 'default_marking = "fouo"', "no marking of this level", "'les'"),
        (N, 'above = "concerns"', 'above = "copycat"', "no topic that others can be part of", "concerns"),
        (N, 'who = "second"', 'who = "sio"', "nothing that is required of who is sworn", "second"),
        (N, 'who = "second"', 'who = "third"', "'third' is not known", "sio"),
        (N, 'code = "consumer"', 'code = "contributor"', "the role 'consumer' is missing|stands twice", "[[role]]|already"),
        (N, 'cadence = "monthly"', 'cadence = "weekly"', "'weekly' is not known", "monthly"),
        (N, "bounces_suspend = 3", "bounces_suspend = 0", "too small", "at least 1"),
        (N, 'keeps = ["open", "fouo"]', 'keeps = ["open", "foou"]', "'foou', which is not known", "fouo"),
        (N, "after_minutes = 15", "after_minutes = 10", "not later than the one before", "grows"),
        (N, "officer_minutes = 20", "officer_minutes = 40", "names are red before the officer is told", "officer_minutes first"),
        (N, "attest_months = 12", 'attest_months = "12"', "wrong kind", "a whole number"),
        (N, '"fire"]', '"fires"]', "no sub-type of the taxonomy", "taxonomy.toml"),
        (N, "copycat_days = 30", "copycat_days = 0", "too small", "at least 1"),
        (M, 'portion = "TLP:AMBER+STRICT"', 'portion = "TLP:AMBER + STRICT"', "no label of TLP 2.0", "'TLP:AMBER+STRICT'"),
        (M, "individuals = true", "individuals = false", "TLP:RED is for named persons only", "true"),
        (M, "rank = 70", "rank = 5", "ranks above 'les'", "a rank below 5"),
        (M, 'code = "les"', 'code = "cui"', "stands twice|no marking of this level", "of its own|'fouo_les'"),
        (C, 'code = "copycat"', 'code = "silos"', "stands twice", "already on line"),
    ],
)
def test_a_slip_is_explained_with_what_would_be_right(copy: Path, file: str, old: str, new: str, says: str, tries: str) -> None:
    change(copy, file, old, new)
    found = problems(copy)
    for message, hint in zip(says.split("|"), tries.split("|"), strict=True):
        assert any(message in p.message and hint in p.hint and p.file.endswith(".toml") for p in found), [str(p) for p in found]
    assert any(p.file.endswith(file) for p in found)
