"""What both engines share: the cookie holds the key, the table only its digest, and the clock is ours."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DjangoStore

from upstander import clock
from upstander.people.models import OriginSession


def digest(key: str) -> str:
    """Under what a session with this key is stored: 160 bits of its SHA-256, as the column is 40 characters
    wide.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class OriginStore(DjangoStore):
    """Django's database sessions; a stolen table opens none of them, and an account's own can be ended
    together.
    """

    @classmethod
    def get_model_class(cls) -> type[OriginSession]:
        """The table; each origin names its own."""
        raise NotImplementedError

    def _get_session_from_db(self) -> OriginSession | None:
        live = self.get_model_class()._default_manager.filter(expire_date__gt=clock.now())
        found = live.filter(session_key=digest(self.session_key or "")).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether this key is taken."""
        return self.model.objects.filter(session_key=digest(session_key)).exists()

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """When the session ends; counted on our own clock."""
        kwargs.setdefault("modification", clock.now())
        return super().get_expiry_date(**kwargs)

    def create_model_instance(self, data: dict[str, Any]) -> OriginSession:
        """The row to be written, with the account signed in, so that all its sessions can be found."""
        account = data.get(SESSION_KEY)
        return self.get_model_class()(
            session_key=digest(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(account) if account else None,
        )

    def delete(self, session_key: str | None = None) -> None:
        """End this session."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove the sessions that are over (`upstander manage clearsessions`, and the worker's
        housekeeping).
        """
        cls.get_model_class().objects.filter(expire_date__lte=clock.now()).delete()

    @classmethod
    def end_all(cls, accounts: Iterable[int]) -> int:
        """Sign these accounts out everywhere on this origin; returns how many sessions ended."""
        return cls.get_model_class()._default_manager.filter(account_id__in=list(accounts)).delete()[0]
