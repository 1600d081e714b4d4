from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "upstander.outreach"
    label = "outreach"
    verbose_name = "Outreach"
