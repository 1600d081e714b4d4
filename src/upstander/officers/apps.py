from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficersConfig(AppConfig):
    name = "upstander.officers"
    label = "officers"
    verbose_name = _("School resource officers")

    def ready(self) -> None:
        """Register this room's mail with the one door out, and its chore with the worker."""
        from upstander.delivery.services import register
        from upstander.officers import reminders, reviews
        from upstander.ops import chores

        register(reminders.PURPOSE, reminders.render)
        register(reviews.PURPOSE, reviews.render)
        chores.register("officers.certificates", timedelta(minutes=10), reminders.turn)
        chores.register("officers.reviews", timedelta(minutes=10), reviews.turn)
