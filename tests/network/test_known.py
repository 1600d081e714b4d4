"""What `identifying` is told of the world: one list for every room of the network, of the whole directory, asked for once."""

import pytest

from tests.network.support import played
from upstander import clock
from upstander.directory.models import County, Kind, Organisation
from upstander.forum import looking as forum
from upstander.identifying import Kind as Found
from upstander.identifying import Sure, findings
from upstander.network import known, walls
from upstander.products import identified
from upstander.products.models import Paragraph

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-sio", "S-topics")]
TOLD = "It began at wren hollow academy, where people talk."


@pytest.fixture
def directory(db):
    """A school, an open and a closed one, of a name that nothing but the directory knows; read anew."""
    for name, kind in (("Wren Hollow Academy", Kind.SCHOOL), ("Larkspur Ridge Lyceum", Kind.CAMPUS)):
        Organisation.objects.create(kind=kind, name=name, updated_at=clock.now())
    known._known.cache_clear()
    yield
    known._known.cache_clear()


def test_each_room_finds_a_school_that_only_the_directory_knows(network, directory):
    with played("network"), walls.reading(walls.STAFF):
        assert "wren hollow academy" in [one.words for one in forum.found(TOLD)]
        assert "wren hollow academy" in [one.words for one in identified.look([Paragraph(text=TOLD)])]
        assert any(one.kind is Found.SCHOOL for one in findings("She is at larkspur ridge lyceum.", known.known()))


def test_the_whole_register_of_seven_thousand_schools_is_asked_for_once(network, directory, django_assert_num_queries):
    Organisation.objects.bulk_create(
        Organisation(kind=Kind.SCHOOL, name=f"Quillfern{n} Bottom School", updated_at=clock.now()) for n in range(7000)
    )
    County.objects.create(name="Bluestem", key="bluestem")
    known._known.cache_clear()
    with django_assert_num_queries(2):  # schools, counties
        assert len(known.known().schools) == 7002
        for _ in range(50):
            assert known.known() is known.known()
    assert any(one.kind is Found.SCHOOL for one in findings("A boy of quillfern6999 bottom school.", known.known()))


def test_the_words_of_a_glossary_hide_no_childs_name(network, directory):
    assert not {"will", "chase"} & known.known().ordinary  # both stand in the shared glossary
    told = "I heard that Chase brought a knife."
    assert any(one.kind is Found.NAME and one.sure > Sure.PERHAPS for one in findings(told, known.known()))
