"""Letters are whole in every language, and a name on one stays a name."""

import pytest

from upstander import clock
from upstander.library import letters
from upstander.packs.current import current
from upstander.web import paper

pytestmark = pytest.mark.illinois


@pytest.mark.req("D-II.J")
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letter_has_every_word_filled_in(language):
    words = letters.words_for(current(), "Lincoln Elementary", "Payson CUSD 1", "tell.example")
    for letter in current().library.letters:
        made = letters.document(letter, language, words)
        text = " ".join(block.text for block in made.blocks)
        assert "Lincoln Elementary" in text and "{" not in text and made.language == language


def test_a_name_is_never_read_as_a_letter():
    words = letters.words_for(current(), "{phone} #set page() *St. Mary's* 学校", "", "tell.example")
    letter = current().library.letters[0]
    made = letters.document(letter, "en", words)
    assert "{phone} #set page() *St. Mary's* 学校" in made.blocks[0].text
    assert paper.pdf(made, clock.now()).startswith(b"%PDF")


def test_a_way_in_that_the_programme_lacks_leaves_no_gap():
    assert all(letters.words_for(current(), "Lincoln", "", "tell.example").values())
