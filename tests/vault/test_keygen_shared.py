"""Key files of a version whose desk made receipts as the public process does, or none, are renewed once, and lose nothing."""

import json
from pathlib import Path

import pytest

from upstander.ids import new_id
from upstander.vault import services
from upstander.vault.keygen import PROCESSES, create, too_much
from upstander.vault.keys import Keyring, read

NEW = ("told", "pepper", "draft")
KEY, BODY = "k" * 22, b"what was told"


def ring(folder: Path, process: str) -> Keyring:
    return read(folder / f"{process}.json")


def old(folder: Path, *, shared: bool = True) -> dict[str, str]:
    """Key files as they were before: the desk's with the public process's secret (`shared`), or with none at all."""
    create(folder, sandbox=False)
    desk = json.loads((folder / "desk.json").read_text())
    for name in ("told",) if shared else NEW:
        desk["secrets"].pop(name)
    if shared:
        desk["secrets"]["receipt"] = json.loads((folder / "public.json").read_text())["secrets"]["receipt"]
    (folder / "desk.json").write_text(json.dumps(desk))
    return {p: (folder / f"{p}.json").read_text() for p in PROCESSES}


@pytest.mark.parametrize("shared", [True, False])
def test_the_desk_of_an_old_installation_gets_a_secret_of_its_own_and_gives_back_the_shared_one(
    tmp_path, shared
):
    before = old(tmp_path, shared=shared)
    assert create(tmp_path, sandbox=False) is False
    desk, public = ring(tmp_path, "desk"), ring(tmp_path, "public")
    assert "receipt" not in desk.secrets and "told" not in public.secrets
    assert desk.secret("told") != public.secret("receipt")
    assert [desk.secret(name) for name in ("pepper", "draft")] == [
        public.secret(name) for name in ("pepper", "draft")
    ]
    for process, text in before.items():
        now = (tmp_path / f"{process}.json").read_text()
        if process != "desk":
            assert now == text, process
        else:
            kept = {n: v for n, v in json.loads(text)["secrets"].items() if n != "receipt"}
            assert kept.items() <= json.loads(now)["secrets"].items()
    assert (tmp_path / "desk.json").stat().st_mode & 0o777 == 0o600
    renewed = (tmp_path / "desk.json").read_text()
    create(tmp_path, sandbox=False)
    assert (tmp_path / "desk.json").read_text() == renewed, "once"


@pytest.mark.req("D-II.F")
def test_who_knows_all_that_a_reporter_sent_makes_their_receipt_with_the_public_secret_and_not_with_the_desks(
    tmp_path,
):
    create(tmp_path, sandbox=False)
    theirs = {services.receipt_for(KEY, BODY, ring(tmp_path, process)) for process in ("public", "router")}
    assert len(theirs) == 1
    assert services.receipt_for(KEY, BODY, ring(tmp_path, "desk")) not in theirs


def test_codes_that_were_read_out_before_are_found_as_before_and_open_as_before(tmp_path, monkeypatch):
    """What a code is found by and what it opens depends on the code and the pepper alone."""
    old(tmp_path)
    desk = ring(tmp_path, "desk")
    code = services.receipt_for(KEY, BODY, desk)
    assert code == services.receipt_for(KEY, BODY, ring(tmp_path, "public")), (
        "as the version of before made it"
    )
    monkeypatch.setattr(services, "keyring", lambda: desk)
    found_by, (holder, key) = services.receipt_lookup(code), (new_id(), services.new_key())
    wrapped = services.wrapped_for_receipt(holder, key, code)
    create(tmp_path, sandbox=False)
    monkeypatch.setattr(services, "keyring", lambda: ring(tmp_path, "public"))
    assert services.receipt_lookup(code) == found_by
    assert services.key_by_receipt(holder, code, wrapped) == key


def test_files_that_were_handed_out_are_left_alone_and_go_on_taking_calls(tmp_path):
    before = old(tmp_path)
    (tmp_path / "public.json").unlink()
    create(tmp_path, sandbox=False)
    assert (tmp_path / "desk.json").read_text() == before["desk"]
    assert services.receipt_for(KEY, BODY, ring(tmp_path, "desk"))


def test_a_file_that_nobody_has_renewed_is_named_and_no_other(tmp_path):
    old(tmp_path)
    assert {path.name: too_much(path) for path in tmp_path.glob("*.json") if too_much(path)} == {
        "desk.json": ["receipt"]
    }
    create(tmp_path, sandbox=False)
    assert not any(too_much(path) for path in tmp_path.glob("*.json"))


def test_nobody_shares_the_secrets_that_are_a_processs_own(tmp_path):
    old(tmp_path)
    create(tmp_path, sandbox=False)
    rings = [read(tmp_path / f"{p}.json") for p in PROCESSES]
    for name in ("mac", "django"):
        assert len({ring.secret(name) for ring in rings}) == len(rings)
