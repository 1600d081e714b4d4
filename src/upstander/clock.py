"""One clock for the whole house.

`now()` is the only place that asks for the time; SQL gets it as an argument. Tests move the clock of all running processes at
once by writing a number of seconds into the file that `UPSTANDER_CLOCK_FILE` names (see docs/decisions/0003). In production
the variable is unset and the file is never looked at.
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_FILE = os.environ.get("UPSTANDER_CLOCK_FILE")


def _offset() -> timedelta:
    if not _FILE:
        return timedelta(0)
    try:
        return timedelta(seconds=float(Path(_FILE).read_text()))
    except (OSError, ValueError):
        return timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    moment = datetime.now(UTC)  # noqa: TID251 - this is the one clock
    return moment + _offset() if _FILE else moment


def today(zone: str = "") -> date:
    """The calendar day in `zone`, an IANA time-zone name; "": where the programme is."""
    if not zone:
        from django.conf import settings  # what knows no settings asks for no day of the programme's

        zone = settings.TIME_ZONE
    return now().astimezone(ZoneInfo(zone)).date()


def move_to(seconds: float) -> None:
    """Set the clock of every process that shares the clock file `seconds` ahead of real time (tests only).

    Raises RuntimeError where no clock file is set: a production clock cannot be moved.
    """
    if not _FILE:
        raise RuntimeError("UPSTANDER_CLOCK_FILE is not set: this clock cannot be moved")
    spare = Path(f"{_FILE}.{os.getpid()}")
    spare.write_text(str(seconds))
    spare.replace(_FILE)
