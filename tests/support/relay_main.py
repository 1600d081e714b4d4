"""The real relay with test renderers: `python -m tests.support.relay_main`.

Purposes: `test`, `test-other`, `test-news` (a mail to PURPOSE.SUBJECT@school.example), `broken` (its
renderer raises), `gone` (not owed any more), `many` (rendered by the batch; a batch with a subject that begins with 0
is refused), `ends` (its renderer ends the thread that asks it).
"""

import os
import sys
from collections.abc import Callable, Sequence
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")
django.setup()

from upstander.delivery import relay  # noqa: E402
from upstander.delivery.services import Mail, register, register_many  # noqa: E402


def recipient(purpose: str, subject_id: UUID) -> str:
    """To whom the test's mail goes."""
    return f"{purpose}.{subject_id.hex}@school.example"


def _renderer(purpose: str) -> Callable[[UUID], Mail]:
    def render(subject_id: UUID) -> Mail:
        text = f"Something has happened.\n\nConfirm: http://localhost/n/{subject_id}\n"
        return Mail(recipient(purpose, subject_id), "Ana Rivera", f"Notice {subject_id}", text)

    return render


def _broken(subject_id: UUID) -> Mail:
    raise KeyError("a fault in an upper room")


def _ends(subject_id: UUID) -> None:
    raise SystemExit


def _gone(subject_id: UUID) -> None:
    return None


def _many(subject_ids: Sequence[UUID]) -> dict[UUID, Mail]:
    if any(id.hex.startswith("0") for id in subject_ids):
        raise KeyError("a fault in an upper room")
    return {id: _renderer("many")(id) for id in subject_ids}


def register_all() -> None:
    """Register what the tests owe."""
    for purpose in ("test", "test-other", "test-news"):
        register(purpose, _renderer(purpose))
    register("broken", _broken)
    register("gone", _gone)
    register("ends", _ends)
    register_many("many", _many)


if __name__ == "__main__":
    register_all()
    sys.exit(relay.main())
