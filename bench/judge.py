"""Judging many tips as the desk does, from a process with the desk's own login and keys: `python -m bench.judge N [PAUSE]`.

Prints one JSON line a tip: its number and when the judgement was committed (monotonic seconds), for `bench.dispatch`.
"""

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")


def main(count: int, pause: float) -> None:
    """Judge the `count` newest unjudged tips as planned attacks, `pause` seconds apart."""
    import django

    django.setup()
    from upstander.actions import services
    from upstander.actions.services import Judging
    from upstander.intake.models import Tip
    from upstander.people.models import Account

    account = Account.objects.get(email="casey@demo.example")
    tips = list(
        Tip.objects.filter(judged_at=None, channel="api", place__isnull=False).order_by("-running")[:count]
    )
    for tip in tips:
        begun = time.monotonic()
        services.judge(
            Judging(
                tip_id=tip.pk, account_id=account.pk, subtypes=("planned_school_attack",), in_progress=False
            )
        )
        print(json.dumps({"number": tip.number.replace("-", ""), "begun": begun, "committed": time.monotonic()}), flush=True)
        time.sleep(pause)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
