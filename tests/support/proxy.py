"""A line in between: a TCP proxy before the database that can go dead without a word, or be cut."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Proxy:
    """Passes bytes both ways on 127.0.0.1:`port` until told otherwise. New connections always work, but in the `dark`."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._live: list[tuple[socket.socket, threading.Event]] = []
        self.dark = False  # a new connection is taken, and nothing ever passes on it
        self.down = False  # a new connection is closed at once

    @classmethod
    def to_the_database(cls) -> "Proxy":
        """Before the server that Django uses."""
        from django.db import connection

        s = connection.settings_dict
        host, port = str(s["HOST"]), int(s["PORT"] or 5432)
        return cls(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port))

    def dsn(self, address: str) -> str:
        """`address` through this proxy."""
        parts = urlsplit(address)
        user = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{self.port}", query=""))

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def freeze(self) -> None:
        """From now on nothing passes on the present lines, and nobody is told."""
        for _, frozen in self._live:
            frozen.set()

    def cut(self) -> None:
        """Close the present lines."""
        for line, _ in self._live:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._live.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self.down:
                    near.close()
                    continue
                far = self._connect()
                frozen = threading.Event()
                if self.dark:
                    frozen.set()
                self._live += [(near, frozen), (far, frozen)]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other, frozen), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self._target, str):
            line = socket.socket(socket.AF_UNIX)
            line.connect(self._target)
            return line
        return socket.create_connection(self._target)

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, frozen: threading.Event) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not frozen.is_set():
                    target.sendall(data)
            if not frozen.is_set():
                target.shutdown(socket.SHUT_RDWR)
