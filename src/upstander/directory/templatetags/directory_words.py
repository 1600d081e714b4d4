"""Codes of the directory in words: `{% load directory_words %}`."""

from django import template
from django.utils.translation import gettext as _

from upstander.directory.views import gap_words

register = template.Library()


@register.filter
def gap_word(code: str) -> str:
    """What a gap of a routing means."""
    return gap_words().get(code, code)


@register.filter
def basis(code: str) -> str:
    """By what somebody answers for a place."""
    return {
        "place": _("its own route"),
        "district": _("its district's route"),
        "agency": _("the agency's route"),
        "county": _("the county's default"),
        "only_primary": _("the county's only primary PSAP"),
    }.get(code, code)


@register.filter
def enrolment_state(code: str) -> str:
    """How far an enrolment has come."""
    return {
        "requested": _("asked for, not verified yet"),
        "verified": _("verified, not active yet"),
        "coming": _("active from a later day"),
        "active": _("active"),
        "refused": _("refused"),
        "withdrawn": _("withdrawn"),
    }.get(code, code)
