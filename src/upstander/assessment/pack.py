"""The pack's section on threat assessment, as this room asks for it."""

from django.http import Http404

from upstander.packs.assessment import Assessment
from upstander.packs.current import current


def section() -> Assessment:
    """The section. Raises Http404 where the jurisdiction has none: then there are no such pages."""
    found = current().assessment
    if found is None:
        raise Http404
    return found
