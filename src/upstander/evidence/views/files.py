"""What the desk does with a file in quarantine: see that it is there, seal it, look at it."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from upstander.audit import services as audit
from upstander.evidence import access, forms, looking, sealing
from upstander.evidence.access import StaffRequest
from upstander.evidence.kinds import KINDS
from upstander.evidence.models import File
from upstander.evidence.templatetags.evidence import known

# The page of a view: no script, no frame, nothing from anywhere but the picture in the page itself.
VIEW_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data: 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-forms allow-same-origin"
)
# The same for a hearing: the sound stands in the page itself.
HEARING_POLICY = VIEW_POLICY.replace("img-src data: 'self'", "img-src 'self'; media-src data:")
NOT_HEARD: dict[str, str | Promise] = {
    "sealed": lazy("This file is sealed. Nobody can listen to it any more."),
    "judged": lazy("This tip is judged to involve a sexual image of a child: no file of it is opened."),
    "kind": lazy("This kind of file cannot be played here."),
    "bomb": lazy("This sound is made to be too large to open. It was not opened."),
    "too_large": lazy("This sound is too large to be played here."),
}
WHY_NOT: dict[str, str | Promise] = {
    "sealed": lazy("This file is sealed. Nobody can look at it any more."),
    "judged": lazy("This tip is judged to involve a sexual image of a child: no file of it is looked at."),
    "kind": lazy("This kind of file cannot be shown here."),
    "bomb": lazy("This picture is made to be too large to open. It was not opened."),
    "too_large": lazy("This picture is too large to be shown."),
}


def found(file_id: UUID) -> File:
    """The file; raises Http404."""
    file = File.objects.filter(id=file_id).first()
    if file is None:
        raise Http404
    return file


def back(file: File) -> HttpResponse:
    """To the page of the file's tip."""
    try:
        return redirect(reverse("desk_tip", args=[file.tip_number]) + "#files")
    except NoReverseMatch:  # an origin of a test that mounts this room alone
        return redirect("evidence_of_tip", number=file.tip_number)


@require_GET
@access.reader
@transaction.atomic
def of_tip(request: StaffRequest, number: str) -> HttpResponse:
    """The files of a tip anew, as a part of its page."""
    return _part(request, number)


def _part(request: StaffRequest, number: str) -> HttpResponse:
    first = File.objects.filter(tip_number=number).first()
    if first is None:
        return HttpResponse(status=204)
    audit.record(request.user.actor, "tip.viewed", "tip", first.tip_id, part="files")
    return render(request, "evidence/_files.html", known(number, request.user))


@require_POST
@access.reader
@transaction.atomic
def seal(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """One press: suspected, or evidence. No look is needed for it, and nothing undoes it."""
    file = found(file_id)
    form = forms.SealForm(request.POST)
    if form.is_valid():
        sealing.seal(file.id, form.cleaned_data["ground"], request.user.actor, request.user.pk)
    if "HX-Request" in request.headers:
        response = _part(request, file.tip_number)
        response["HX-Trigger"] = '{"tip-changed": ""}'
        return response
    return back(file)


@require_POST
@access.looker
def look(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Look once: the answer to this press is the view, and there is no other way to it."""
    file = found(file_id)
    form = forms.LookForm(request.POST)
    if not form.is_valid():
        return _view(request, file, form, 422)
    try:
        view = looking.look(file.id, request.user, form.cleaned_data["reason"])
    except looking.CannotShow as error:
        words = WHY_NOT.get(error.code, _("This picture is damaged. It could not be shown."))
        return _view(request, file, form, 409, why_not=words)
    return _view(request, file, form, 200, view=view)


def _view(
    request: StaffRequest, file: File, form: forms.LookForm, status: int, **more: object
) -> HttpResponse:
    response = render(request, "evidence/view.html", {"file": file, "form": form, **more}, status=status)
    response["Content-Security-Policy"] = VIEW_POLICY
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@access.looker
def listen(request: StaffRequest, file_id: UUID) -> HttpResponse:
    """Listen once: the answer to this press plays, and there is no other way to it."""
    file = found(file_id)
    form = forms.ListenForm(request.POST)
    if not form.is_valid():
        return _hearing(request, file, form, 422)
    try:
        sound = looking.listen(file.id, request.user, form.cleaned_data["reason"])
    except looking.CannotShow as error:
        words = NOT_HEARD.get(error.code, _("This sound is damaged. It could not be played."))
        return _hearing(request, file, form, 409, why_not=words)
    return _hearing(request, file, form, 200, sound=sound)


def _hearing(request: StaffRequest, file: File, form: forms.ListenForm, status: int, **more: object) -> HttpResponse:
    known = {"file": file, "form": form, "label": KINDS[file.kind].label, **more}
    response = render(request, "evidence/hearing.html", known, status=status)
    response["Content-Security-Policy"] = HEARING_POLICY
    response["Cache-Control"] = "no-store"
    return response
