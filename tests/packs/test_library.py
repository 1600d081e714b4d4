"""The resources, terms and letters that the pack brings: all that the state's page names, no guessed address (R-library)."""

import pytest

from upstander.packs import PackError, load
from upstander.packs.library import said

# As the page itself spells them; it has lost its links.
NAMED = (
    "National Association of School Resource Officers", "Federal Commission on School Safety", "National School Safety Center",
    "National Education Association, School Safety", "Community Operated Policing Services", "Youth Mental Health First Aid",
    "Nonviolent Crisis Intervention", "Illinois School and Campus Safety Resource Center", "Bullying K-12",
    "Behavioral Threat Assessment", "School Violence", "Illinois Terrorism Task Force", "Western Illinois University",
    "Illinois Law Enforcement Training and Standards Board Executive Institute",
    "Illinois State Board of Education, Educational Safety and Security Center", "School Personnel", "School Resource Officers",
    "whitepaper on School Safety and Mental Health", "Safe Schools Health Students Federal Initiative 2013",
    "improving community relationships", "PoliceOne three steps to SRO success", "Illinois Public Act 101-0455",
    "School Safety Drill Act", "Maryland's Model Policy for Behavior Threat Assessments",
    "Threat Assessment in Virginia Public Schools: Model Policies, Procedures, and Guidelines",
    "School Resource Officers and the Family Education Rights and Privacy Act",
    "Family Educational Rights and Privacy Act (FERPA)",
    "Illinois Student Records Act", "HIPPA", "Mental Health and Developmental Disabilities Confidentiality Act",
)  # fmt: skip


@pytest.mark.req("R-library")
@pytest.mark.parametrize("name", NAMED)
def test_every_resource_that_the_page_names_is_an_entry(illinois, name):
    assert [r for r in illinois.library.resources if name == r.title or name in r.also], name


@pytest.mark.req("R-library")
def test_an_entry_says_who_made_it_why_and_when_it_was_looked_at_in_every_language(illinois):
    for one in illinois.library.resources:
        assert one.source and one.checked, one.code
        assert set(one.why) == set(illinois.languages), one.code


@pytest.mark.req("R-library")
def test_no_address_is_called_verified_that_nobody_has_opened(illinois):
    assert not [r.code for r in illinois.library.resources if r.verified]


@pytest.mark.req("R-library")
def test_officers_come_first_and_every_audience_has_something(illinois):
    audiences = [label.code for label in illinois.library.labels_of("audience")]
    assert audiences == ["sro", "school_personnel", "parents", "students"]
    assert set(audiences) == {a for r in illinois.library.resources for a in r.audiences}


@pytest.mark.req("R-library")
def test_what_helps_with_a_kind_of_tip_comes_once_and_nearest_first(illinois):
    found = [r.code for r in illinois.library.helps_with(["bullying", "self_harm"])]
    assert found[0] == "lifeline_988" and "il_center_bullying" in found and len(found) == len(set(found)) <= 6
    assert illinois.library.helps_with(["no_such_kind"]) == ()


@pytest.mark.req("S-terms")
def test_every_term_is_said_plainly_in_every_language_and_names_its_source(illinois):
    assert {
        "active_shooter",
        "school_shooter",
        "poc",
        "psap",
        "disposition",
        "leakage",
        "threat",
        "reunification",
        "lockdown",
    } <= {t.code for t in illinois.library.terms}
    for term in illinois.library.terms:
        assert set(term.plain) == set(term.term) == set(illinois.languages) and term.sources, term.code


def test_a_letter_is_there_in_every_language_in_paragraphs(illinois):
    for letter in illinois.library.letters:
        assert set(letter.body) == set(illinois.languages)
        assert all(len(letter.paragraphs(language)) >= 4 for language in illinois.languages), letter.code
    assert said({"en": "Hello"}, "es") == "Hello"


@pytest.mark.parametrize(
    ("file", "before", "after", "said_so"),
    [
        (
            "resources",
            'address = "https://nasro.org/"',
            'address = "http://nasro.org/"',
            "no address of a page",
        ),
        ("resources", '"lifeline_988", "ymhfa"', '"lifeline_989", "ymhfa"', "'lifeline_989' is not known"),
        ("resources", 'subtypes = ["self_harm"', 'subtypes = ["self_hurt"', "'self_hurt' is not known"),
        ("letters", "families of {school}", "families of {pupil}", "{pupil} cannot be filled in"),
        ("glossary", 'code = "psap"', 'code = "poc"', "stands twice"),
    ],
)
def test_what_leads_nowhere_is_named_with_its_line(copy, file, before, after, said_so):
    path = copy / f"{file}.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(PackError) as refused:
        load(copy)
    assert any(said_so in str(problem) for problem in refused.value.problems)
