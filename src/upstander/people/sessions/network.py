"""SESSION_ENGINE of the network origin."""

from upstander.people.models import NetworkSession
from upstander.people.sessions.base import OriginStore


class SessionStore(OriginStore):
    """Sessions of the network's members, and of the staff who run it."""

    @classmethod
    def get_model_class(cls) -> type[NetworkSession]:
        """The table."""
        return NetworkSession
