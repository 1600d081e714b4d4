"""Duty clocks in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upstander.packs.duties import AT_ONCE
from upstander.packs.values import Due


def within(due: Due) -> str:
    """In what time a duty is to be done: "at once", "within 24 hours", "by the end of the next school day"."""
    n = due.count
    if due.unit == AT_ONCE:
        return _("at once")
    if due.unit == "hours":
        return ngettext("within %(n)d hour", "within %(n)d hours", n) % {"n": n}
    if due.unit == "days":
        return ngettext("within %(n)d day", "within %(n)d days", n) % {"n": n}
    if due.unit == "school_days":
        said = ngettext("by the end of the next school day", "by the end of %(n)d school days", n)
    else:
        said = ngettext("by the end of the next business day", "by the end of %(n)d business days", n)
    return said % {"n": n}
