"""The pages of students' files: emergencies, what was told, the log, the parents' notice."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from upstander import clock
from upstander.audit import services as audit
from upstander.directory.models import Kind, Organisation
from upstander.disclosure import files, gate, letter, log
from upstander.disclosure.acting import Mine
from upstander.disclosure.errors import CannotDo, NotTheirs
from upstander.disclosure.forms import (
    ChooseForm,
    DisclosureForm,
    EmergencyForm,
    FileForm,
    FindForm,
    NoticeForm,
)
from upstander.disclosure.models import Student
from upstander.disclosure.pages import acting, shown
from upstander.sharing import path
from upstander.web import paper


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def asked(request: HttpRequest, form: Form, title: str | Promise, press: str | Promise, **values: Any) -> HttpResponse:
    """A page with one form."""
    frame = {"form": form, "title": title, "press": press, **values}
    return shown(request, "disclosure/form.html", frame, status=422 if form.errors else 200)


def _why(form: Form, why: CannotDo) -> None:
    form.add_error(why.field if why.field in form.fields else None, str(why))


def _schools(mine: Mine) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=mine.keeps, kind=Kind.SCHOOL, retired_on=None).order_by("name"))


def _file(mine: Mine, student_id: UUID) -> tuple[Student, files.File]:
    student = gate.theirs(mine, student_id)
    return student, files.opened([student])[0]


def _to(student_id: UUID) -> tuple[str, str]:
    return reverse("disclosure_student", args=[student_id]), _("The student's file")


@require_http_methods(["GET", "POST"])
@acting
def home(request: HttpRequest, mine: Mine) -> HttpResponse:
    """The files that somebody keeps, found by posted words; the parents' notices that are due stand first."""
    if not mine.keeps:
        raise NotTheirs
    form = FindForm(_sent(request))
    sought = form.cleaned_data["words"].casefold().split() if form.is_bound and form.is_valid() else []
    rows = files.at(mine.keeps) if sought else files.listed(mine.keeps, mine.account_id)
    found = [one for one in rows if all(word in f"{one.name} {one.known_by}".casefold() for word in sought)]
    values = {"form": form, "files": found, "notices": log.notices(mine), "sought": bool(sought)}
    return shown(request, "disclosure/home.html", values)


