"""Carriers that an exercise on the practice system plays dead: channels, each until a moment. Only the practice carrier asks.

A file in the house's folder, so that it needs no table and no right, and ends by itself whoever dies (decision 137).
"""

import json
from datetime import datetime
from pathlib import Path

FILE = "exercise-dead.json"


def dead(data: Path, channel: str, now: datetime) -> bool:
    """Whether this channel is played dead now; a file that cannot be read plays nothing."""
    try:
        until = json.loads((data / FILE).read_text()).get(channel, "")
        return bool(until) and now < datetime.fromisoformat(until)
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def play(data: Path, until: dict[str, datetime]) -> None:
    """From now on these channels fail, each until its moment; none where `until` is empty."""
    if not until:
        (data / FILE).unlink(missing_ok=True)
        return
    spare = data / f"{FILE}.new"
    spare.write_text(json.dumps({channel: moment.isoformat() for channel, moment in until.items()}))
    spare.replace(data / FILE)
