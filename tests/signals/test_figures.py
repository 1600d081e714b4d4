"""On texts that nobody here wrote: the grave ones first, the false alarms second. `upstander bench signals` shows the figures."""

import pytest
from bench import signals

from upstander.packs import Pack


@pytest.mark.usefixtures("shared_data")
def test_every_published_report_has_a_label() -> None:
    assert len(list(signals.published())) == 22


@pytest.mark.usefixtures("shared_data")
def test_of_the_published_grave_reports_at_most_one_is_missed(illinois: Pack) -> None:
    grave = [text for text, label in signals.published() if label != signals.ORDINARY]
    assert len(grave) == 15
    assert sum(not signals.graver(illinois, text)[1] for text in grave) <= 1


@pytest.mark.usefixtures("shared_data")
def test_of_a_thousand_ordinary_messages_fewer_than_fifteen_are_called_perhaps_critical(
    illinois: Pack,
) -> None:
    read = signals.ends(signals.READ_FIRST + signals.READ_LATER)
    held = [text for text in signals.messages() if not read(text)]
    assert sum(signals.graver(illinois, text)[1] for text in held) / len(held) < 0.015
