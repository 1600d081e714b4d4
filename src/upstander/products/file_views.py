"""Pictures and files on their way: to members with the rendition that shows them, to the staff with the draft."""

from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.network import sending
from upstander.network.doors import member_page, staff_page
from upstander.network.middleware import of
from upstander.network.upload_views import Brought, brought, limits
from upstander.products import files, forms, queries
from upstander.products.errors import CannotDo
from upstander.products.models import File, Product
from upstander.products.views import level_of


@require_GET
@member_page
def shown_file(request: HttpRequest, product_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A picture or file that stands in what the reader's level reads now. The database shows no other (migration 0002)."""
    row = queries.rendition(product_id, level_of(request))
    if row is None or row.ended_as or str(file_id) not in {line.get("file") for line in row.body}:
        raise Http404
    found = File.objects.filter(pk=file_id, product=product_id).select_related("stored").first()
    if found is None:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "product.file_read", "product", product_id, file=str(file_id))
    return _answer(request, found)


@require_GET
@staff_page
def draft_file(request: HttpRequest, product_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The same of a draft. Which marking it will have may not be said yet."""
    found = File.objects.filter(pk=file_id, product=product_id).select_related("stored").first()
    if found is None:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "product.draft_file_read", "product", product_id, file=str(file_id))
    return _answer(request, found)


def _answer(request: HttpRequest, found: File) -> HttpResponseBase:
    if found.stored is not None:
        return sending.answer(of(request), found.stored, found.name)
    return sending.small(bytes(found.content or b""), found.media, found.name)


@require_http_methods(["GET", "POST"])
@staff_page
def its_files(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The pictures and files of a product, and more of them."""
    if not Product.objects.filter(pk=product_id).exists():
        raise Http404
    form, status, came = forms.UploadForm(), 200, Brought()
    if request.method == "POST":
        form, status, came = forms.UploadForm(request.POST), 422, brought(request)
        if form.is_valid() and _added(request, product_id, form, came):
            return redirect("product_files", product_id=product_id)
    rows = File.objects.filter(product=product_id).order_by("added_at", "id").select_related("stored").defer("content")
    known: dict[str, Any] = {
        "product_id": product_id, "form": form, "rows": rows, "came": came, "limits": limits(),
        "address": reverse("network_uploads"),
    }  # fmt: skip
    return render(request, "products/files.html", known, status=status)


def _added(request: HttpRequest, product_id: UUID, form: forms.UploadForm, came: Brought) -> bool:
    """Keep what came, all or nothing, so that the same form brings the whole again."""
    faults = [*came.faults] or ([] if came.tickets else [_("Choose a file.")])
    for fault in faults:
        form.add_error(None, fault)
    if faults:
        return False
    press = form.cleaned_data["press"]
    try:
        with transaction.atomic():
            for n, ticket in enumerate(came.tickets):
                files.add_arrived(product_id, of(request).account_id, uuid5(press, str(n)) if n else press, ticket)
    except CannotDo as why:
        form.add_error(None, str(why))
        return False
    return True
