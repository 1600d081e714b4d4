"""No column of sealed words without a canary: what is added to a model is added to the stories of tests/stack, too."""

from pathlib import Path

import pytest

from tests.stack import covered

STORIES = Path(covered.__file__).parent


@pytest.mark.req("D-II.F")
def test_every_column_of_bytes_is_written_by_a_story_or_holds_no_words():
    known = [*covered.STORY, *covered.FILES, *covered.NO_WORDS]

    assert sorted(set(covered.columns()) - set(known)) == [], "write a canary into it, and name it in tests/stack/covered.py"
    assert sorted(set(known) - set(covered.columns())) == [], "is there no more"
    assert sorted(known) == sorted(set(known))


@pytest.mark.parametrize(("column", "name"), [*covered.STORY.items(), *covered.FILES.items()])
def test_its_canary_stands_in_a_story(column, name):
    """Before the stack's tests say so, which take minutes. A paper's fields are named by its forms."""
    told = "".join(path.read_text() for path in STORIES.glob("*.py") if path.name != "covered.py").replace("'", '"')
    parts = name.split(": ")

    assert f'"{name}"' in told or all(f'"{part}"' in told for part in parts), column
