"""A relay or worker that asks for what it may not have is refused by the database (that nothing leaves: tests/every_way_out)."""

from contextlib import nullcontext

import pytest
from django.db import DatabaseError, connection, transaction

from tests.network.support import make_member, played
from upstander.circulation import spreading
from upstander.delivery import registry
from upstander.delivery.models import Delivery
from upstander.markings import Level
from upstander.network import walls

pytestmark = pytest.mark.req("S-levels")


def test_a_relay_that_forgets_the_level_is_refused_by_the_database(out, monkeypatch):
    make_member(level=Level.LES)
    out()
    monkeypatch.setattr(walls, "reading", lambda *_: nullcontext())
    ids = list(Delivery.objects.values_list("subject_id", flat=True))
    with played("relay"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        registry.render(spreading.MAIL, ids)


def test_the_worker_knows_for_whom_and_no_word(out):
    out()
    with played("worker"):
        for column in ("title", "body", "note", "search", "ended_words"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                connection.cursor().execute(f"SELECT {column} FROM products_rendition LIMIT 1")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute("SELECT 1 FROM products_paragraph LIMIT 1")