@require_http_methods(["GET", "POST"])
@acting
def new(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Make a student's file."""
    if not mine.keeps:
        raise NotTheirs
    form = FileForm(_sent(request), places=_schools(mine), rules=gate.rules())
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        known = (said["name"], said["known_by"], said["parents"], said["language"])
        made = files.new(mine.account_id, said["place"], *known)
        return redirect("disclosure_student", made.id)
    back = (reverse("disclosure_home"), _("What we told about students"))
    return asked(request, form, _("A new file"), _("Make it"), back=back)


@require_GET
@acting
def student(request: HttpRequest, mine: Mine, student_id: UUID) -> HttpResponse:
    """A student's file: emergencies, the log as the law wants it, what is owed to the parents."""
    found, file = _file(mine, student_id)
    audit.record(mine.actor, "disclosure.read", "student", student_id)
    values = {
        "file": file, "lines": log.of(found), "emergencies": log.emergencies(found), "letters": gate.rules().letters,
        "rules": gate.rules(), "now": clock.now(),
    }  # fmt: skip
    return shown(request, "disclosure/student.html", values)


@require_http_methods(["GET", "POST"])
@acting
def emergency(request: HttpRequest, mine: Mine, student_id: UUID) -> HttpResponse:
    """Record an emergency, with all four factors."""
    found, file = _file(mine, student_id)
    form = EmergencyForm(_sent(request), rules=gate.rules())
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            gate.record_emergency(mine, found, said["threat"], tuple(said["factors"]), said["why"])
            return redirect("disclosure_student", student_id)
        except CannotDo as why:
            _why(form, why)
    says = [file.name, _("In danger: call 911 first, and write this afterwards.")]
    return asked(request, form, _("Record an emergency"), _("Record it"), says=says, back=_to(student_id))


@require_POST
@acting
def end_emergency(request: HttpRequest, mine: Mine, emergency_id: UUID) -> HttpResponse:
    """The emergency is over."""
    return redirect("disclosure_student", gate.end_emergency(mine, emergency_id))


@require_http_methods(["GET", "POST"])
@acting
def record(request: HttpRequest, mine: Mine, student_id: UUID) -> HttpResponse:
    """Record what is told about a student."""
    found, file = _file(mine, student_id)
    form = DisclosureForm(_sent(request), rules=gate.rules(), emergencies=log.emergencies(found))
    if form.is_bound and form.is_valid():
        try:
            gate.record(mine, found, form.shared(), press=form.cleaned_data["entry"])
            messages.success(request, _("It is recorded."))
            return redirect("disclosure_student", student_id)
        except CannotDo as why:
            _why(form, why)
    return _record_page(request, form, file)


def _record_page(request: HttpRequest, form: DisclosureForm, file: files.File) -> HttpResponse:
    says = [file.name, gate.rules().disclaimer]
    where = reverse("disclosure_record", args=[file.id])
    return asked(request, form, _("Record what is told"), _("Record it"), says=says, back=_to(file.id), action=where)


@require_POST
@acting
def from_advice(request: HttpRequest, mine: Mine) -> HttpResponse:
    """From an answer of the advisor: choose the student, then record, with what was answered filled in."""
    if not mine.keeps:
        raise NotTheirs
    rules = gate.rules()
    said = path.answered(rules, {question: request.POST.get(question, "") for question in path.QUESTIONS})
    holds = [one.code for one in rules.conditions if one.code in request.POST.getlist("holds")]
    form = ChooseForm(request.POST if "student" in request.POST else None, files=files.listed(mine.keeps, mine.account_id))
    if form.is_bound and form.is_valid():
        found, file = _file(mine, UUID(form.cleaned_data["student"]))
        filled = DisclosureForm(initial=said | {"holds": holds}, rules=rules, emergencies=log.emergencies(found))
        return _record_page(request, filled, file)
    carried = [*said.items(), *(("holds", code) for code in holds)]
    back = (reverse("disclosure_new"), _("The student has no file yet: make one"))
    return asked(request, form, _("Record what is told"), _("Go on"), carried=carried, back=back)


@require_http_methods(["GET", "POST"])
@acting
def notified(request: HttpRequest, mine: Mine, disclosure_id: UUID) -> HttpResponse:
    """Write down that the parents were told."""
    line = log.one(mine, disclosure_id)
    if line is None:
        raise NotTheirs(disclosure_id)
    form = NoticeForm(_sent(request))
    if form.is_bound and form.is_valid():
        try:
            return redirect("disclosure_student", gate.notified(mine, disclosure_id, form.cleaned_data["how"]))
        except CannotDo as why:
            _why(form, why)
    return asked(request, form, _("The parents were told"), _("Write it down"), back=_to(line.row.student_id))


@require_GET
@acting
def notice(request: HttpRequest, mine: Mine, disclosure_id: UUID, language: str) -> HttpResponse:
    """The notice to the parents as PDF, in one of the pack's languages."""
    line = log.one(mine, disclosure_id)
    if line is None or language not in {one.language for one in gate.rules().letters}:
        raise NotTheirs(disclosure_id)
    _student, file = _file(mine, line.row.student_id)
    audit.record(mine.actor, "disclosure.letter", "student", line.row.student_id, disclosure=disclosure_id)
    try:
        made = paper.pdf(letter.document(gate.rules().letter(language), file, line), clock.now())
    except paper.CannotPrint:
        messages.error(request, _("The letter could not be made just now. Please press again in a minute."))
        return redirect("disclosure_student", line.row.student_id)
    return paper.answer(made, f"notice-{language}")
