from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "upstander.register"
    label = "register"
    verbose_name = "Event register"

    def ready(self) -> None:
        """Put this room's pages into the header."""
        from upstander.network import pages
        from upstander.products import slots as places
        from upstander.register import slots

        places.beside("register", 20, slots.beside)
        places.at_desk("register", 20, slots.at_desk)
        pages.register(
            "register", _("Past incidents"), 50,
            says=_("What happened elsewhere, from public sources: what warned, what was learned."),
        )
        pages.register("register_proposals", _("Incidents proposed"), 160, staff=True)
