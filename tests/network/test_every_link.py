"""Whoever sees a link may follow it: from page to page with the practice state's people, each kind of page once."""

import re
from urllib.parse import urlsplit

import pytest

from tests.network.support import client_for
from upstander.demo import load
from upstander.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("network"), pytest.mark.xdist_group("demo")]
_ID = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d+)(?=/)")
_ELSEWHERE = re.compile(r"^/(sign-out|static|account)/")
_LINK = re.compile(r'<a[^>]+href="([^"#]+)')


@pytest.mark.req("S-sio", "S-levels")
def test_every_link_that_the_second_person_or_a_member_sees_opens_for_them():
    load()
    for local in ("riley", "jamie"):
        dead = _dead(client_for(Account.objects.get(email=f"{local}@demo.example")))
        assert not dead, f"{local} sees links that do not open: {dead}"


def _dead(client) -> dict[str, tuple[str, int]]:
    """Addresses that are linked to and do not open: from where, and how they answered."""
    todo, seen, dead, looked = [("/", "")], set(), {}, 0
    while todo:
        path, above = todo.pop(0)
        kind = _ID.sub("/-", path)
        if kind in seen or _ELSEWHERE.match(path):
            continue
        seen.add(kind)
        answer = client.get(path, follow=True)
        if answer.status_code != 200:
            dead[path] = (above, answer.status_code)
        elif answer["Content-Type"].startswith("text/html"):
            looked += 1
            for link in _LINK.findall(answer.content.decode()):
                to = urlsplit(link)
                if not to.scheme and not to.netloc and to.path:
                    todo.append((to.path if to.path.startswith("/") else path, path))
    assert looked > 25
    return dead
