"""The worker's part of escalation in a process of its own (`python -m tests.support.escalating`), to be killed at any moment."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")


def main() -> None:
    """Take steps until killed."""
    import django

    django.setup()
    from upstander.actions import escalation

    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while True:
        escalation.criticals()


if __name__ == "__main__":
    sys.exit(main())
