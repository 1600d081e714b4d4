"""Each process of a house loads what it has, under its own name: what one may import, another may not have."""

import os
import subprocess
import sys

import pytest

from upstander.ops import processes

_LOADS = "import django; django.setup(); from django.urls import get_resolver; assert get_resolver().url_patterns is not None"


@pytest.mark.parametrize("process", [*processes.ALL, processes.NETWORK])
def test_every_process_loads_its_rooms_and_its_addresses(process: str):
    given = os.environ | {"UPSTANDER_PROCESS": process, "DJANGO_SETTINGS_MODULE": "upstander.settings"}
    done = subprocess.run([sys.executable, "-c", _LOADS], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
