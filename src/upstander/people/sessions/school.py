"""SESSION_ENGINE of the school origin."""

from upstander.people.models import SchoolSession
from upstander.people.sessions.base import OriginStore


class SessionStore(OriginStore):
    """Sessions of designated end-users and administrators."""

    @classmethod
    def get_model_class(cls) -> type[SchoolSession]:
        """The table."""
        return SchoolSession
