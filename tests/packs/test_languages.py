"""A contact who asked for another language is written in it, whatever the mail: in every pack that comes with the product."""

import pytest

from tests.packs.conftest import ILLINOIS
from tests.packs.test_broken import change, only
from upstander.packs import Pack, load

SPOKEN = [
    (folder.parent.name, language)
    for folder in sorted(ILLINOIS.parent.glob("*/pack.toml"))
    for language in load(folder.parent).languages
    if language != "en"
]


@pytest.fixture(scope="module", params=SPOKEN, ids=lambda spoken: "-".join(spoken))
def spoken(request: pytest.FixtureRequest) -> tuple[Pack, str]:
    name, language = request.param
    return load(ILLINOIS.parent / name), language


def test_illinois_speaks_spanish_and_another_state_another_language() -> None:
    assert {"illinois", "lakeland"} == {name for name, _ in SPOKEN} and ("illinois", "es") in SPOKEN


@pytest.mark.req("D-IV.A.2")
@pytest.mark.req("D-IV.A.3.a")
def test_every_mail_stands_in_every_language(spoken: tuple[Pack, str]) -> None:
    pack, language = spoken
    own, english = pack.texts[language], pack.texts["en"]
    mails = {key for key in english if key.startswith(("mail.", "word."))}
    assert {"mail.critical.body", "mail.release_again.subject", "word.in_progress"} <= mails
    assert not mails - own.keys()
    assert not [key for key in mails if key.endswith("body") and own[key] == english[key]]


def test_what_a_mail_names_has_a_name_in_every_language(spoken: tuple[Pack, str]) -> None:
    pack, language = spoken
    assert not [c.code for c in pack.classes if f"class.{c.code}" not in pack.texts[language]]
    assert not [s.key for s in pack.subtypes if f"subtype.{s.key}" not in pack.texts[language]]


def test_a_name_is_the_languages_own_or_the_label(illinois: Pack) -> None:
    assert illinois.subtype_name("planned_school_attack", "es") == "Ataque planeado contra una escuela"
    assert illinois.subtype_name("standard.unspecified", "es") == "Conducta inapropiada, sin más detalle"
    assert illinois.class_name("emergency", "es") == "Emergencia"
    for language in ("en", "zz"):
        assert illinois.subtype_name("fire", language) == "Fire"
        assert illinois.class_name("other", language) == "Other school-related"


def test_a_language_names_nothing_that_the_taxonomy_lacks(copy) -> None:
    line = change(copy, "texts.es.toml", 'fire = "', 'fier = "')
    problem = only(copy)
    assert problem.line == line and "'subtype.fier' is not a text" in problem.message
    assert "'subtype.fire'" in problem.hint


CONFIRMS = {
    "en": "Law enforcement confirms there by signing in, or by telephone to the desk: {desk_phone}.",
    "es": "La policía y las demás fuerzas del orden lo confirman allí iniciando sesión, "
    "o por teléfono a nuestra mesa de atención: {desk_phone}.",
}


@pytest.mark.parametrize(("name", "language"), [("illinois", "en"), ("illinois", "es"), ("template", "en")])
def test_a_mail_that_asks_for_a_confirmation_says_how_the_police_give_it(name: str, language: str) -> None:
    """A link does not suffice for them (decisions 10), and one text goes to everybody who is listed."""
    texts = load(ILLINOIS.parent / name).texts[language]
    bodies = {key: text for key, text in texts.items() if key.startswith("mail.") and key.endswith(".body")}
    asking = {key for key, text in bodies.items() if "confirm" in text.replace(CONFIRMS[language], "")}
    assert len(asking) >= 4 and "mail.critical.body" in asking
    assert not [key for key in asking if f"{{link}}\n{CONFIRMS[language]}\n" not in f"{bodies[key]}\n"]
    assert not [key for key, text in bodies.items() if "your school" in text or "su escuela" in text]
