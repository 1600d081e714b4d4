"""Key files of a version that knew neither carriers nor calls get the processes that do, once, and lose nothing."""

import json
from pathlib import Path

from upstander.vault.keygen import PROCESSES, SECRETS, create
from upstander.vault.keys import read

NEW = ("inbound", "router", "caller", "network")


def old(folder: Path, *, sandbox: bool = True) -> dict[str, str]:
    """Key files as they were before."""
    create(folder, sandbox=sandbox)
    for process in NEW:
        (folder / f"{process}.json").unlink()
    for process in set(PROCESSES) - set(NEW):
        path = folder / f"{process}.json"
        held = json.loads(path.read_text())
        new = ("arrival", "peer", "exchange", "partners", "vapid_public", *(f"mac.{one}" for one in NEW))
        for name in new:
            held["secrets"].pop(name, None)
        path.write_text(json.dumps(held))
    return {p: (folder / f"{p}.json").read_text() for p in PROCESSES if p not in NEW}


def test_an_old_installation_gets_them_with_the_keys_that_are_in_use(tmp_path):
    before = old(tmp_path)
    assert create(tmp_path, sandbox=True) is False
    rings = {process: read(tmp_path / f"{process}.json") for process in PROCESSES}
    version, wrapped = rings["inbound"].wrap("relay", b"key", b"x")
    assert rings["router"].unwrap("relay", version, wrapped, b"x") == b"key"
    assert not rings["inbound"].private
    assert rings["router"].secret("receipt") == rings["public"].secret("receipt")
    assert rings["router"].secret("peer") == rings["relay"].secret("peer") == rings["admin"].secret("peer")
    assert rings["router"].secret("arrival") == rings["inbound"].secret("arrival")
    for process, names in SECRETS.items():
        assert set(names) <= set(rings[process].secrets), process
    for process in NEW:
        assert rings["admin"].secret(f"mac.{process}") == rings[process].secret("mac")
        assert (tmp_path / f"{process}.json").stat().st_mode & 0o777 == 0o600
    for process, text in before.items():
        held, now = json.loads(text), json.loads((tmp_path / f"{process}.json").read_text())
        assert held["public"] == now["public"] and held["secrets"].items() <= now["secrets"].items()
    again = (tmp_path / "router.json").read_text()
    create(tmp_path, sandbox=True)
    assert (tmp_path / "router.json").read_text() == again


def test_what_is_missing_is_made_and_what_is_there_stays(tmp_path):
    create(tmp_path, sandbox=True)
    before = {p: json.loads((tmp_path / f"{p}.json").read_text()) for p in PROCESSES}
    for process in ("caller", "router"):  # as after a crash, or of a version in between
        (tmp_path / f"{process}.json").unlink()
    create(tmp_path, sandbox=True)
    after = {p: json.loads((tmp_path / f"{p}.json").read_text()) for p in PROCESSES}
    assert all(before[p] == after[p] for p in PROCESSES if p not in ("caller", "router", "admin"))
    for name in ("arrival", "peer", "receipt"):
        assert before["router"]["secrets"][name] == after["router"]["secrets"][name]
    assert after["admin"]["secrets"]["mac.caller"] == after["caller"]["secrets"]["mac"]


def test_in_production_the_admin_gets_the_macs_only_and_scattered_files_are_left_alone(tmp_path):
    old(tmp_path / "there", sandbox=False)
    create(tmp_path / "there", sandbox=False)
    admin = read(tmp_path / "there" / "admin.json")
    assert "mac.router" in admin.secrets and not {"arrival", "peer", "receipt"} & set(admin.secrets)
    old(tmp_path / "scattered")
    (tmp_path / "scattered" / "public.json").unlink()
    create(tmp_path / "scattered", sandbox=False)
    assert not (tmp_path / "scattered" / "router.json").exists()
