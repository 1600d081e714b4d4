"""The pages of who works in schools: today's entries, one's own year, certificates, and where the two codes meet."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.directory.models import Organisation
from upstander.officers import pack, queries, services
from upstander.officers.errors import CannotDo
from upstander.officers.forms import CertificateForm, FindForm, WorkForm
from upstander.officers.pages import acting, looked_after, shown
from upstander.officers.papers import ENDINGS
from upstander.officers.queries import Entry
from upstander.officers.reach import Reach


def _places(mine: Reach) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=mine.work).order_by("kind", "name"))


@require_http_methods(["GET", "POST"])
@acting
def home(request: HttpRequest, mine: Reach) -> HttpResponse:
    """Enter what was done, in seconds; and the last entries."""
    found, places = pack.officers(), _places(mine)
    form = WorkForm(request.POST if request.method == "POST" else None, pack=found, places=places)
    form.initial = {"place": queries.last_place(mine)}
    if request.method == "POST" and places and form.is_valid():
        try:
            new = services.record_work(mine, form.work(), form.cleaned_data["entry"])
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            if new:
                messages.success(request, _("It is entered."))
            return redirect("officers_home")
    names = {p.pk: p.name for p in places}
    values: dict[str, Any] = {
        "form": form if places else None,
        "entries": _named(queries.entries(mine, 5)),
        "due": queries.due(mine, looked_after(mine)),
        "usual": [
            (
                _("%(what)s, %(minutes)d minutes") % {"what": found.name(u.kind), "minutes": u.minutes},
                names.get(u.place_id, ""),
            )
            for u in queries.usual(mine)
        ],
        "today": clock.today(),
    }
    return shown(request, mine, "home.html", values, status=422 if form.errors else 200)


def _named(found: list[Entry]) -> list[tuple[Entry, str, list[str]]]:
    name = pack.officers().name
    return [(e, name(e.activity.kind), [name(o) for o in e.activity.outcomes]) for e in found]


@require_GET
@acting
def entries(request: HttpRequest, mine: Reach) -> HttpResponse:
    """One's own last entries, to look at or take back."""
    return shown(request, mine, "entries.html", {"entries": _named(queries.entries(mine, 100))})


@require_POST
@acting
def again(request: HttpRequest, mine: Reach) -> HttpResponse:
    """One press: what I do often, done again today."""
    try:
        chosen = queries.usual(mine)[int(request.POST.get("n", ""))]
        entry = UUID(request.POST.get("entry", ""))
    except (ValueError, IndexError):
        messages.error(request, _("Nothing was entered. Enter it below."))
        return redirect("officers_home")
    work = services.Work(chosen.place_id, chosen.kind, chosen.minutes, clock.today(), chosen.outcomes)
    if services.record_work(mine, work, entry):
        messages.success(request, _("It is entered."))
    return redirect("officers_home")


@require_POST
@acting
def withdraw(request: HttpRequest, mine: Reach, activity_id: UUID) -> HttpResponse:
    """Take an entry back."""
    services.withdraw_work(mine, activity_id)
    messages.success(request, _("It is taken back, and counts no more."))
    return redirect("officers_home")


@require_http_methods(["GET", "POST"])
@acting
def certificates(request: HttpRequest, mine: Reach) -> HttpResponse:
    """One's own certificates, and what is still missing."""
    found = pack.officers()
    form = CertificateForm(
        request.POST if request.method == "POST" else None, request.FILES or None, pack=found
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_certificate(mine, form.learned())
        except CannotDo as why:
            form.add_error(why.field or None, str(why))
        else:
            messages.success(request, _("Your certificate is kept."))
            return redirect("officers_certificates")
    values = {
        "form": form,
        "rows": [(p, found.name(p.certificate.training)) for p in queries.certificates(mine)],
        "standing": [(c, found.training(c.training)) for c in queries.standing(mine)],
    }
    return shown(request, mine, "certificates.html", values, status=422 if form.errors else 200)


@require_POST
@acting
def withdraw_certificate(request: HttpRequest, mine: Reach, certificate_id: UUID) -> HttpResponse:
    """Take a certificate back."""
    services.withdraw_certificate(mine, certificate_id)
    messages.success(request, _("The certificate is taken back."))
    return redirect("officers_certificates")


@require_GET
@acting
def certificate_file(request: HttpRequest, mine: Reach, certificate_id: UUID) -> HttpResponse:
    """The file of a certificate, as a download."""
    return download(*services.open_paper(mine, certificate=certificate_id), "certificate")


def download(content: bytes, media: str, name: str) -> HttpResponse:
    """A file that somebody brought: never shown inside a page of ours, only handed out."""
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ENDINGS.get(media, "bin")}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@acting
def codes(request: HttpRequest, mine: Reach) -> HttpResponse:
    """Where school code and criminal code meet, and where not; searched by posted words."""
    found = pack.officers()
    form = FindForm(request.POST if request.method == "POST" else None)
    words = form.cleaned_data["words"].casefold().split() if form.is_bound and form.is_valid() else []
    rows = [row for row in found.rows if all(word in row.words for word in words)]
    values = {
        "form": form,
        "rows": [(row, found.compared(row)) for row in rows],
        "laws": found.laws,
        "searched": bool(words),
    }
    return shown(request, mine, "codes.html", values, status=422 if form.errors else 200)
