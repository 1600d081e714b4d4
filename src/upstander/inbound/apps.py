from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "upstander.inbound"
    label = "inbound"
    verbose_name = "Inbound"
