"""Who signs in by address and password: the same work for every address, whoever is known by it."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.hashers import make_password

from upstander.people import passwords


class Backend(AuthenticationBackend):
    """allauth's, with our own answer to an address that nobody has."""

    def _mitigate_timing_attack(self, password: str) -> None:
        """Ask and compute for nobody what is asked and computed for somebody whose password this is not."""
        if passwords.hidden():
            passwords.right(passwords.NOBODY, password)
        else:
            make_password(password)
