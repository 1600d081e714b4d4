"""A tireless call-taker: judges every unjudged tip with a place as a planned attack, until told to stop.

Runs with the desk's own login and keys (`python -m tests.support.judging`); survives the database's death as the desk does.
"""

import os
import signal
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
_stop = threading.Event()


def main() -> None:
    """Judge until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: _stop.set())
    import django

    django.setup()
    from django.db import DatabaseError, InterfaceError, connection

    from upstander.actions import services
    from upstander.actions.services import Judging
    from upstander.intake.models import Tip
    from upstander.people.models import Account

    while not _stop.is_set():
        try:
            account = Account.objects.get(email="casey@demo.example")
            tips = Tip.objects.filter(judged_at=None, channel="api", place__isnull=False).order_by("running")[
                :20
            ]
            for tip in tips:
                services.judge(
                    Judging(
                        tip_id=tip.pk, account_id=account.pk, subtypes=("planned_school_attack",), in_progress=False
                    )
                )  # fmt: skip
        except (DatabaseError, InterfaceError):
            connection.close()
        _stop.wait(0.1)


if __name__ == "__main__":
    main()
