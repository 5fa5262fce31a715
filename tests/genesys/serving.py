"""A server on this computer that answers with given bytes, over http or https."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def answer(status: str, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP answer."""
    named = {"Content-Length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


class Server:
    """Accepts connections and answers each request with the next of `answers`, then closes.

    None hangs without an answer; b"" closes without one. With `tls` it speaks https.
    """

    def __init__(self, *answers: bytes | None, tls: ssl.SSLContext | None = None) -> None:
        self.answers = iter(answers)
        self.tls = tls
        self.requests: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme, host = ("https", "localhost") if self.tls else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # a client may leave, or not trust the certificate
            if self.tls:
                with self.tls.wrap_socket(connection, server_side=True) as secure:
                    self._answer_request(secure)
            else:
                self._answer_request(connection)

    def _answer_request(self, connection: socket.socket) -> None:
        request = _whole_request(connection)
        if not request:
            return
        self.requests.append(request)
        answer = next(self.answers)
        if answer is None:
            self.over.wait(30)
        else:
            connection.sendall(answer)

    def close(self) -> None:
        """Take no more connections, also where a thread waits for one."""
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def _whole_request(connection: socket.socket) -> bytes:
    request = b""
    while chunk := connection.recv(65_536):
        request += chunk
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if b"\r\n\r\n" in request and len(body) >= int(length[1] if length else 0):
            break
    return request


@contextmanager
def served(*answers: bytes | None, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the time of a test."""
    server = Server(*answers, tls=tls)
    try:
        yield server
    finally:
        server.close()
