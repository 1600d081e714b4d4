"""The relay: a process of its own, with its own login and keys, through which everything leaves.

Run as `python -m upstander.delivery.relay`. Ends well on SIGTERM and SIGINT; on SIGKILL nothing is lost.
"""

import os
import signal
import sys
import threading
from typing import Any

# For every line of this process to the database. One that died without a word is noticed by the kernel within
# about ten seconds; what the kernel cannot notice (a frozen server), the watchdog cuts. How long a
# statement and a lock may take is set with the login.
PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def main() -> int:
    """Run the relay until it is told to end. Returns the process's exit code: 0; 1 where a lane ended by a
    fault, which the supervisor answers with a new process; or 2 for a wrong configuration.
    """
    os.environ.setdefault("UPSTANDER_PROCESS", "relay")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
    from upstander.config import ConfigError

    try:
        return _run()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _run() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    # what needs Django's rooms comes after `setup`
    from upstander.config import config
    from upstander.delivery import health, identity, lanes
    from upstander.delivery.loop import Relay
    from upstander.delivery.wake import Listener
    from upstander.ops import logs

    logs.configure()
    connection.settings_dict["OPTIONS"].update(PATIENCE)  # one dict for the lines of all threads
    me = identity.take(config().data / "relay")
    programme = settings.UPSTANDER_PROGRAMME_NAME
    beside = [Relay(config(), f"{me.name}-{lane.channel}", programme, lane) for lane in lanes.beside(config())]
    relay = Relay(config(), me.name, programme, beside=beside)
    prober = health.Prober(health.probed(config(), *(one.carrier for one in (relay, *beside))))
    prober.start()  # from here on a carrier that is dead is known before a message meets it

    def stop(*_: object) -> None:
        for one in (relay, *beside):
            one.stop()

    ended: list[str] = []  # lanes that ended before anybody asked

    def work(one: Relay) -> None:
        """Run a lane; where it ends by itself, through a fault, the process ends with it and is started anew."""
        try:
            one.run()
        except BaseException:
            ended.append(one.channel)
            raise
        finally:
            stop()

    def notified() -> None:
        for one in (relay, *beside):
            one.notified()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    Listener(notified, relay.watchdog).start()
    others = [threading.Thread(target=work, args=[one], name=f"relay-{one.channel}") for one in beside]
    for other in others:
        other.start()
    try:
        work(relay)
    finally:
        for other in others:
            other.join()
    return 1 if ended else 0


if __name__ == "__main__":
    sys.exit(main())
