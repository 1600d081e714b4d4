"""What lies in DATA/run is for its owner only."""

from pathlib import Path

from upstander.config import config
from upstander.ops import rundir


def test_lock_and_address_are_readable_by_their_owner_only_also_where_an_earlier_version_made_them(
    tmp_path: Path,
):
    settings = config().model_copy(update={"data": tmp_path})
    lock, address = rundir.folder(settings) / "up.lock", rundir.folder(settings) / "database.json"
    lock.touch()
    lock.chmod(0o644)
    address.with_suffix(".new").touch()
    address.with_suffix(".new").chmod(0o644)
    held = rundir.Lock(settings)
    rundir.note_database(settings, "postgresql://owner:secret@127.0.0.1:5432/upstander")
    assert [p.stat().st_mode & 0o777 for p in (lock, address)] == [0o600, 0o600]
    assert rundir.noted_database(settings) and "secret" not in address.read_text()
    assert rundir.running(settings)
    held.release()
