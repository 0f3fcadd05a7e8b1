"""A server on this machine that misbehaves, one way per path.

Also names that lead where a test wants: no packet leaves the machine.
"""

import contextlib
import gzip
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

REDIRECTS = (301, 302, 303, 307, 308)
_BOMB = gzip.compress(b" " * 64 * 1024**2, 1)


class HostileServer:
    """Answers by the path of a request; keeps what it was sent in ``got``.

    :param ssl.SSLContext tls: to speak TLS with.
    """

    def __init__(self, tls=None):
        self.got, self.elsewhere = [], ""
        self._tls, self._stop = tls, threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        """Close it; what still drips stops."""
        self._stop.set()
        self._listener.close()

    def _serve(self):
        while not self._stop.is_set():
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(sock,), daemon=True).start()

    def _handle(self, sock):
        with contextlib.suppress(OSError), contextlib.closing(sock):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = sock.recv(65536)
                if not piece:
                    return
                head += piece
            self.got.append(head)
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            name = path.strip("/").partition("/")[0]
            for piece in self._answer(name, head):
                if self._stop.is_set():
                    return
                sock.sendall(piece)

    def _answer(self, name, head):
        if name.isdigit():
            place = f"Location: {self.elsewhere}\r\n" if self.elsewhere else ""
            return [_head(int(name), place + "Content-Length: 0\r\n")]
        return getattr(self, f"_{name.replace('-', '_')}")(head)

    def _good(self, _head_sent):
        yield _full(200, b'{"ok": true}')

    def _drip(self, _head_sent):
        yield _head(200, "Content-Type: application/json\r\n")
        while True:
            yield b" "
            time.sleep(0.05)

    def _drip_head(self, _head_sent):
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X"
            time.sleep(0.05)

    def _silent(self, _head_sent):
        self._stop.wait(30)
        yield b""

    def _endless(self, _head_sent):
        yield _head(200, "")
        while True:
            yield b" " * 65536

    def _endless_chunks(self, _head_sent):
        yield _head(200, "Transfer-Encoding: chunked\r\n")
        while True:
            yield b"10000\r\n" + b" " * 65536 + b"\r\n"

    def _endless_head(self, _head_sent):
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X-Padding: " + b"y" * 1000 + b"\r\n"

    def _endless_line(self, _head_sent):
        yield b"HTTP/1.1 200 OK\r\nX-Padding: "
        while True:
            yield b"y" * 65536

    def _endless_continue(self, _head_sent):
        while True:
            yield b"HTTP/1.1 100 Continue\r\n\r\n" * 1000

    def _announced(self, _head_sent):
        yield _head(200, f"Content-Length: {10**15}\r\n") + b"{}"

    def _bomb(self, _head_sent):
        yield _full(200, _BOMB, "Content-Encoding: gzip\r\n")

    def _packed(self, _head_sent):
        yield _full(200, gzip.compress(b'{"ok": 1}'), "Content-Encoding: gzip\r\n")

    def _packed_oddly(self, _head_sent):
        yield _full(200, b"\x0b\x02\x80", "Content-Encoding: br\r\n")

    def _packed_badly(self, _head_sent):
        yield _full(200, b"no gzip", "Content-Encoding: gzip\r\n")

    def _cut(self, _head_sent):
        yield _head(200, "Content-Length: 100\r\n") + b"{}"

    def _no_http(self, _head_sent):
        yield b"SSH-2.0-OpenSSH_9.2\r\n"

    def _nothing(self, _head_sent):
        yield b""

    def _echo(self, head_sent):
        yield _full(500, json.dumps({"errors": head_sent.decode()}).encode())

    def _echo_400(self, head_sent):
        heads = dict(
            line.split(": ", 1) for line in head_sent.decode().split("\r\n")[1:] if line
        )
        told = {"errors": heads, "message": json.dumps(heads)}
        yield _full(400, json.dumps(told).encode())

    def _busy(self, _head_sent):
        yield _full(503, b"", "Retry-After: 120\r\n")


def _head(status, rest):
    return f"HTTP/1.1 {status} Any\r\nConnection: close\r\n{rest}\r\n".encode()


def _full(status, body, more=""):
    return _head(status, f"Content-Length: {len(body)}\r\n{more}") + body


def certificate(folder, name, *, days=1):
    """Make a certificate for a name that signs itself.

    :return: paths of certificate and key.
    """
    # here: only these tests need it
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.crt", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


def server_context(public, private):
    """What a server needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context
