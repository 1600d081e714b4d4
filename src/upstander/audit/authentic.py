"""Whether an entry was written by the process that it names: the MACs."""

import json
from contextlib import suppress
from typing import Literal, get_args

from upstander.audit import services
from upstander.audit.chain import Row
from upstander.audit.findings import Report
from upstander.config import ConfigError, Process

Voice = Literal[
    "right", "wrong", "unknown", "unheld"
]  # unknown: no such process; unheld: its key is not ours


class Authenticity:
    """Checks entries against the MAC keys that this process holds (secrets `mac.<process>`)."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.keys: dict[str, bytes] = {}
        for process in get_args(Process):
            with suppress(ConfigError):
                self.keys[process] = services.held(f"mac.{process}")

    def of(self, row: Row) -> Voice:
        """Whether what `row` says is what its process wrote; number, time, transaction and cluster are not in the MAC."""
        if row.process not in get_args(Process):
            return "unknown"
        if row.process not in self.keys:
            return "unheld"
        try:
            detail = services.canonical(json.loads(row.detail))
            said = (row.process, row.actor, row.act, row.object_kind, row.object_id, detail, row.nonce)
            return "right" if services.entry_mac(self.keys[row.process], *said) == bytes(row.mac) else "wrong"
        except (TypeError, ValueError, RecursionError):  # NULLs, absurd numbers, absurd nesting
            return "wrong"

    def check(self, row: Row, name: str, seal: int | None = None) -> None:
        """Report an entry, called `name`, that its process did not write."""
        match self.of(row):
            case "wrong":
                text = f"{name} was not written by the process {row.process}: its MAC does not verify"
                self.report.find("forged", text, entry=row.id, seal=seal)
            case "unknown":
                text = f"{name} names the process {row.process!r}, which does not exist"
                self.report.find("unknown_process", text, entry=row.id, seal=seal)
            case "unheld":
                what = f"the MACs of the process {row.process}: this key file does not hold its key"
                self.report.cannot(what)
