"""The carrier of practice systems: keeps what would have left, sealed to the desk. Nothing leaves the
machine.
"""

from upstander import clock
from upstander.config import Config
from upstander.delivery import playing
from upstander.delivery.carriers.base import CarrierError, Outgoing
from upstander.ops import watchdog


class SandboxCarrier:
    name = "sandbox"

    def __init__(self, config: Config) -> None:
        """Of `config` it needs the folder in which an exercise says what fails."""
        self._data = config.data

    def send(self, mail: Outgoing) -> None:
        """Keep `mail` for the sandbox page; raises the database's errors, also where its line has gone mute, and CarrierError
        where an exercise plays this channel dead."""
        if playing.dead(self._data, mail.channel, clock.now()):
            raise CarrierError("exercise", untouched=True)
        # which carrier is chosen is asked without a database, too; the tables come with the first mail
        from upstander.delivery import sandbox

        with watchdog.house().within(watchdog.LIMIT, watchdog.database_cutter()):
            sandbox.keep(mail.channel, mail.message.as_bytes(), mail.delivery_id)

    def cut(self) -> None:
        """Nothing to cut: the only line is the one to the database, which `send` has watched."""

    def close(self) -> None:
        """Nothing stays open."""
