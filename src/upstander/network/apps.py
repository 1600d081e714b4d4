from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "upstander.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        """Say who has business at the network's origin."""
        from django.utils.translation import gettext_lazy as _

        from upstander.network import pages, standing
        from upstander.people import access

        access.BUSINESS["network"] = standing.has_business
        pages.register("network_home", _("Start"), 0)
