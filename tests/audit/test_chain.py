"""Hashes and lines by themselves."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.audit.chain import GENESIS, Link, Row, leaf, link, merkle, moment, stamp
from upstander.audit.heads import Head, parse

# The inputs and roots that Certificate Transparency's own tests use for RFC 6962.
CT_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ROW = Row(1, bytes(8), "desk", "account:1", "tip.viewed", "tip", "t", "{}", b"n", b"m", 800, 5)
LINK = Link(1, bytes(8), [1, 2], b"", bytes(32), GENESIS, bytes(32), bytes(64), 900, 0, 5)


def hashed(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


@pytest.mark.parametrize("count", range(1, 9))
def test_merkle_roots_are_those_of_rfc_6962(count: int) -> None:
    leaves = [hashed(bytes.fromhex(data)) for data in CT_INPUTS[:count]]
    assert merkle(leaves).hex() == CT_ROOTS[count - 1]
    assert merkle([]) == hashlib.sha256(b"").digest()


def recursive(leaves: list[bytes]) -> bytes:
    """As RFC 6962 2.1 says it: split at the largest power of two below the length."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + recursive(leaves[:cut]) + recursive(leaves[cut:])).digest()


@given(st.integers(1, 300))
def test_a_tree_of_any_size_is_the_recursive_one(count: int) -> None:
    leaves = [hashed(str(number).encode()) for number in range(count)]
    assert merkle(leaves) == recursive(leaves)


@pytest.mark.parametrize("column", Row._fields)
def test_every_column_of_an_entry_is_in_its_leaf(column: str) -> None:
    value = getattr(ROW, column)
    other = value + 1 if isinstance(value, int) else value + (b"x" if isinstance(value, bytes) else "x")
    assert leaf(ROW._replace(**{column: other})) != leaf(ROW)
    assert leaf(ROW._replace(**{column: None})) != leaf(ROW)


def test_what_moves_from_one_column_to_the_next_is_noticed() -> None:
    assert leaf(ROW._replace(actor="ab", act="c")) != leaf(ROW._replace(actor="a", act="bc"))
    assert leaf(ROW._replace(actor="", act=None)) != leaf(ROW._replace(actor=None, act=""))


@pytest.mark.parametrize(
    "column", ["n", "at", "merkle_root", "previous", "horizon", "upto", "cluster", "entries"]
)
def test_every_column_of_a_seal_is_in_its_root(column: str) -> None:
    value = getattr(LINK, column)
    other = value + 1 if isinstance(value, int) else value[:-1] + (b"x" if isinstance(value, bytes) else [])
    assert Link(**{**vars(LINK), column: other}).own_root() != LINK.own_root()


def test_a_seal_with_nulls_or_nested_arrays_is_refused() -> None:
    values = list(vars(LINK).values())
    assert link(values) == LINK
    for place, absurd in ((2, [[1], [2]]), (2, [1, None]), (2, None), (4, None), (8, None)):
        with pytest.raises(ValueError, match=r"."):
            link([*values[:place], absurd, *values[place + 1 :]])


@given(st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_stamped_moment_reads_as_itself(when: datetime) -> None:
    assert datetime.fromisoformat(moment(stamp(when))) == when
    assert moment(b"\x7f" + b"\xff" * 7) == "outside the calendar"


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_a_head_survives_its_line(n: int, root: bytes, signature: bytes) -> None:
    head = Head(n, stamp(datetime(2026, 11, 3, 9, 42, tzinfo=UTC)), root, signature)
    assert parse(head.line()) == head


@given(
    st.text()
    | st.sampled_from(['{"n":1}', "[]", "1", '{"n":1,"at":1,"root":"","signature":""}', "[" * 10**5])
)
def test_what_is_no_head_is_refused_as_such(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(line)
