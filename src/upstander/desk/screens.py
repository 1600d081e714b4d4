"""Which kinds of duties have a screen of their own, and how its link reads. The others have the general form of a step."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Link(NamedTuple):
    """The name of an address that takes a tip's number, and the words of the link."""

    name: str
    label: str | Promise


SCREENS: dict[str, Link] = {
    "amber_alert": Link("desk_packet", _("Checklist and packet")),
    "endangered_missing_advisory": Link("desk_packet", _("Checklist and packet")),
    "locate_runaway": Link("desk_packet", _("What the State Police are asked")),
    "dcfs_report": Link("desk_dcfs", _("The report by telephone")),
    "dcfs_confirmation": Link("desk_letter", _("The letter")),
    "crisis_referral": Link("desk_help", _("988, agencies, hand-over")),
}


def of(kind: str) -> Link | None:
    """The screen of a kind; None where it has none."""
    return SCREENS.get(kind)
