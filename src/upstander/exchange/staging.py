"""What was brought is kept for a moment between looking and keeping, for who brought it alone."""

from datetime import timedelta
from uuid import UUID

from upstander import clock
from upstander.exchange.models import Staged
from upstander.ids import new_id

LASTS = timedelta(days=1)


def stage(content: bytes, account_id: int) -> UUID:
    """Keep it for a day; what is older goes."""
    Staged.objects.filter(at__lt=clock.now() - LASTS).delete()
    return Staged.objects.create(id=new_id(), account_id=account_id, content=content, at=clock.now()).id


def staged(asked: str, account_id: int) -> bytes | None:
    """What this person staged; None where there is nothing (any more)."""
    try:
        found = Staged.objects.filter(
            pk=UUID(asked), account_id=account_id, at__gte=clock.now() - LASTS
        ).first()
    except ValueError:
        return None
    return bytes(found.content) if found else None


def done(asked: str, account_id: int) -> None:
    """It was kept, and is needed no more."""
    Staged.objects.filter(pk=UUID(asked), account_id=account_id).delete()
