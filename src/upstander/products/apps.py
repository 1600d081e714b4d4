from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "upstander.products"
    label = "products"
    verbose_name = "Products"

    def ready(self) -> None:
        """Stand in the network's header."""
        from django.utils.translation import gettext_lazy as _

        from upstander.network import pages

        pages.register(
            "products", _("Products"), 10,
            says=_("Bulletins, notices and newsletters: all that is published at your level."),
        )
        pages.register("products_desk", _("Editor"), 50, staff=True)
