from django.apps import AppConfig


class PostersConfig(AppConfig):
    name = "upstander.posters"
    label = "posters"
    verbose_name = "Posters"
