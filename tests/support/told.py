"""What came by these channels, as the desk reads it: `python -m tests.support.told sms email` with the desk's own login and keys.

Prints a JSON list of the first words of each tip.
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")


def main() -> None:
    """Print them."""
    import django

    django.setup()
    from upstander.intake import queries
    from upstander.intake.models import Tip

    tips = Tip.objects.filter(channel__in=sys.argv[1:]).values_list("id", flat=True)
    sys.stdout.write(json.dumps([queries.dialogue(id)[0].text for id in tips]))


if __name__ == "__main__":
    main()
