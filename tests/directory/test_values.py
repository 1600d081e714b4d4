"""Numbers, addresses, codes and dates get one spelling or a reason."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.directory.values import csv_safe, day, email, phone, shown, zip_code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("217656-3323", "217-656-3323"),
        ("(217) 656-3323", "217-656-3323"),
        ("+1 217.656.3323", "217-656-3323"),
        ("1 217 656 3323", "217-656-3323"),
        ("217-656-3323 ext. 12", "217-656-3323 x12"),
        ("217-656-3323x12", "217-656-3323 x12"),
        ("+44 20 7946 0000", "+442079460000"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_telephone_number_in_any_spelling(typed: str, kept: str) -> None:
    assert phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["911", "217-656-332", "call me", "217-656-3323 or 4", "٢١٧٦٥٦٣٣٢٣", "=1+1"]
)
def test_what_is_no_telephone_number_is_said_so(typed: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        phone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("62360 1041", "62360-1041"), ("62360", "62360"), ("623601041", "62360-1041"), ("6236", ""), ("x", "")],
)
def test_zip_codes(typed: str, kept: str) -> None:
    assert zip_code(typed) == kept


def test_addresses_and_dates() -> None:
    assert email(" Ana.Rivera@District.EXAMPLE ") == "Ana.Rivera@district.example"
    assert day("2026-11-22") == day("11/22/2026") == date(2026, 11, 22)
    assert day("") is None
    for read, wrong in ((email, "ana at district"), (day, "22.11.2026"), (day, "2026-02-30")):
        with pytest.raises(ValueError, match="is not"):
            read(wrong)


@given(st.text(max_size=60))
def test_a_number_is_stable_or_refused(text: str) -> None:
    try:
        kept = phone(text)
    except ValueError:
        return
    assert phone(kept) == kept
    assert re.fullmatch(r"(\d{3}-\d{3}-\d{4}|\+\d{8,15})( x\d{1,7})?|", kept)


@given(st.text(max_size=60))
def test_a_reason_never_steers_a_terminal(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 40


@given(st.text(max_size=40))
def test_no_exported_cell_is_a_formula(text: str) -> None:
    safe = csv_safe(text)
    assert not safe.lstrip().startswith(("=", "+", "-", "@")) and not safe.startswith(("\t", "\r", "\n"))
    assert safe.removeprefix("'") == text or safe == text
