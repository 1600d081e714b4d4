"""The library's addresses, the same at the public and the school origin; whoever mounts them gives their frame (`site.Site`)."""

from functools import partial, update_wrapper

from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from upstander.library import outward, suggest_views, views
from upstander.library.site import Site, View

_PAGES: tuple[tuple[str, View, str], ...] = (
    ("resources/", views.resources, "library"),
    ("resources/words/", views.words, "library_words"),
    ("resources/suggest/", suggest_views.suggest, "library_suggest"),
    ("resources/collections/<slug:code>/", views.collection, "library_collection"),
)


def patterns(site: Site) -> list[URLPattern]:
    """The pages of the library on an origin."""
    return [path(route, site.guard(_bound(view, site)), name=name) for route, view, name in _PAGES]


def public_patterns(site: Site) -> list[URLPattern]:
    """The same, and what other sites show of it; an address typed without its last slash leads there, too."""
    bare = path("resources", site.guard(_bound(views.resources, site)), name="library_bare")
    return [
        bare,
        *patterns(site),
        path("resources/embed/", require_safe(outward.embed), name="library_embed"),
        path("resources/feed.json", require_safe(outward.feed), name="library_feed"),
    ]


def _bound(view: View, site: Site) -> View:
    return update_wrapper(partial(view, site=site), view)
