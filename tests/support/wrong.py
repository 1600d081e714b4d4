"""What an answer says to somebody whose page it is not."""

from django.http import HttpResponse


def kept_out(answer: HttpResponse) -> bool:
    """Whether it is absent, forbidden, or leads to signing in. A redirect after an act that was done is none of these."""
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    return to_sign_in or answer.status_code in (403, 404)
