"""Pictures and files on their way: to members with the rendition that shows them, to the staff with the draft."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from upstander.audit import services as audit
from upstander.network.doors import member_page, staff_page
from upstander.network.middleware import of
from upstander.products import files, forms, queries
from upstander.products.errors import CannotDo
from upstander.products.models import File, Product
from upstander.products.views import level_of


@require_GET
@member_page
def shown_file(request: HttpRequest, product_id: UUID, file_id: UUID) -> HttpResponse:
    """A picture or file that stands in what the reader's level reads now. The database shows no other (migration 0002)."""
    row = queries.rendition(product_id, level_of(request))
    if row is None or row.ended_as or str(file_id) not in {line.get("file") for line in row.body}:
        raise Http404
    found = File.objects.filter(pk=file_id, product=product_id).first()
    if found is None:
        raise Http404
    audit.record(f"account:{of(request).account_id}", "product.file_read", "product", product_id, file=str(file_id))
    return _answer(found)


@require_GET
@staff_page
def draft_file(request: HttpRequest, product_id: UUID, file_id: UUID) -> HttpResponse:
    """The same of a draft."""
    found = File.objects.filter(pk=file_id, product=product_id).first()
    if found is None:
        raise Http404
    return _answer(found)


def _answer(found: File) -> HttpResponse:
    answer = HttpResponse(bytes(found.content), content_type=found.media)
    disposition = content_disposition_header(as_attachment=found.media not in files.PICTURES, filename=found.name)
    answer["Content-Disposition"] = disposition or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "POST"])
@staff_page
def its_files(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """The pictures and files of a product, and one more."""
    if not Product.objects.filter(pk=product_id).exists():
        raise Http404
    form, status = forms.UploadForm(), 200
    if request.method == "POST":
        form, status = forms.UploadForm(request.POST, request.FILES), 422
        if form.is_valid() and _added(request, product_id, form):
            return redirect("product_files", product_id=product_id)
    rows = File.objects.filter(product=product_id).order_by("added_at", "id").defer("content")
    known: dict[str, Any] = {"product_id": product_id, "form": form, "rows": rows, "pictures": files.PICTURES}
    return render(request, "products/files.html", known, status=status)


def _added(request: HttpRequest, product_id: UUID, form: forms.UploadForm) -> bool:
    sent = form.cleaned_data["file"]
    try:
        files.add(product_id, of(request).account_id, form.cleaned_data["press"], sent.name, sent.read())
    except CannotDo as why:
        form.add_error("file", str(why))
        return False
    return True
