"""The relay's name: nobody living shares it, and a successor inherits it."""

import os
from pathlib import Path

from upstander.delivery import identity


def test_two_living_relays_have_two_names_and_a_successor_has_the_dead_ones(tmp_path: Path):
    one, two = identity.take(tmp_path / "relay"), identity.take(tmp_path / "relay")
    assert one.name != two.name
    assert one.file is not None
    os.close(one.file)  # as the kernel does when a process dies
    assert identity.take(tmp_path / "relay").name == one.name


def test_where_nothing_can_be_written_the_name_is_new_each_time(tmp_path: Path):
    (tmp_path / "relay").write_text("not a folder")
    names = {identity.take(tmp_path / "relay").name for _ in range(3)}
    assert len(names) == 3
    assert {len(name) for name in names} == {32}
