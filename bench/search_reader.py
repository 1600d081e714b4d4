"""A member for the search bench: `python -m bench.search_reader reader` makes one, `... session ID` signs them in."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstander.settings")


def main(what: str, account: str = "") -> None:
    """Make a member (as the owner), or sign one in (as the network's process)."""
    import django

    django.setup()
    if what == "reader":
        from tests.network.support import make_member

        print(json.dumps({"account": make_member("Bench Reader").account_id}))
        return
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from upstander.people.models import Account
    from upstander.people.sessions.network import SessionStore

    found = Account.objects.only("id", "password").get(pk=int(account))
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(found.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = found.get_session_auth_hash()
    second = Authenticator.objects.filter(user=found.pk).values_list("pk", flat=True).first()
    session["upstander_second_factor"] = second
    session.create()
    print(json.dumps({"cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}))


if __name__ == "__main__":
    main(*sys.argv[1:])
