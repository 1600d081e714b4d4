"""What a client is told when its request never reaches a view."""

import json
from importlib import import_module

from upstander.ops.shim import Answer

_TITLES = {
    400: "The request cannot be read",
    408: "The request took too long to arrive",
    413: "The request is too large",
    500: "Something went wrong here",
    503: "Too busy; try again",
}


def page(status: int, path: str) -> Answer:
    """A plain page with every security header, or a problem report for what asks below /api/."""
    if path.startswith("/api/"):
        body = json.dumps({"status": status, "title": _TITLES[status]}).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
        return Answer(status, [*headers, *([(b"retry-after", b"30")] if status == 503 else [])], body)
    errors, middleware = import_module("upstander.web.errors"), import_module("upstander.web.middleware")
    response = middleware.SecurityHeaders(lambda request: errors.page(request, status))(None)
    headers = [(k.lower().encode(), v.encode()) for k, v in response.items()]
    return Answer(status, headers, response.content)
