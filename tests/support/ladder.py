"""The caller as a process of its own, under its own login, before the trunk of a test."""

import os
from pathlib import Path
from typing import Self

from django.conf import settings

from tests.support.eventually import eventually
from tests.support.own_login import Logged, environment_of


class CallerProcess(Logged):
    """One run of the caller, with all that every room grants it; keywords set UPSTANDER_ variables."""

    def __init__(self, log: Path, **variables: object) -> None:
        environment = (
            os.environ | environment_of("caller", settings.INSTALLED_APPS) | {"UPSTANDER_PROCESS": "caller"}
        )
        environment |= {f"UPSTANDER_{name.upper()}": str(value) for name, value in variables.items()}
        super().__init__("upstander.delivery.caller.main", log, environment)

    def started(self) -> Self:
        """Wait until it works."""
        eventually(lambda: self.said("caller-started"), 30)
        return self
