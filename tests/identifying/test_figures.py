"""How much it finds, and how often it cries wolf: on texts that it was tuned on, and on those held out (decision 117)."""

import pytest

from tests.identifying.support import score


@pytest.mark.req("S-repository")
def test_there_are_enough_labelled_texts() -> None:
    tuned, held = score("dev"), score("held")
    assert tuned.texts + held.texts >= 60
    assert tuned.clean + held.clean >= 60


def test_on_the_texts_it_was_tuned_on_it_finds_all_and_accuses_none() -> None:
    tuned = score("dev")
    assert tuned.recall == 1
    assert tuned.accused == 0


def test_on_texts_that_were_held_out_it_finds_five_in_six_and_leaves_nine_in_ten_clean_ones_alone() -> None:
    held = score("held")
    assert held.recall >= 0.83
    assert held.quiet >= 0.9
