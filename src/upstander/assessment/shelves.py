"""The shelves of a case, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHELVES: dict[str, str | Promise] = {
    "school": _("What we saw and heard"),
    "education": _("From the student's school record"),
    "care": _("Health and mental health"),
    "police": _("From law enforcement"),
}


def shelf_name(code: str) -> str:
    """What a shelf is called."""
    return str(SHELVES.get(code, code))
