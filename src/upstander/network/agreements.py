"""The non-disclosure agreement: which text everybody must have signed, and who signed what (S-membership)."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from upstander import clock
from upstander.network import pack
from upstander.network.errors import CannotDo
from upstander.network.models import Agreement, Signature


def in_force() -> Agreement:
    """The pack's agreement as a row, written down when it is first asked for: by the staff's right or the worker's.

    The first that a programme has must be signed at once; a later one within the pack's days.
    """
    text, limits, now = pack.network().agreement, pack.network().limits, clock.now()
    found = Agreement.objects.filter(digest=text.digest).first()
    if found:
        return found
    first = not Agreement.objects.exists()
    made = Agreement(
        digest=text.digest, version=text.version, title=text.title, text=text.text, first_at=now,
        sign_by=now if first else now + timedelta(days=limits.attest_notice_days),
    )  # fmt: skip
    Agreement.objects.bulk_create([made], ignore_conflicts=True)  # two at once: one row
    return Agreement.objects.get(digest=text.digest)


def sign(id: UUID, digest: str, typed_name: str, name: str, **of: object) -> Signature:
    """Write down a signature under the text of this digest, which must be that in force: nobody signs what has changed meanwhile.

    `id`: of the form; `of`: application or member. Raises CannotDo.
    """
    agreement = in_force()
    if agreement.digest != digest:
        raise CannotDo(_("The agreement has changed since you opened this page. Please read it again."))
    if _letters(typed_name) != _letters(name):
        raise CannotDo(_("Type your name as it stands above: %(name)s") % {"name": name})
    made = Signature(id=id, agreement=agreement, typed_name=" ".join(typed_name.split()), at=clock.now(), **of)
    Signature.objects.bulk_create([made], ignore_conflicts=True)
    return made


def _letters(name: str) -> str:
    return " ".join(name.split()).casefold()
