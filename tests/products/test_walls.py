"""What is not for a level, the database neither takes nor shows, also where our code is wrong."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.support import make_sio, played
from tests.products.conftest import HEAD, LES, bulletin, product_of
from upstander.ids import new_id
from upstander.markings import Kind, Level
from upstander.network import walls
from upstander.ops import grants
from upstander.packs.current import current
from upstander.products import drafts, releasing
from upstander.products.content import Line
from upstander.products.models import Paragraph, Rendition

pytestmark = pytest.mark.req("S-levels")
TABLES = ("product", "source", "sourcerelease", "version", "paragraph", "review", "release", "recall")


def forged(release, level: Level, **more: object) -> Rendition:
    """A rendition as our code would write it, but for what is said otherwise."""
    row = Rendition.objects.get(release=release, level=level)
    row.id, row.release_id, row.search = new_id(), release.id, None
    for name, value in more.items():
        setattr(row, name, value)
    return row


def test_a_reader_finds_what_is_of_their_level_and_nothing_else(released):
    product = product_of(released())
    for level in Level:
        with played("network"), walls.reading(level):
            assert [row.level for row in Rendition.objects.filter(product=product)] == [level]
            assert Rendition.objects.filter(search__isnull=False, title__icontains="suspect").exists() == (level is Level.LES)
    with played("network"), walls.reading(walls.STAFF):
        assert Rendition.objects.filter(product=product).count() == len(Level)


def test_no_member_reads_a_draft_and_who_forgets_its_level_reads_nothing(released):
    released()
    for level in Level:
        for table in TABLES:
            with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(level):
                connection.cursor().execute(f"SELECT 1 FROM products_{table} LIMIT 1")
    for table in (*TABLES, "rendition"):
        with played("network"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"SELECT 1 FROM products_{table} LIMIT 1")


def test_no_member_writes_here(network):
    with connection.cursor() as cursor:
        for player in ("network", "network_open", "network_fouo", "network_les", "relay_les", "worker", "public", "desk"):
            for table in (*TABLES, "rendition"):
                for right in ("INSERT", "UPDATE", "DELETE"):
                    cursor.execute(
                        "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s"
                        " AND privilege_type = %s",
                        [grants.role(player), f"products_{table}", right],
                    )
                    assert cursor.fetchone() == (0,), (player, table, right)


@pytest.mark.parametrize("level", [Level.OPEN, Level.FOUO])
def test_the_database_takes_no_paragraph_above_the_level_whatever_it_is_called(released, level):
    release = released()
    line = Rendition.objects.get(release=release, level=Level.LES).body[-1]
    assert line["text"] == LES
    own = Rendition.objects.get(release=release, level=level).body
    lowered = line | {"level": int(level), "marking": "open", "portion": "OPEN"}
    mixed = own[0] | {"text": LES}
    smuggled = own[0] | {"comment": LES}
    Rendition.objects.filter(release=release, level=level).delete()
    row = Rendition.objects.get(release=release, level=Level.LES)
    for body in ([line], [lowered], [mixed], [smuggled], [own[0] | {"alt": LES}], {"text": LES}, [{"id": str(new_id())}]):
        row.id, row.level, row.body, row.title = new_id(), level, body, HEAD
        with pytest.raises(IntegrityError, match="not for this level"), transaction.atomic():
            row.save(force_insert=True)


def test_nor_a_title_or_words_of_a_correction_above_it_nor_a_change_afterwards(released):
    release = released()
    row = Rendition.objects.get(release=release, level=Level.OPEN)
    les = Rendition.objects.get(release=release, level=Level.LES)
    Rendition.objects.filter(pk=row.pk).delete()
    for name, value in (("title", les.title), ("note", "Words that were never said"), ("product_id", new_id())):
        row.id, before = new_id(), getattr(row, name)
        setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        setattr(row, name, before)
    row.save(force_insert=True)
    for name, value in (("level", Level.OPEN), ("body", row.body), ("title", row.title)):
        with pytest.raises(IntegrityError, match="is not changed"), transaction.atomic():
            Rendition.objects.filter(pk=les.pk).update(**{name: value})
    with pytest.raises(IntegrityError, match="is not changed"), transaction.atomic():
        Paragraph.objects.filter(version=release.version).update(text="Other words")


def test_the_words_by_which_it_is_found_are_those_of_its_level(released):
    product = product_of(released())
    found = {}
    for level in Level:
        row = Rendition.objects.extra(where=["search @@ websearch_to_tsquery('english', 'detectives')"])
        found[level] = row.filter(product=product, level=level).exists()
    assert found == {Level.OPEN: False, Level.FOUO: False, Level.LES: True}


CODES = st.sampled_from(["open", "tlp_clear", "tlp_green", "fouo", "cui", "tlp_amber", "les", "fouo_les"])
LINES = st.lists(st.tuples(st.sampled_from(["title", "heading", "text"]), CODES), min_size=1, max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_whatever_is_drafted_each_level_reads_only_what_is_at_it_or_below(network, drafted):
    scheme = current().network.scheme
    with transaction.atomic():
        sio = make_sio(f"Sam {new_id().hex}")
        lines = [Line(Kind(kind), f"words{n}", code) for n, (kind, code) in enumerate(drafted)]
        version = drafts.save(new_id(), sio.pk, 0, bulletin(*lines, urgent=True))
        wrong = releasing.problems(releasing.of_version(version))
        if not wrong:
            releasing.release(version.product_id, 1, sio.pk, new_id())
        levels = {f"words{n}": scheme.marking(code).level for n, (_, code) in enumerate(drafted)}
        for level in Level:
            with played("network"), walls.reading(level):
                rows = list(Rendition.objects.filter(product=version.product_id))
            assert all(row.level == level for row in rows)
            words = [word for row in rows for word in (row.title, *(line["text"] for line in row.body))]
            assert all(levels[word] <= level for word in words)
            texts = [f"words{n}" for n, (kind, _) in enumerate(drafted) if kind == "text"]
            assert bool(rows) == (not wrong and any(levels[words] <= level for words in texts))
        transaction.set_rollback(True)
