"""What every page needs of a pack before it is checked: the name, the hours, the languages of the programme are the pack's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packs.conftest import ILLINOIS
from upstander.packs.bare import Bare, bare

SAID = (
    "import json, django; django.setup(); from django.conf import settings as s; from upstander import clock;"
    "print(json.dumps([s.UPSTANDER_PROGRAMME_NAME, s.TIME_ZONE, s.LANGUAGES, clock.today().isoformat()]))"
)


def test_another_state_has_its_own_name_hours_and_languages_without_a_line_of_code(tmp_path: Path) -> None:
    given = {"UPSTANDER_PACK": str(ILLINOIS.parent / "lakeland"), "UPSTANDER_DATA": str(tmp_path)}
    given |= {"DJANGO_SETTINGS_MODULE": "upstander.settings", "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", SAID], env=given, capture_output=True, text=True, check=True)
    name, zone, languages, _day = json.loads(done.stdout)
    assert (name, zone) == ("SafeShore", "America/Denver")
    assert languages == [["en", "English"], ["fr", "Français"]]


def test_the_demo_is_that_of_illinois() -> None:
    assert bare(ILLINOIS) == Bare("Upstander", "America/Chicago", ("en", "es"))


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "no = [toml",
        "\x00",
        'languages = "en"\nprogramme = 3',
        'languages = []\n[programme]\ntime_zone = "Mars/Olympus"\nshort_name = 7',
        '[programme]\ntime_zone = "../etc/passwd"',
        '[programme]\ntime_zone = "America"',
    ],
)
def test_a_broken_pack_keeps_no_process_from_starting_far_enough_to_say_what_is_wrong(
    tmp_path: Path, text: str | None
) -> None:
    if text is not None:
        (tmp_path / "pack.toml").write_text(text)
    assert bare(tmp_path) == Bare()
