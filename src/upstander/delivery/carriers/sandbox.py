"""The carrier of practice systems: keeps what would have left, sealed to the desk. Nothing leaves the
machine.
"""

from upstander.config import Config
from upstander.delivery.carriers.base import Outgoing
from upstander.ops import watchdog


class SandboxCarrier:
    name = "sandbox"

    def __init__(self, config: Config) -> None:
        """It needs nothing of `config`."""

    def send(self, mail: Outgoing) -> None:
        """Keep `mail` for the sandbox page; raises the database's errors, also where its line has gone mute."""
        # which carrier is chosen is asked without a database, too; the tables come with the first mail
        from upstander.delivery import sandbox

        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
            sandbox.keep(mail.channel, mail.message.as_bytes(), mail.delivery_id)

    def cut(self) -> None:
        """Nothing to cut: the only line is the one to the database, which `send` has watched."""

    def close(self) -> None:
        """Nothing stays open."""
