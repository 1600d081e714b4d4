from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "upstander.library"
    label = "library"
    verbose_name = "Library"
