"""A letter to families as paper: the pack's words, with the school's name and the programme's ways in (D-II.J)."""

from collections.abc import Mapping

from upstander.packs.library import LETTER_WORDS, Letter, said
from upstander.packs.model import Pack
from upstander.web.paper import Block, Document

PAGE = {"en": "Page", "es": "Página"}


def words_for(pack: Pack, school: str, district: str, website: str) -> dict[str, str]:
    """What a letter has filled in. A way in that the programme does not have reads as its website, so that no gap is left."""
    ways = {way.kind: way.value for way in pack.ways_in if way.value}
    return {
        "programme": pack.programme.short_name,
        "school": school,
        "district": district or school,
        "phone": ways.get("phone", website),
        "text": ways.get("text", website),
        "website": website,
    }


def document(letter: Letter, language: str, words: Mapping[str, str]) -> Document:
    """The letter in this language; `words` are those of `LETTER_WORDS`. A name is put in as it is, never read."""
    assert words.keys() >= LETTER_WORDS, "every word that a letter may have is filled in"
    paragraphs = (part.format_map(words) for part in letter.paragraphs(language))
    return Document(
        title=said(letter.title, language),
        language=language,
        blocks=tuple(Block("text", part) for part in paragraphs),
        foot=f"{words['school']} · {words['programme']}",
        page_word=PAGE.get(language, PAGE["en"]),
    )
