"""Bringing in a list: the file, what its rows would do, and the press."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from upstander.network import rolls as lists
from upstander.network.desk_views import StaffRequest
from upstander.network.doors import sio_page, staff_page
from upstander.network.errors import CannotDo
from upstander.network.forms import PressForm
from upstander.network.middleware import of
from upstander.network.models import Roll


class FileForm(PressForm):
    """The file of a list."""

    file = forms.FileField(
        label=gettext_lazy("The file (.xlsx, .xls or .csv)"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sio_page
def rolls(request: StaffRequest) -> HttpResponse:
    """Choose a file; the lists of before."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: Any = form.cleaned_data["file"]
        try:
            made = lists.look(file.read(), file.name, request.user, form.cleaned_data["press"])
            return redirect("network_roll", roll_id=made.pk)
        except CannotDo as why:
            form.add_error("file" if why.field else None, str(why))
    shown = {"form": form, "columns": lists.COLUMNS, "rolls": Roll.objects.order_by("-at").defer("rows")[:20]}
    return render(request, "network/desk/rolls.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def roll(request: StaffRequest, roll_id: UUID) -> HttpResponse:
    """What the rows of a list would do; brought in by a press."""
    found = Roll.objects.filter(pk=roll_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            lists.bring_in(roll_id, request.user)
        except CannotDo as why:
            messages.error(request, str(why))
        return redirect("network_roll", roll_id=roll_id)
    good = sum(not row["errors"] for row in found.rows)
    shown = {"roll": found, "good": good, "wrong": len(found.rows) - good, "who": of(request)}
    return render(request, "network/desk/roll.html", shown)
