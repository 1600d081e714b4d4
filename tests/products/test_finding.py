"""Beside a product stands what is alike at its reader's level, and nothing of another (S-repository, S-levels)."""

import pytest
from django.db import DatabaseError, connection

from tests.network.support import played
from tests.products.conftest import bulletin, product_of, text, title
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.products import finding, queries, releasing

pytestmark = pytest.mark.req("S-repository")


def alike(product, level: Level) -> set[str]:
    with played("network"), walls.reading(level):
        return {other.title for other in finding.alike(queries.rendition(product, level))}


def test_similar_products_of_ones_level_stand_beside_it(released, sio):
    first = product_of(released())
    released(bulletin(title("More threats by telephone"), text("Again.", "fouo")))
    released(bulletin(title("Gardens"), text("Nothing alike.", "open")))
    letter = product_of(released(bulletin(title("Threats by letter"), text("A letter.", "open"))))
    assert alike(first, Level.OPEN) == {"Threats by letter"}
    assert alike(first, Level.FOUO) == {"Threats by letter", "More threats by telephone"}
    releasing.recall(letter, sio.pk, new_id(), "Wrong", "Destroy it.")
    assert alike(first, Level.OPEN) == set()


@pytest.mark.req("S-levels")
def test_the_database_refuses_to_look_at_another_level_and_at_none(released):
    released()
    for own in Level:
        for other in set(Level) - {own}:
            statement = f"SELECT * FROM products_found_{other.code}('', '', NULL, now(), now(), 9)"
            with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(own):
                connection.cursor().execute(statement)
    inner = "SELECT * FROM products_found(2::smallint, '', '', NULL, now(), now(), 9)"
    for statement in (inner, "SELECT products_nearest(2::smallint, 'detectives')", "SELECT word FROM products_word"):
        with played("network"), pytest.raises(DatabaseError, match="permission denied"), walls.reading(Level.LES):
            connection.cursor().execute(statement)
