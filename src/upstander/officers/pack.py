"""The pack's section on officers, as the rooms above ask for it."""

from django.http import Http404

from upstander.packs.current import current
from upstander.packs.officers import Officers


def maybe() -> Officers | None:
    """The section; None where this jurisdiction has none."""
    return current().officers


def officers() -> Officers:
    """The section. Raises Http404 where there is none: then there are no such pages."""
    found = maybe()
    if found is None:
        raise Http404
    return found
