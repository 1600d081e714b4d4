from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResponseConfig(AppConfig):
    name = "upstander.response"
    label = "response"
    verbose_name = "Response"

    def ready(self) -> None:
        """Say what the recipients did, on the tip's page at the desk; register this room's mail with the one door out."""
        from upstander.actions.panels import register_panel
        from upstander.delivery.services import register
        from upstander.response import desk_panel, invitation

        register_panel("response", _("What the recipients wrote and reported"), desk_panel.entries)
        register(invitation.PURPOSE, invitation.render)
