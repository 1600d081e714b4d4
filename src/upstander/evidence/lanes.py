"""The ways by which files come into the public process beside the words (docs/decisions/0077)."""

from upstander.evidence.models import CHUNK
from upstander.evidence.streaming import stream
from upstander.ops.lanes import Lane
from upstander.ops.shim import Limits

SECONDS = 60.0  # in which a chunk must have arrived
FORMS = ("/tell/files", "/return/files")


VOICEMAIL = "/enter/voicemail"


def at_the_desk() -> list[Lane]:
    """The form by which staff bring what a voicemail box has exported, streamed: of whoever is signed in."""
    return [Lane(VOICEMAIL, Limits(deadline=SECONDS), places=10, stream=stream, staff=True)]


def lanes() -> list[Lane]:
    """Chunks one by one; and forms that bring a file with them, streamed."""
    chunks = Lane("/api/v1/uploads/", Limits(body=CHUNK, deadline=SECONDS))
    return [chunks, *(Lane(prefix, Limits(deadline=SECONDS), places=50, stream=stream) for prefix in FORMS)]
