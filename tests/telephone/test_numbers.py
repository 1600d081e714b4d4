"""Numbers as the directory has them, as a trunk is given them; and what is never dialled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.delivery.telephone.numbers import CannotDial, e164


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("217-555-0101", "+12175550101"),
        ("(217) 555.0101", "+12175550101"),
        ("1 217 555 0101", "+12175550101"),
        ("+442079460000", "+442079460000"),
        ("+1 217 555 0101", "+12175550101"),
    ],
)
def test_a_number_is_dialled_with_its_country(written: str, dialled: str):
    assert e164(written) == dialled


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("217-555-0101 x12", "extension"),
        ("217-555-0101 ext. 12", "extension"),
        ("911", "number"),
        ("9-1-1", "number"),
        ("+911", "number"),
        ("555-0101", "number"),
        ("", "number"),
        ("sip:boss@evil.example", "number"),
        ("2175550101@evil.example", "number"),
        ("217-555-0101\r\n", "number"),
        ("٢١٧٥٥٥٠١٠١", "number"),
        ("900-555-0101", "number"),  # paid for by the minute
        ("+1 900 555 0101", "number"),
        ("+979 12345678", "number"),
    ],
)
def test_what_a_machine_cannot_ring_is_not_dialled(written: str, code: str):
    with pytest.raises(CannotDial) as refused:
        if written.endswith("\n"):
            e164(written + "Route: x")
        e164(written)
    assert refused.value.code == code


def test_a_number_of_another_country():
    assert e164("030 901820", country="49") == "+4930901820"


@given(st.text(max_size=30))
def test_whatever_is_written_only_a_number_is_dialled(written: str):
    try:
        dialled = e164(written)
    except CannotDial:
        return
    assert dialled[0] == "+" and dialled[1:].isdecimal() and dialled.isascii() and 9 <= len(dialled) <= 16
