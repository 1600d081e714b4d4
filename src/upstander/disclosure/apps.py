from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "upstander.disclosure"
    label = "disclosure"
    verbose_name = "Disclosures"
