"""A signed-in call-taker, over HTTP, as a browser would be: password, second factor, cookies."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from upstander.people import demo
from upstander.people.second_factor import current_code


def csrf(page: str) -> str:
    """The token of the page's forms; empty where it has none."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    return found.group(1) if found else ""


class Desk:
    """Signs in at once; `get` and `post` then act as that person. Raises AssertionError where sign-in fails."""

    def __init__(self, base: str, email: str = f"casey@{demo.DOMAIN}") -> None:
        self.base = base
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        _, page = self.get("/")
        _, page = self.post(self.last, {"login": email, "password": demo.PASSWORD}, page)
        _, page = self.post(self.last, {"code": current_code(demo.SECRET)}, page)
        assert "sign-in" not in self.last, self.last

    @property
    def cookies(self) -> str:
        """The Cookie header of this session."""
        return "; ".join(f"{c.name}={c.value}" for c in self.jar)

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page; `last` is the address it came from."""
        return self._send(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, data: dict[str, str], page: str = "") -> tuple[int, str]:
        """Post a form, with the CSRF token found in `page`."""
        fields = dict(data) | ({"csrfmiddlewaretoken": token} if (token := csrf(page)) else {})
        url = urllib.parse.urljoin(self.base, path)
        request = urllib.request.Request(url, urllib.parse.urlencode(fields, doseq=True).encode())
        request.add_header("Origin", self.base)
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> tuple[int, str]:
        with self.opener.open(request, timeout=60) as response:
            self.last = response.url
            return response.status, response.read().decode()
