"""The page of one tip as one person sees it: its parts, its forms, what this person may do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from upstander import clock
from upstander.actions import outlook, support
from upstander.actions import queries as actions
from upstander.actions import words as opened
from upstander.actions.conflict import CONFIRMS, Decision
from upstander.actions.facts import marks_of_submitter
from upstander.actions.models import Judgement
from upstander.actions.outlook import Standing
from upstander.desk import conflict, coordinating, dialling, forms, offered, roles, steps, tipview, todo
from upstander.desk import suggestions as suggested
from upstander.desk.roles import StaffRequest
from upstander.evidence import desk as files
from upstander.evidence.adopting import FLAG
from upstander.intake.queries import QueueRow
from upstander.intake.services import Submitted
from upstander.packs.current import current
from upstander.people import access
from upstander.people.models import Role

Context = dict[str, Any]
Forms = dict[str, Any]


class _Forms:
    """`page.forms.reply` in a template."""

    def __init__(self, page: "TipPage") -> None:
        self.page = page

    def __getitem__(self, name: str) -> Any:
        return self.page.form(name)


class TipPage:
    """One tip as one person sees it at one moment. Each part is put together when it is first asked for."""

    def __init__(self, request: StaffRequest, tip: QueueRow, bound: Forms | None = None) -> None:
        self.request, self.tip, self.bound = request, tip, bound or {}
        self.now, self.account = clock.now(), request.user
        self.roles = access.roles(request.user)
        self.works = not self.roles.isdisjoint(roles.WORKERS)
        self.forms = _Forms(self)
        self._kept: Context = {}

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    @property
    def head(self) -> tipview.Head:
        """See tipview.head."""
        return self._once(
            "head",
            lambda: tipview.head(self.tip, self.account.pk, self.now, getattr(self.request, "_red", None)),
        )

    @property
    def who(self) -> tipview.Who:
        """See tipview.who."""
        return self._once("who", lambda: tipview.who(self.tip, self.account.pk, self.now))

    @property
    def words(self) -> tipview.Words:
        """See tipview.words."""
        return self._once("words", lambda: tipview.words(self.tip.id))

    @property
    def submitted(self) -> Submitted | None:
        """See tipview.submitted."""
        return self._once("submitted", lambda: tipview.submitted(self.tip))

    @property
    def suggestions(self) -> suggested.Suggestions:
        """See suggestions.of."""
        subtypes = self.head.judgement.subtypes if self.head.judgement else ()
        return self._once("suggestions", lambda: suggested.of(self.tip, self.words, subtypes))

    @property
    def offers(self) -> list[offered.Offer]:
        """What may also be done; nothing for a closed tip."""
        return self._once("offers", lambda: [] if self.tip.closed_at else offered.offers(self.head.judgement, self.account))

    @property
    def support_open(self) -> bool:
        """Whether this person may record that an agency asks for an analyst, again where a product was delivered before."""
        may = self.works or roles.owes(self.account, Role.STIC_ANALYST)
        known = any(rule.kind == support.KIND for rule in current().rules)
        return may and known and self.head.judgement is not None and not self.tip.closed_at

    @property
    def confirms(self) -> bool:
        """Whether this person may confirm the class: assigned, and not the one who gave it but for the fusion center's own."""
        own = self.head.judgement is not None and self.head.judgement.account_id == self.account.pk
        return not self.roles.isdisjoint(roles.ASSIGNED) and (not own or Role.STIC_STAFF in self.roles)

    @property
    def conflict(self) -> Standing | None:
        """Who is left out because the tip is about them, and who decided that; None where nobody had to."""
        return self._once("conflict", lambda: outlook.standing(self.tip.id))

    @property
    def left_out(self) -> frozenset[int]:
        """The contacts who are told nothing."""
        return self.conflict.ids if self.conflict else frozenset()

    @property
    def confirms_conflict(self) -> bool:
        """Whether this person's decision who is left out stands by itself."""
        return not self.roles.isdisjoint(CONFIRMS)

    @property
    def determines(self) -> bool:
        """Whether this person determines that a report is intentionally false or a prank."""
        return Role.SUPERVISOR in self.roles

    @property
    def researches(self) -> bool:
        """Whether this person sees determinations, and researches who sent the tip."""
        return not self.roles.isdisjoint(roles.RESEARCHERS)

    def look(self, choice: Decision) -> outlook.Outlook:
        """What a choice of who is left out would do."""
        return outlook.outlook(self.tip.id, self.tip.place_id, choice)

    @property
    def dials(self) -> dialling.Dials:
        """Whether this person can call by a press here."""
        return self._once("dials", lambda: dialling.dials(self.account))

    @property
    def todo(self) -> steps.Todo:
        """What must happen, each open row with its form."""
        return self._once("todo", self._todo)

    def _todo(self) -> steps.Todo:
        def can(owed_by: str) -> bool:
            return self.works or roles.owes(self.account, owed_by)

        found = todo.todo(self.head, self.who.routing, self.who.contacts, can)
        for step in found.steps:
            for target in step.acting:
                target.form = self.action_form(target, step) if target.open else None
                if step.to_people:
                    target.aside = self.aside_form(target)
            for target in step.targets if step.is_mail and not self.tip.closed_at else ():
                sent = self.bound.get(f"again-{target.action.id}")
                target.again = sent or (forms.AgainForm() if target.returns else None)
            if step.kind == coordinating.KIND:
                users = coordinating.end_users(self.tip.id, self.who, self.head.place, self.conflict, found.steps)
                coordinating.fill(step, users)
        return found

    def action_form(self, target: steps.Target, step: steps.Step) -> Any:
        """The form that records what was done on a row of the ledger."""
        if str(target.action.id) in self.bound:
            return self.bound[str(target.action.id)]
        auto_id = f"id_{target.action.id.hex[-8:]}_%s"
        if step.is_call:
            name = "" if target.needs_name else target.name
            return forms.CallForm(initial={"answered_by": name, **dialling.proposed(target)}, auto_id=auto_id)
        with_whom = target.name if step.kind == coordinating.KIND and not target.needs_name else ""
        return forms.DoneForm(auto_id=auto_id, proof=target.proof, initial={"answered_by": with_whom})

    def aside_form(self, target: steps.Target) -> Any:
        """The form that says that somebody cannot be reached, or how they were told whose mail was refused."""
        key = f"aside-{target.action.id}"
        return self.bound.get(key) or forms.DoneForm(auto_id=f"id_{target.action.id.hex[-8:]}_aside_%s")

    @property
    def narrative(self) -> str:
        """What the editor of the release starts from: what was released before, else the tip's own words."""
        said = [r for r in actions.referrals_of(self.tip.id) if r.released_at]
        for referral in sorted(said, key=lambda r: r.released_at or self.now, reverse=True):
            if text := opened.summary(referral, "desk"):
                return text
        labels = {"text": "", "who": _("Who: "), "when": _("When: "), "place": _("Where: ")}
        told = {name: one.text for name, one in self.words.fields.items()} | {"text": self.words.text}
        return "\n\n".join(f"{labels[f]}{told[f]}" for f in labels if told.get(f))

    def form(self, name: str) -> Any:
        """The form of this name: as it was sent, where it did not pass, else a fresh one."""
        return (
            self.bound[name] if name in self.bound else self._once(f"form.{name}", lambda: self._fresh(name))
        )

    def _fresh(self, name: str) -> Any:
        if name == "judge":
            return self.classification()
        if name == "release":
            return forms.ReleaseForm(initial={"text": self.narrative}, auto_id="id_release_%s")
        if name == "conflict":
            assert self.conflict is not None, "asked for where it was decided"
            return conflict.confirm_form(self.conflict, self.look)
        if name == "close":
            return forms.CloseForm(auto_id="id_close_%s")
        if name == "support":
            return offered.SupportForm(auto_id="id_support_%s")
        return forms.ReplyForm(auto_id="id_reply_%s")

    def classification(self, data: Any = None) -> forms.JudgeForm:
        """The classification, fresh or as sent."""
        judgement = self.head.judgement
        return forms.JudgeForm(
            data,
            initial=self._suggested(judgement) if data is None else {"flags": self._flags()},
            look=self.look,
            lowerable=judgement is not None or self.tip.danger_now,
            auto_id="id_judge_%s",
        )

    def _suggested(self, judgement: Judgement | None) -> dict[str, Any]:
        """How the form stands at first: with the marks of a suspected file, and of who passed the tip on. A person may take them
        away."""
        found = {**forms.initial_of(judgement, self.narrative), **conflict.initial_of(self.conflict)}
        marks = {FLAG} if files.suspects(self.tip.id) else set()
        if judgement is None:  # who passed it on says so; a person may take it away
            marks |= marks_of_submitter(current(), self.tip.submitter)
        if marks:
            found["flags"] = sorted({*found.get("flags", ()), *marks})
        return found

    def _flags(self) -> list[str]:
        return list(self.head.judgement.flags) if self.head.judgement else []

    def context(self) -> Context:
        """What the templates of a tip's page and of its parts use. Nothing is read before a template asks."""
        return {
            "page": self,
            "tip": self.tip,
            "now": self.now,
            "pack": current(),
        }

    @property
    def release_open(self) -> bool:
        """Whether this person may release a Critical's narrative: for the first time, or later words of it."""
        if not self.works or self.tip.closed_at or not self.head.judgement:
            return False
        return bool(self._recipients) and current().critical(self.tip.klass)

    @property
    def _recipients(self) -> list[dict[str, object]]:
        """Who may be told more: not who was stood down, nor who never heard of it."""
        return [r for r in self.referrals if not r["stood_down_at"] and r["state"] != "withdrawn"]

    @property
    def release_waits(self) -> bool:
        """Whether somebody has been given no words yet."""
        return any(not r["released_at"] for r in self._recipients)

    @property
    def release_due(self) -> datetime | None:
        """By when they are to be released, where somebody waits for them."""
        judgement = self.head.judgement
        waits = judgement is not None and self.release_waits
        return (
            judgement.at + timedelta(minutes=current().limits.release_minutes)
            if judgement and waits
            else None
        )

    @property
    def referrals(self) -> list[dict[str, object]]:
        """See todo.referrals."""
        return self._once("referrals", lambda: todo.referrals(self.tip.id))

    @property
    def panels(self) -> list[Any]:
        """What other rooms say here; under a question of theirs the form that answers it, for who works tips."""
        return self._once("panels", self._panels)

    def _panels(self) -> list[Any]:
        found = tipview.said_elsewhere(self.tip.id)
        for line in (line for panel in found for line in panel.entries if self.works and line.get("asks")):
            key = f"answer-{line['asks']}"
            line["form"] = self.bound.get(key) or forms.answer_form(line["asks"])
        return found

    @property
    def reasons(self) -> tuple[str, str]:
        """See tipview.reasons."""
        return tipview.reasons(self.head)
