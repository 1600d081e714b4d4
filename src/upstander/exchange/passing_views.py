"""Which of our products other states read."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from upstander.exchange import passing, queries
from upstander.exchange.acting import CannotDo
from upstander.exchange.pressed import NetworkRequest
from upstander.network.doors import sio_page


@require_http_methods(["GET", "POST"])
@sio_page
def products(request: NetworkRequest) -> HttpResponse:
    """What is out, and what of it is passed on."""
    passing.follow()
    if request.method == "POST":
        _pass_on(request)
        return redirect("exchange_products")
    rows = [
        {
            "one": one,
            "levels": [queries.level_label(level) for level in one.levels],
            "held": [queries.level_label(level) for level in one.held],
        }
        for one in passing.offered()
    ]
    return render(request, "exchange/products.html", {"rows": rows})


def _pass_on(request: NetworkRequest) -> None:
    try:
        passing.pass_on(UUID(request.POST.get("product", "")), request.user.pk)
    except CannotDo as why:
        messages.error(request, str(why))
    except (LookupError, ValueError):
        raise Http404 from None
    else:
        messages.success(request, _("It is passed on; what is corrected or recalled follows by itself."))
