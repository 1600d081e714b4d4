from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResponseConfig(AppConfig):
    name = "upstander.response"
    label = "response"
    verbose_name = "Response"

    def ready(self) -> None:
        """Say what the recipients did, on the tip's page at the desk; register this room's mail with the one door out."""
        from datetime import timedelta

        from upstander.actions.panels import register_answer, register_panel, register_referrals
        from upstander.delivery.services import register
        from upstander.ops import chores
        from upstander.response import desk_panel, forgotten, invitation, measuring, reverify

        chores.register("measures.outcome", timedelta(minutes=1), measuring.outcomes)
        register(invitation.PURPOSE, invitation.render)
        register(forgotten.PURPOSE, forgotten.render_mail)
        chores.register("forgotten.school", forgotten.EVERY, forgotten.turn)
        register(reverify.PURPOSE, reverify.render)
        chores.register("reverify", timedelta(minutes=5), reverify.turn)
        register_panel("response", _("What the recipients wrote and reported"), desk_panel.entries)
        register_answer(desk_panel.answer)
        register_referrals(desk_panel.waiting)
