"""Telephone numbers, e-mail addresses, zip codes and dates as people type them, in one spelling."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

_EXTENSION = re.compile(r"(?i)[\s,;]*(?:extension|ext|x|#)\.?\s*(\d{1,7})\s*$")
_PHONE = re.compile(r"[\d\s().+/\-\u2010-\u2015]+")
_FORMULAS = tuple(
    "=+-@|\uff1d\uff0b\uff0d\uff20"
)  # also in full width, which some spreadsheets take for the same
_STEERING = tuple("\t\r\n")
_ZIP = re.compile(r"(\d{5})(?:[\s-]?(\d{4}))?")


def phone(text: str) -> str:
    """A telephone number as `217-555-0101` or `217-555-0101 x12`; from abroad `+442079460000`. Empty stays
    empty.

    Raises ValueError with words for the person who typed it.
    """
    text = text.strip()
    if not text:
        return ""
    extension = _EXTENSION.search(text)
    main = text[: extension.start()] if extension else text
    digits = re.sub(r"\D", "", main) if main.isascii() or _PHONE.fullmatch(main) else ""
    tail = f" x{extension.group(1)}" if extension else ""
    if not _PHONE.fullmatch(main) or not digits.isascii():
        raise ValueError(_("“%(text)s” is not a telephone number") % {"text": shown(text)})
    if main.lstrip().startswith("+") and not digits.startswith("1") and 8 <= len(digits) <= 15:
        return f"+{digits}{tail}"
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != 10:
        raise ValueError(_("“%(text)s” is not a telephone number of ten digits") % {"text": shown(text)})
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}{tail}"


def email(text: str) -> str:
    """An e-mail address with its domain in lower case; empty stays empty. Raises ValueError."""
    text = text.strip()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(_("“%(text)s” is not an e-mail address") % {"text": shown(text)}) from None
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def zip_code(text: str) -> str:
    """`62360` or `62360-1041`; what is neither is empty."""
    match = _ZIP.fullmatch(text.strip())
    return "-".join(filter(None, match.groups())) if match and match.group().isascii() else ""


def day(text: str) -> date | None:
    """A date written 2026-11-22 or 11/22/2026; empty is None. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is not a date: write it as 2026-11-22") % {"text": shown(text)})


def shown(text: str) -> str:
    """`text` fit for a message: one line, at most 40 characters, nothing that steers a terminal."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= 40 else f"{line[:39]}…"


def csv_safe(text: str) -> str:
    """`text` for a cell of a file that a spreadsheet opens: one that it would run as a formula is quoted."""
    runs = text[:1] in _STEERING or text.lstrip()[:1] in _FORMULAS
    return f"'{text}" if text and runs else text
