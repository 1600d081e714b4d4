"""The caller's process: its own login, and no key that opens anything.

Run as `upstander run caller`. Ends well on SIGTERM and SIGINT; on SIGKILL its calls are cut, and owed again at once.
"""

import os
import signal
import sys


def main() -> int:
    """Call until told to end. Returns the process's exit code: 0, or 2 for a wrong configuration."""
    os.environ.setdefault("UPSTANDER_PROCESS", "caller")
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
    from django.db import connection

    # what needs Django's rooms comes after `setup`
    from upstander.config import config
    from upstander.delivery import health, identity
    from upstander.delivery.caller import settings, standby
    from upstander.delivery.caller.loop import Caller
    from upstander.delivery.relay import PATIENCE
    from upstander.delivery.wake import Listener
    from upstander.ops import logs

    logs.configure()
    connection.settings_dict["OPTIONS"].update(PATIENCE)
    me = identity.take(config().data / "caller")
    caller = Caller(config(), me.name)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: caller.stop())
    Listener(caller.notified, caller.watchdog).start()
    health.Prober(standby.probes(settings.dialling(config()))).start()
    caller.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
