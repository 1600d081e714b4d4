from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "upstander.delivery"
    label = "delivery"
    verbose_name = "Delivery"
