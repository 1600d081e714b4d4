from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "upstander.insight"
    label = "insight"
    verbose_name = "Insight"

    def ready(self) -> None:
        """Put this room's pages into the header; the first of them is where the staff of the network begin."""
        from upstander.network import pages

        pages.register("insight_day", _("Today"), 5, staff=True)
        pages.register("insight_measures", _("Measures"), 70, staff=True)
        pages.begin_with("insight_day")
