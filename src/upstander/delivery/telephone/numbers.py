"""Telephone numbers as a trunk is given them."""

import re

_EXTENSION = re.compile(r"\s*(?:x|ext\.?|#)\s*\d+\s*$", re.IGNORECASE)
_SPELLED = re.compile(r"\+?[\d\s().\-/]+", re.ASCII)
# Numbers that cost whoever rings them and pay whoever has them (North America's 900, the world's 979): a contact could name one,
# and be rung again and again.
_PAID = re.compile(r"\+1900\d{7}|\+979\d+")


class CannotDial(ValueError):
    """A machine cannot ring this number; `code` says why: "extension" (somebody must be asked for), or "number"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# What no telephone of ours may be called: numbers of emergency and of services, with or without the digit for an outside line.
_SERVICES = re.compile(r"\d?(?:[2-9]11|112|000|999|988)")


def is_extension(number: str) -> bool:
    """Whether this is a number within the house's own exchange: two to six digits, and no number of a service."""
    return bool(re.fullmatch(r"\d{2,6}", number, re.ASCII)) and not _SERVICES.fullmatch(number)


def own(written: str, country: str = "1") -> str:
    """A person's own telephone: an extension as it is, else E.164. Raises CannotDial."""
    bare = written.strip()
    return bare if is_extension(bare) else e164(bare, country)


def for_a_person(written: str, country: str = "1") -> str:
    """A number that a person rings, who asks for the extension themselves: without it. Raises CannotDial."""
    return e164(_EXTENSION.sub("", written), country)


def e164(written: str, country: str = "1") -> str:
    """A number as the directory has it (`217-555-0101`, `+44 20 7946 0000`), as E.164: `+12175550101`.

    `country` is the calling code of numbers without one; ten digits are a whole number under "1". Raises CannotDial, also for
    numbers that are paid for by the minute. Three digits are never a number: nothing here can ever dial 9-1-1.
    """
    number = _whole(written, country)
    if _PAID.fullmatch(number):
        raise CannotDial("number")
    return number


def _whole(written: str, country: str) -> str:
    if _EXTENSION.search(written):
        raise CannotDial("extension")
    digits = re.sub(r"\D", "", written)
    if not _SPELLED.fullmatch(written.strip()) or not digits:
        raise CannotDial("number")
    if written.strip().startswith("+"):
        if not 8 <= len(digits) <= 15 or digits.startswith("0"):
            raise CannotDial("number")
        return f"+{digits}"
    if country == "1":
        digits = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
        if len(digits) != 10 or digits[0] in "01":
            raise CannotDial("number")
        return f"+1{digits}"
    digits = digits.lstrip("0")
    if not 7 <= len(digits) + len(country) <= 15 or len(digits) < 6:
        raise CannotDial("number")
    return f"+{country}{digits}"
