"""A page at every origin: suggest what should stand in the library. What is typed is sealed to the desk (R-library)."""

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upstander.library.forms import REASON_WORDS, SuggestForm
from upstander.library.site import Site
from upstander.library.suggestions import CannotSuggest, Suggested, mine
from upstander.library.suggestions import suggest as keep
from upstander.library.views import show


def suggest(request: HttpRequest, site: Site) -> HttpResponse:
    """The form, and the thanks; whoever is signed in reads what became of their own."""
    form, sent = SuggestForm(request.POST if request.method == "POST" else None), False
    account = site.account(request)
    if form.is_valid():
        given = form.cleaned_data
        words = Suggested(given["title"], given["why"], given["address"], given["source"])
        try:
            keep(given["press"], site.origin, words, account)
            form, sent = SuggestForm(), True
        except CannotSuggest:
            form.add_error(None, _("Many suggestions wait to be read. Please come back in some weeks."))
        except (DatabaseError, InterfaceError):
            form.add_error(None, _("We could not keep this just now. What you wrote is still here. Please press again."))
    own = [(row, REASON_WORDS.get(row.reason, "")) for row in mine(account)] if account and site.tells else []
    return show(request, site, "suggest", {"form": form, "sent": sent, "own": own}, 422 if form.errors else 200)
