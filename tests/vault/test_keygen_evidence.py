"""Key files of a version that knew no evidence get its pair, once, and lose nothing."""

import json
from pathlib import Path

from upstander.vault.keygen import PROCESSES, create
from upstander.vault.keys import read


def old(folder: Path) -> dict[str, str]:
    """Key files as they were before: no evidence, no custody; what they held."""
    create(folder, sandbox=True)
    (folder / "custody.json").unlink()
    for process in PROCESSES:
        path = folder / f"{process}.json"
        if not path.exists():
            continue
        held = json.loads(path.read_text())
        held["public"].pop("evidence")
        held["private"].pop("evidence", None)
        held["secrets"].pop("mac.custody", None)
        path.write_text(json.dumps(held))
    return {p: (folder / f"{p}.json").read_text() for p in PROCESSES if p != "custody"}


def test_an_old_installation_gets_the_pair_and_only_custody_and_the_practice_admin_can_open(tmp_path):
    before = old(tmp_path)
    assert create(tmp_path, sandbox=True) is False
    rings = {process: read(tmp_path / f"{process}.json") for process in PROCESSES}
    assert len({ring.public["evidence"][0] for ring in rings.values()}) == 1
    version, wrapped = rings["public"].wrap("evidence", b"key", b"x")
    assert rings["custody"].unwrap("evidence", version, wrapped, b"x") == b"key"
    assert {p for p, ring in rings.items() if ("evidence", version) in ring.private} == {"custody", "admin"}
    assert rings["admin"].secret("mac.custody") == rings["custody"].secret("mac")
    for process, text in before.items():
        held, now = json.loads(text), json.loads((tmp_path / f"{process}.json").read_text())
        assert (
            held["private"].items() <= now["private"].items()
            and held["secrets"].items() <= now["secrets"].items()
        )
    again = (tmp_path / "custody.json").read_text()
    create(tmp_path, sandbox=True)
    assert (tmp_path / "custody.json").read_text() == again
    assert (tmp_path / "custody.json").stat().st_mode & 0o777 == 0o600


def test_in_production_no_file_but_custodys_holds_the_key_and_scattered_files_are_left_alone(tmp_path):
    create(tmp_path / "new", sandbox=False)
    holders = [
        p
        for p in PROCESSES
        if "evidence" in json.loads((tmp_path / "new" / f"{p}.json").read_text())["private"]
    ]
    assert holders == ["custody"]
    old(tmp_path / "scattered")
    (tmp_path / "scattered" / "relay.json").unlink()
    create(tmp_path / "scattered", sandbox=False)
    assert not (tmp_path / "scattered" / "custody.json").exists()
