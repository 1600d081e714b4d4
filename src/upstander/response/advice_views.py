"""The sharing advisor (R-privacy): a question a page, then what the laws of the pack say, each with its citation.

Nothing that is asked here is kept: not who asked, not of whom. What is shared in the end is recorded in the student's file
(`disclosure`), to which an answer leads.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from upstander.packs.current import current
from upstander.packs.sharing import Sharing
from upstander.packs.values import Paragraph
from upstander.response.advice_forms import ASKED, HoldsForm, QuestionForm, facts_of
from upstander.response.pages import shown
from upstander.sharing import path
from upstander.sharing.advise import Answer, Facts, advise

VERDICTS: dict[str, tuple[str, str | Promise]] = {
    "permitted": ("success", _("The law lets you share this")),
    "conditions": ("info", _("The law lets you share this, under conditions")),
    "counsel": ("warning", _("Ask counsel before you share this")),
    "refused": ("error", _("Do not share this")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """The next question, or the answer. What was said before comes back with each page, and can be changed."""
    rules = current().sharing
    if rules is None:
        raise Http404
    said = path.answered(rules, _until(request.POST))
    for question in path.QUESTIONS:
        if question not in said:
            form = QuestionForm(_sent(request, question), rules=rules, question=question)
            return _asked(request, rules, form, said, question)
    return _conditions_or_answer(request, rules, said)


def _until(given: QueryDict) -> dict[str, str]:
    """What was answered, up to the answer that somebody wants to change."""
    change = given.get("change", "")
    kept = path.QUESTIONS[: path.QUESTIONS.index(change)] if change in path.QUESTIONS else path.QUESTIONS
    return {question: given.get(question, "") for question in kept}


def _sent(request: HttpRequest, question: str) -> QueryDict | None:
    """What was sent, where it is this question's page that was sent."""
    return request.POST if request.POST.get("asked") == question else None


def _conditions_or_answer(request: HttpRequest, rules: Sharing, said: dict[str, str]) -> HttpResponse:
    facts = facts_of(said)
    if not path.that_matter(rules, facts):
        return _answered(request, rules, said, facts)
    form = HoldsForm(_sent(request, "holds"), rules=rules, facts=facts)
    if form.is_bound and form.is_valid():
        return _answered(request, rules, said, facts_of(said, frozenset(form.cleaned_data["holds"])))
    return _asked(request, rules, form, said, "holds")


def _asked(
    request: HttpRequest, rules: Sharing, form: QuestionForm | HoldsForm, said: dict[str, str], question: str
) -> HttpResponse:
    wrong = form.is_bound and not form.is_valid()
    values = {"form": form, "question": question, "said": _said(rules, said), "rules": rules}
    return shown(request, "advice.html", values, status=422 if wrong else 200)


def _answered(request: HttpRequest, rules: Sharing, said: dict[str, str], facts: Facts) -> HttpResponse:
    answer = advise(rules, facts)
    kind, verdict = VERDICTS[answer.verdict]
    grounds, then = _grounds(answer), [(one.label, _law(one.cites)) for one in answer.then]
    values = {
        "answer": answer, "kind": kind, "verdict": verdict, "said": _said(rules, said), "rules": rules,
        "holds": [choice for choice in rules.conditions if choice.code in facts.holds],
        "asked_holds": bool(path.that_matter(rules, facts)), "grounds": grounds, "then": then,
        "unchecked": not all(law.checked for law in _law(answer.cites)),
    }  # fmt: skip
    return shown(request, "advice_answer.html", values)


def _said(rules: Sharing, said: dict[str, str]) -> list[dict[str, Any]]:
    """Each answer that was given: its question, its code and its words."""
    words = {question: {c.code: c.label for c in path.choices(rules, question)} for question in said}
    return [
        {"question": q, "asked": ASKED[q], "code": code, "label": words[q][code]} for q, code in said.items()
    ]


def _grounds(answer: Answer) -> list[dict[str, Any]]:
    """What each law says, the strictest first: its own words where none of its rules holds."""
    order = list(reversed(VERDICTS))
    found = sorted(answer.grounds, key=lambda ground: order.index(ground.verdict))
    return [
        {
            "law": ground.law.label, "verdict": VERDICTS[ground.verdict][1],
            "says": [(one.says, _law(one.cites)) for one in ground.rules or (ground.law,)],
        }
        for ground in found
    ]  # fmt: skip


def _law(cites: tuple[str, ...]) -> list[Paragraph]:
    pack = current()
    known = {paragraph.id: paragraph for paragraph in (*pack.paragraphs, *(pack.sharing.statutes if pack.sharing else ()))}
    return [known[cite] for cite in cites]
