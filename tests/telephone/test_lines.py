"""The model of the lines by itself: every state ends by the clock, whatever the agent says or does not say."""

from pathlib import Path
from uuid import uuid4

import pytest

from upstander.config import ConfigError
from upstander.delivery.telephone.agent import Trunk, accounts
from upstander.delivery.telephone.control import Answer, Event, Frames, LineLost
from upstander.delivery.telephone.lines import (
    CLOSES_WITHIN,
    Answered,
    Command,
    Ended,
    Key,
    Lines,
    Placing,
    Ringing,
)

ONE, TWO = "sip:+1@trunk.example", "sip:+1@Trunk.example"


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    return Lines([(ONE, tmp_path / "1.wav"), (TWO, tmp_path / "2.wav")], "trunk.example")


def placing(rings: float = 30, talks: float = 60) -> Placing:
    return Placing(uuid4(), "+12175550101", Path("/sound.wav"), rings, talks)


def taken(lines: Lines) -> list[object]:
    found = [*lines.commands, *lines.reports]
    lines.commands.clear()
    lines.reports.clear()
    return found


def test_a_call_takes_a_line_and_gives_it_back(lines: Lines, tmp_path: Path):
    p = placing()
    lines.place(p, 0)
    assert taken(lines) == [Command(ONE, "dial", "sip:+12175550101@trunk.example")] and lines.free == 1
    assert (tmp_path / "1.wav").readlink() == Path("/sound.wav")
    lines.happened(Event("CALL_RINGING", ONE, ""), 1)
    lines.happened(Event("CALL_RINGING", ONE, ""), 2)  # said twice, told once
    lines.happened(Event("CALL_ESTABLISHED", ONE, ""), 3)
    lines.happened(Event("CALL_DTMF_START", ONE, "1"), 4)
    lines.happened(Event("CALL_CLOSED", ONE, "end of file"), 13)
    assert taken(lines) == [Ringing(p.call), Answered(p.call), Key(p.call, "1"), Ended(p.call, "answered", 10)]
    assert lines.free == 2


def test_a_third_call_finds_no_line(lines: Lines):
    lines.place(placing(), 0)
    lines.place(placing(), 0)
    with pytest.raises(LookupError):
        lines.place(placing(), 0)


def test_what_happens_on_one_line_is_told_of_its_call_alone(lines: Lines):
    first, second = placing(), placing()
    lines.place(first, 0)
    lines.place(second, 0)
    taken(lines)
    lines.happened(Event("CALL_CLOSED", TWO, "486 Busy Here"), 1)
    assert taken(lines) == [Ended(second.call, "busy")] and lines.calls() == [first.call]


def test_ringing_ends_by_our_clock_and_a_late_answer_is_no_answer(lines: Lines):
    p = placing(rings=30)
    lines.place(p, 0)
    lines.happened(Event("CALL_RINGING", ONE, ""), 1)
    lines.tick(29.9)
    assert taken(lines)[1:] == [Ringing(p.call)]
    lines.tick(30)
    assert taken(lines) == [Command(ONE, "hangup")]
    lines.happened(Event("CALL_ESTABLISHED", ONE, ""), 30.1)  # picked up while we hung up
    lines.happened(Event("CALL_CLOSED", ONE, "Connection reset by user"), 30.2)
    assert taken(lines) == [Ended(p.call, "no_answer")]


def test_an_agent_that_never_says_that_a_call_ended_costs_its_line_and_not_the_call(lines: Lines):
    p = placing(rings=30)
    lines.place(p, 0)
    lines.tick(30)
    lines.tick(30 + CLOSES_WITHIN)
    assert taken(lines)[-1] == Ended(p.call, "unreachable")
    assert lines.free == 1 and lines.worn_out
    lines.happened(Event("CALL_CLOSED", ONE, "Connection timed out"), 62)
    assert lines.free == 2 and not lines.worn_out and taken(lines) == []


def test_a_talk_ends_by_our_clock_too(lines: Lines):
    p = placing(talks=60)
    lines.place(p, 0)
    lines.happened(Event("CALL_ESTABLISHED", ONE, ""), 5)
    lines.tick(64)
    assert Command(ONE, "hangup") not in taken(lines)
    lines.tick(65)
    assert taken(lines) == [Command(ONE, "hangup")]


