from datetime import timedelta

from django.apps import AppConfig


class CirculationConfig(AppConfig):
    name = "upstander.circulation"
    label = "circulation"
    verbose_name = "Circulation"

    def ready(self) -> None:
        """Say what this room mails, what the worker does for it, and which pages stand in the header."""
        from django.utils.translation import gettext_lazy as _

        from upstander.circulation import (
            alarms,
            beside,
            confirming,
            devices,
            feedback_views,
            gathering,
            keeping,
            mails,
            numbers,
            spreading,
            waiting,
        )
        from upstander.circulation import kept_products as kept
        from upstander.delivery.services import register, register_many
        from upstander.network import pages
        from upstander.ops import chores, events
        from upstander.products import slots

        register_many(spreading.MAIL, mails.mails)
        register_many(spreading.DIGEST, mails.digests)
        register_many(spreading.REMIND, mails.reminders)
        register_many(spreading.TEXT, mails.texts)
        register_many(spreading.PUSH, mails.pushes)
        register_many(alarms.PURPOSE, alarms.mails)
        register(numbers.PURPOSE, numbers.code)
        keeping.register(kept.KIND, kept.read, kept.take)
        events.on("delivery.failed", devices.failed)
        events.on("delivery.failed", numbers.failed)
        chores.register("circulation", timedelta(seconds=1), spreading.turn)
        chores.register("circulation.digests", timedelta(seconds=30), gathering.turn)
        chores.register("circulation.confirming", timedelta(seconds=30), confirming.turn)
        slots.beside("circulation", 10, beside.part)
        slots.beside("circulation_feedback", 15, feedback_views.part)
        chores.register("circulation.numbers", timedelta(hours=1), numbers.clear)
        pages.tell(waiting.waiting)
        pages.register(
            "circulation_received", _("Sent to you"), 15, own=True,
            says=_("Your own copies, and your word that you have read them."),
        )
        pages.register("circulation_kept", _("On this phone"), 16, own=True, top=True)
        pages.register("circulation_desk", _("Distribution"), 60, staff=True)
