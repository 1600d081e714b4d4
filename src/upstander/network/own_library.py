"""The library at the network's origin: in its frame, for its members and staff (R-library)."""

from typing import cast

from django.views.decorators.http import require_http_methods

from upstander.library.site import Site, View
from upstander.network.doors import member_page


def _guard(view: View) -> View:
    return cast(View, require_http_methods(["GET", "HEAD", "POST"])(member_page(view)))


library = Site(
    base="network/library.html",
    frame=lambda request: {},
    keep=lambda request: {},
    guard=_guard,
    origin="network",
    account=lambda request: request.user.pk,
)
