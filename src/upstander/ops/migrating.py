"""Migrations on a fresh database in less time: what a new model changes, and no more, is drawn anew.

Four fifths of the time went into Django's drawing, after each operation, of every model that is related to the changed one, which
here are nearly all. A model that is new changes none of the others; every other operation is drawn as Django does it. The tables
that come of it are the same: tests/ops/test_migrating.py compares them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def quickly() -> Iterator[None]:
    """Within it a migration's state is drawn like this. Django's own way is back afterwards, whatever happened."""
    before = ProjectState.add_model
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = before  # type: ignore[method-assign]


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    """As Django's, but for `reload_model`: nothing that was drawn before refers to what is only made now."""
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])
