"""Key files of a version in which the desk wrote down no tip get what makes receipts, once, and lose nothing."""

import json
from pathlib import Path

from upstander.vault.keygen import PROCESSES, create
from upstander.vault.keys import read

NEW = ("receipt", "pepper", "draft")


def old(folder: Path) -> dict[str, str]:
    """Key files as they were before."""
    create(folder, sandbox=False)
    desk = json.loads((folder / "desk.json").read_text())
    for name in NEW:
        desk["secrets"].pop(name)
    (folder / "desk.json").write_text(json.dumps(desk))
    return {p: (folder / f"{p}.json").read_text() for p in PROCESSES}


def test_the_desk_of_an_old_installation_gets_what_the_public_process_makes_receipts_with(tmp_path):
    before = old(tmp_path)
    assert create(tmp_path, sandbox=False) is False
    desk, public = read(tmp_path / "desk.json"), read(tmp_path / "public.json")
    assert [desk.secret(name) for name in NEW] == [public.secret(name) for name in NEW]
    for process, text in before.items():
        now = (tmp_path / f"{process}.json").read_text()
        if process != "desk":
            assert now == text, process
        else:
            assert json.loads(text)["secrets"].items() <= json.loads(now)["secrets"].items()
    assert (tmp_path / "desk.json").stat().st_mode & 0o777 == 0o600


def test_files_that_were_handed_out_are_left_alone(tmp_path):
    before = old(tmp_path)
    (tmp_path / "public.json").unlink()
    create(tmp_path, sandbox=False)
    assert (tmp_path / "desk.json").read_text() == before["desk"]


def test_nobody_shares_the_secrets_that_are_a_processs_own(tmp_path):
    old(tmp_path)
    create(tmp_path, sandbox=False)
    rings = [read(tmp_path / f"{p}.json") for p in PROCESSES]
    for name in ("mac", "django"):
        assert len({ring.secret(name) for ring in rings}) == len(rings)
