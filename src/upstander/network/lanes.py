"""The ways by which files come into the network's process beside the words (docs/decisions/0139)."""

from upstander.config import config
from upstander.network.arriving import stream
from upstander.ops.cutter import CHUNK
from upstander.ops.lanes import Lane
from upstander.ops.shim import Limits

SECONDS = 60.0  # in which a piece must have arrived
ASKS = "/uploads-allowed"
FORMS = ("/desk/product-files/", "/forum/contribute/")


def lanes() -> list[Lane]:
    """Pieces one by one; and forms that bring files with them, streamed, of whoever is signed in."""
    words = Limits(body=config().form_limit, deadline=SECONDS)
    forms = (Lane(prefix, words, places=10, stream=stream, staff=True, asks=ASKS) for prefix in FORMS)
    return [Lane("/uploads/", Limits(body=CHUNK, deadline=SECONDS)), *forms]
