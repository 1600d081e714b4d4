"""From an entry to a product, and from a product to the entries that it names. For the staff."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from upstander.network.doors import staff_page
from upstander.network.middleware import of
from upstander.products import queries as products
from upstander.register import beginning, citing
from upstander.register.errors import CannotDo
from upstander.register.slots import CiteForm


@require_POST
@staff_page
def begin(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """A draft from an entry, and its editor."""
    try:
        press = UUID(request.POST.get("press", ""))
    except ValueError:
        raise Http404 from None
    try:
        beginning.begin(press, incident_id, request.POST.get("kind", ""), of(request).account_id)
    except CannotDo as why:
        messages.error(request, str(why))
        return redirect("register_incident", incident_id)
    return redirect("product_edit", product_id=press)


@require_http_methods(["GET", "POST"])
@staff_page
def cite(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Name an entry in a product, or name it no more."""
    if products.standing(product_id) is None:
        raise Http404
    account_id = of(request).account_id
    if request.POST.get("do") == "end":
        try:
            citing.end(UUID(request.POST.get("citation", "")), product_id, account_id)
        except ValueError:
            raise Http404 from None
        return redirect("product_look", product_id=product_id)
    form = CiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            citing.cite(product_id, given["number"], given["marking"], account_id, given["press"])
        except CannotDo as why:
            form.add_error(why.field if why.field in form.fields else None, str(why))
        else:
            return redirect("product_look", product_id=product_id)
    known = {"form": form, "product_id": product_id}
    return render(request, "register/cite.html", known, status=422 if form.is_bound else 200)
