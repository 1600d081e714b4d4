from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatheringsConfig(AppConfig):
    name = "upstander.gatherings"
    label = "gatherings"
    verbose_name = "Gatherings"

    def ready(self) -> None:
        """Register this room's mail with the one door out, its chores with the worker, its pages with the header."""
        from upstander.circulation import keeping
        from upstander.delivery.services import register
        from upstander.gatherings import answers, chores, kept, letters
        from upstander.network import pages
        from upstander.ops import chores as housekeeping
        from upstander.ops import events

        register(letters.PURPOSE, letters.render)
        keeping.register(kept.KIND, kept.read)
        events.on("inbound.calendar_answered", answers.heard)
        housekeeping.register("gatherings.seats", timedelta(minutes=1), chores.settle)
        housekeeping.register("gatherings.answers", timedelta(seconds=30), answers.turn)
        housekeeping.register("gatherings.invitations", timedelta(seconds=30), chores.invitations)
        housekeeping.register("gatherings.reminders", timedelta(minutes=1), chores.reminders)
        pages.register(
            "gatherings", _("Events"), 40,
            says=_("Webinars, trainings and visits: register, and find what was shown."),
        )
        pages.register("gatherings_desk", _("Plan events"), 140, staff=True)
        pages.register("gatherings_visits", _("Visits"), 150, staff=True)
