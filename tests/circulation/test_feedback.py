"""Three presses on a product: the member's own, counted for the staff, and nobody's name in the count."""

import pytest
from django.db import DatabaseError

from tests.network.support import client_for, make_member, played
from tests.products.conftest import bulletin, product_of, text, title
from upstander.audit.models import Entry
from upstander.circulation import feedback
from upstander.circulation.models import Feedback
from upstander.ids import new_id
from upstander.markings import Level
from upstander.network import walls
from upstander.products import releasing

pytestmark = [pytest.mark.django_db, pytest.mark.req("S-measure"), pytest.mark.usefixtures("network")]
LES_ONLY = (title("A suspect", "les"), text("The account is known.", "les"))


def address(release) -> str:
    return f"/products/{product_of(release)}/feedback/"


def test_three_presses_below_a_copy_and_a_later_one_replaces(out):
    ana = make_member("Ana Rivera")
    browser, release = client_for(ana), out()
    page = browser.get("/received/", follow=True)
    for given in ({"relevant": "no"}, {"relevant": "yes"}, {"timely": "partly"}, {"use": "shared"}):
        answer = browser.post(address(release), given, follow=True)
        assert answer.status_code == 200 and answer.redirect_chain[0][0].endswith("#feedback")
    assert page.status_code == 200 and answer.request["PATH_INFO"].startswith("/received/")
    row = Feedback.objects.get()
    assert (row.relevant, row.timely, row.use) == ("yes", "partly", "shared")
    assert (row.member_id, row.discipline, row.level) == (ana.pk, "administrator", Level.FOUO)
    assert answer.content.count(b'aria-pressed="true"') == 3


def test_who_found_it_on_the_site_presses_there(out):
    browser, release = client_for(make_member(regions=[-1])), out(bulletin(regions=(1,)))
    shown = browser.get(f"/products/{product_of(release)}/").content.decode()
    assert "What did you do with it?" in shown
    answer = browser.post(address(release), {"use": "plan", "at": "product"})
    assert answer["Location"] == f"/products/{product_of(release)}/#feedback"


def test_of_what_they_may_not_read_nobody_says_anything(out, sio):
    release, member = out(bulletin(*LES_ONLY)), make_member()
    browser = client_for(member)
    assert browser.post(address(release), {"relevant": "yes"}).status_code == 404
    assert client_for(sio).post(address(release), {"relevant": "yes"}).status_code == 403
    with pytest.raises(DatabaseError, match="row-level security"), played("network"), walls.reading(Level.FOUO, member.pk):
        _press(release, member, Level.FOUO)
    assert not Feedback.objects.exists()


def test_nobody_presses_for_another(out):
    release, ana, ben = out(), make_member("Ana Rivera"), make_member("Ben Osei")
    with pytest.raises(DatabaseError, match="row-level security"), played("network"), walls.reading(Level.FOUO, ana.pk):
        _press(release, ben, Level.FOUO)
    with played("network"), walls.reading(Level.FOUO, ben.pk):
        _press(release, ben, Level.FOUO)
    with played("network"), walls.reading(Level.FOUO, ana.pk):
        assert not Feedback.objects.exists()
        assert Feedback.objects.update(relevant="no") == 0


def test_what_was_called_back_is_asked_about_no_more(out, sio):
    release = out()
    browser = client_for(make_member())
    releasing.recall(product_of(release), sio.pk, new_id(), "Wrong", "Destroy it.")
    assert browser.post(address(release), {"relevant": "yes"}).status_code == 404


@pytest.mark.parametrize(
    "sent", [{}, {"relevant": "perhaps"}, {"use": "yes\x00"}, {"member_id": "1", "words": "x"}, {"timely": "x" * 9999}]
)
def test_what_is_no_answer_is_refused_in_words(out, sent):
    browser, release = client_for(make_member()), out()
    assert browser.post(address(release), sent).status_code == 400
    assert not Feedback.objects.exists()
    assert browser.get(address(release)).status_code == 405


def test_the_staff_count_from_five_on_and_cannot_ask_whose_it_is(out, sio):
    release = out()
    members = [make_member() for _ in range(5)]
    for n, member in enumerate(members, 1):
        with played("network"), walls.reading(Level.FOUO, member.pk):
            _press(release, member, Level.FOUO)
        with played("network"), walls.reading(walls.STAFF):
            heard = feedback.heard(product_of(release))
        assert (heard.people, heard.few) == (n, n < 5)
        assert bool(heard.pressed) is (n == 5)
    assert heard.pressed["Was it relevant for you?"] == (("Yes", 5),)
    for column in ("member_id", "member"):
        with pytest.raises(DatabaseError, match="permission denied"), played("network"), walls.reading(walls.STAFF):
            list(Feedback.objects.values_list(column))
    assert "Yes: 5" in client_for(sio).get(f"/desk/circulation/{release.id}/").content.decode()


def test_the_record_says_that_somebody_pressed_and_not_what(out):
    browser, release = client_for(make_member()), out()
    browser.post(address(release), {"use": "nothing"})
    said = Entry.objects.get(act="circulation.feedback")
    assert "nothing" not in str(said.detail) and "use" in str(said.detail)


def _press(release, member, level: Level) -> None:
    row = Feedback(
        id=new_id(), product_id=product_of(release), member=member, level=level, discipline=member.discipline, relevant="yes",
        at=release.at,
    )  # fmt: skip
    Feedback.objects.bulk_create([row])
