"""For commands and tests that serve no origin of their own."""

urlpatterns: list[object] = []
