"""The School Intelligence Officer's one page."""

from tests.network.support import client_for, make_second, make_sio


def test_staff_begin_with_the_day(network):
    """req: S-sio"""
    for who in (make_sio(), make_second()):
        client = client_for(who)
        assert client.get("/", follow=True).redirect_chain == [("/desk/", 302)]
