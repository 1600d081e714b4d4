"""What is spoken can be played by the agent, or nobody is rung."""

import wave
from pathlib import Path
from xml.etree import ElementTree

import pytest

from upstander.delivery.telephone.sounds import CannotSpeak, Sounds, check
from upstander.delivery.twilio.words import Words


def test_a_greeting_is_as_long_as_its_words_and_the_time_for_keys(sounds: Sounds):
    short = check(sounds.greeting("Press 1.", "en", 1, 0.1))
    assert check(sounds.greeting("Press 1.", "en", 1, 8)) == pytest.approx(short + 7.9, abs=0.1)
    assert check(sounds.greeting("Press 1.", "en", 3, 0.1)) > 2 * short


@pytest.mark.parametrize("language", ["en", "es", "fr", "pl"])
def test_languages_are_spoken(sounds: Sounds, language: str):
    path = sounds.once("1, 2, 3.", language)
    assert check(path) > 1
    sounds.done(path)


def test_a_sound_is_kept_until_the_last_call_that_needs_it_is_over(sounds: Sounds):
    one, other = sounds.once("This is critical.", "en"), sounds.once("This is critical.", "en")
    assert one == other
    sounds.done(one)
    assert one.exists()
    sounds.done(one)
    assert not one.exists()


def test_file_names_say_nothing_and_what_an_earlier_process_left_is_removed(tmp_path: Path):
    folder = tmp_path / "sounds"
    path = Sounds(folder).once("Millbrook High School", "en")
    assert "illbrook" not in path.name and folder.stat().st_mode & 0o077 == 0
    Sounds(folder)
    assert list(folder.iterdir()) == []


def test_a_language_that_nobody_can_speak_is_an_error(sounds: Sounds):
    with pytest.raises(CannotSpeak):
        sounds.once("Hello", "tlh-nonsense")


@pytest.mark.parametrize("shape", [(1, 2, 22050), (2, 2, 8000), (1, 1, 8000)])
def test_a_sound_that_the_agent_would_hang_up_on_is_refused_before_anybody_is_rung(tmp_path: Path, shape: tuple[int, int, int]):
    path = tmp_path / "x.wav"
    with wave.open(str(path), "wb") as sound:
        channels, width, rate = shape
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(channels * width * rate))
    with pytest.raises(CannotSpeak):
        check(path)


def test_a_missing_or_an_empty_sound_is_refused(tmp_path: Path):
    with pytest.raises(CannotSpeak):
        check(tmp_path / "none.wav")
    (tmp_path / "empty.wav").touch()
    with pytest.raises(CannotSpeak):
        check(tmp_path / "empty.wav")


@pytest.mark.parametrize("letter", ["\x01", "\x0b", "\ufffe", "\ud800"])
def test_a_name_that_no_xml_can_hold_is_spoken_through_twilio_all_the_same(letter: str):
    words = Words()
    twiml = words.twiml(words.once(f"Pat{letter}Smith has it", "en"), "https://x/key?ref=1")
    assert ElementTree.fromstring(twiml).findtext("Say") == "Pat Smith has it"


def test_a_name_cannot_tell_the_synthesizer_to_be_silent(sounds: Sounds):
    """Ctrl-A begins a command to it: here, no loudness from now on."""
    assert sounds.once("\x010A Pat Smith has it", "en") == sounds.once(" 0A Pat Smith has it", "en")
