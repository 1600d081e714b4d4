"""SESSION_ENGINE of the desk's origin."""

from upstander.people.models import DeskSession
from upstander.people.sessions.base import OriginStore


class SessionStore(OriginStore):
    """Sessions of programme staff."""

    @classmethod
    def get_model_class(cls) -> type[DeskSession]:
        """The table."""
        return DeskSession
