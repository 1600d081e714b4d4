"""What an answer is heard to do. The sentences are invented; whoever finds one that is misheard adds it here first."""

from pathlib import Path

import pytest

from upstander.packs.loader import load
from upstander.rehearsal import hear

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.req("S-exercise")


@pytest.fixture(scope="module")
def pack():
    return load(ROOT / "packs" / "illinois")


@pytest.mark.parametrize(
    ("answer", "does"),
    [
        ("Thank you for telling us, you did the right thing.", {"calms"}),
        ("I'm here with you.", {"calms"}),
        ("It is not your fault.", {"calms"}),
        ("Where are you right now?", {"place"}),
        ("What school is it?", {"place"}),
        ("Is anybody hurt?", {"danger"}),
        ("is she breathing", {"danger"}),
        ("Is there a weapon, or does anybody have access to one?", {"weapon"}),
        ("What is her name and how old is she?", {"who"}),
        ("When is it going to happen?", {"when"}),
        ("Is she thinking about suicide?", {"suicide"}),
        ("Did you see it yourself, or did somebody tell you?", {"source"}),
        ("Please call 911 now if you can.", {"call_911"}),
        ("You can text 988 at any hour.", {"offers_988"}),
        ("Please stay away from him and find a teacher.", {"keeps_away"}),
        ("Dont send it to anybody, and do not delete it.", {"keeps_quiet_file"}),
        ("Your report is confidential.", {"confidential"}),
        ("Are you sure you're not making this up?", {"doubts"}),
        ("Why didn't you tell anyone?", {"blames"}),
        ("You should have told your mom.", {"blames"}),
        ("Calm down.", {"dismisses"}),
        ("I promise nobody will ever know.", {"promises"}),
        ("Can you check his bag?", {"sends_in"}),
        ("Could you follow him?", {"sends_in"}),
        ("Please send me the picture.", {"asks_picture"}),
        ("Can you tell me what happened?", set()),
        ("ok", set()),
        ("", set()),
    ],
)
def test_an_answer_is_heard_to_do_what_it_does(pack, answer, does):
    assert set(hear(pack, answer)) == does


@pytest.mark.parametrize(
    "answer",
    [
        "Do not follow him.",
        "Please don't try to stop him.",
        "Do not send me the picture.",
        "I cannot promise anything.",
    ],
)
def test_what_is_said_not_to_be_done_harms_nobody(pack, answer):
    assert not {"sends_in", "asks_picture", "promises"} & set(hear(pack, answer))


def test_every_phrase_that_the_desk_has_ready_harms_nobody(pack):
    kinds = {one.code: one.kind for one in pack.training.listens}
    for text in pack.texts_under("reporter.phrase").values():
        assert all(kinds[code] == "helps" for code in hear(pack, text)), text


def test_a_pack_without_a_trainer_hears_nothing():
    assert hear(load(ROOT / "packs" / "lakeland"), "Where are you?") == ()