def test_a_call_that_was_cut_because_its_sound_could_not_be_opened_is_not_theirs(lines: Lines):
    p = placing()
    lines.place(p, 0)
    lines.happened(Event("CALL_ESTABLISHED", ONE, ""), 1)
    lines.happened(Event("CALL_CLOSED", ONE, "No such file or directory"), 1)
    assert taken(lines)[-1] == Ended(p.call, "agent_died")


def test_who_calls_us_is_hung_up_on_and_disturbs_no_call(lines: Lines):
    p = placing()
    lines.happened(Event("CALL_INCOMING", TWO, "", "theirs", ours=False), 0)
    assert taken(lines) == [Command(TWO, "hangup", call="theirs")]
    lines.happened(Event("CALL_CLOSED", TWO, "", "theirs", ours=False), 0)
    lines.place(p, 0)
    lines.happened(Event("CALL_INCOMING", ONE, "", "theirs", ours=False), 0)
    assert taken(lines)[1:] == [Command(ONE, "hangup", call="theirs")]


def test_the_key_and_the_end_of_another_call_are_not_those_of_whom_we_rang(lines: Lines):
    p = placing()
    lines.place(p, 0)
    lines.happened(Event("CALL_RINGING", ONE, "", "mine"), 1)
    lines.happened(Event("CALL_ESTABLISHED", ONE, "", "theirs", ours=False), 2)
    lines.happened(Event("CALL_DTMF_START", ONE, "1", "theirs", ours=False), 2)
    assert taken(lines)[1:] == [Ringing(p.call)]
    lines.happened(Event("CALL_ESTABLISHED", ONE, "", "mine"), 3)
    lines.happened(Event("CALL_DTMF_START", ONE, "1", "theirs", ours=False), 4)
    lines.happened(Event("CALL_DTMF_START", ONE, "2", "another"), 4)
    lines.happened(Event("CALL_CLOSED", ONE, "", "theirs", ours=False), 4)
    assert taken(lines) == [Answered(p.call)]
    lines.happened(Event("CALL_DTMF_START", ONE, "1", "mine"), 5)
    lines.hang_up(p.call, 6)
    assert taken(lines) == [Command(ONE, "hangup", call="mine"), Key(p.call, "1")]


def test_the_late_end_of_the_call_before_does_not_end_the_next(lines: Lines):
    first, second = placing(), placing()
    lines.place(first, 0)
    lines.happened(Event("CALL_RINGING", ONE, "", "one"), 1)
    lines.happened(Event("CALL_CLOSED", ONE, "486 Busy Here", "one"), 2)
    lines.place(second, 3)
    taken(lines)
    lines.happened(Event("CALL_CLOSED", ONE, "", "one"), 4)
    assert not taken(lines) and lines.calls() == [second.call]


def test_with_the_agent_all_its_calls_are_lost_and_each_is_told(lines: Lines):
    calls = [placing(), placing()]
    for p in calls:
        lines.place(p, 0)
    lines.lose()
    assert [r for r in taken(lines) if isinstance(r, Ended)] == [Ended(p.call, "agent_died") for p in calls]


def test_frames_are_cut_from_whatever_pieces_arrive():
    said = b'52:{"event":true,"type":"X","accountaor":"a","param":"b"},'
    said = b"%d:%s," % (len(said[3:-1]), said[3:-1])
    stream = said + b'23:{"token":"7","ok":true},' + said
    frames, found = Frames(), []
    for byte in stream:
        found += frames.feed(bytes([byte]))
    assert found == [Event("X", "a", "b"), Answer("7", True), Event("X", "a", "b")]
    assert Frames().feed(stream) == found


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\r\n", b"99999999:x", b"3:abc;", b"2:[],", b"5:nope!,"])
def test_what_is_no_message_ends_the_line(rubbish: bytes):
    with pytest.raises(LineLost):
        Frames().feed(rubbish)


def test_every_line_has_an_address_of_its_own_though_it_reads_the_same():
    made = accounts(Trunk("sip.example.net", "+12175550100"), 100)
    assert len(set(made)) == 100 and {a.lower() for a in made} == {"sip:+12175550100@sip.example.net"}
    assert len(set(accounts(Trunk("192.0.2.1", "+12175550100"), 100))) == 100


@pytest.mark.parametrize("bad", ["a;b", 'a"b', "a>b", "a b", "a\nb"])
def test_settings_that_the_agent_would_read_otherwise_are_refused(bad: str):
    with pytest.raises(ConfigError, match="UPSTANDER_SIP_PASSWORD"):
        Trunk("sip.example.net", "+12175550100", user="u", password=bad)
