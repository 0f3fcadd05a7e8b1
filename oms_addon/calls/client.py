"""Makes one call: checked address, no redirect, a deadline, a size.

Proxies, ``.netrc`` and the other things that come from a server's environment have no
say: the address that was checked is the one that is connected to. The name stays what
the certificate, SNI and the ``Host`` header speak of.
"""

import http.client
import ssl
import zlib
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode, urljoin

from . import addresses, stream
from .errors import CallError

try:
    import certifi
except ImportError:  # it comes with Odoo's own packages, not with Python
    certifi = None

USER_AGENT = "oms-suite"
HEAD_ROOM = 1024**2  # bytes for the head of an answer and its packing
CONNECT_SECONDS = 5  # for one of several addresses
LONGEST_ADDRESS = 200


@dataclass(frozen=True)
class Limits:
    """How long and how large.

    :param float seconds: for all of it: look-up, connecting, sending, reading.
    :param int size: bytes of an answer, as it came and unpacked.
    """

    seconds: float = 10
    size: int = 4 * 1024**2


@dataclass(frozen=True)
class Answer:
    """What a server said.

    :param dict headers: names in lower case.
    :param bytes body: unpacked.
    """

    status: int
    headers: dict
    body: bytes


def call(request, policy, limits=Limits()):
    """Make a call.

    :param request: an `adapters.base.HttpRequest`, or what has its attributes.
    :param addresses.Policy policy: what is allowed beyond https to public addresses.
    :param Limits limits:
    :rtype: Answer
    :raise CallError: in every case in which there is no usable answer.
    """
    deadline = stream.Deadline(limits.seconds)
    target = addresses.read_target(request.url)
    addresses.check_scheme(target, policy)
    try:
        found = addresses.find_addresses(target, policy, deadline.left())
        with _open(target, found, deadline, limits) as line:
            return _talk(line, target, request, limits)
    except TimeoutError as error:
        raise deadline.passed() from error
    except ssl.SSLError as error:
        raise CallError("certificate", host=target.host) from error
    except http.client.HTTPException as error:
        raise CallError("bad_answer") from error
    except OSError as error:
        raise CallError("unreachable", detail=type(error).__name__) from error


def _open(target, found, deadline, limits):
    """Connect to the first address that answers.

    :rtype: stream.Line
    """
    for number, address in enumerate(found, start=1):
        last = number == len(found)
        seconds = deadline.left() if last else min(CONNECT_SECONDS, deadline.left())
        try:
            sock = stream.open_socket(address, target.port, seconds)
            break
        except OSError:
            if last:
                raise
    try:
        if target.scheme == "https":
            sock.settimeout(deadline.left())
            sock = tls_context().wrap_socket(sock, server_hostname=target.host)
    except BaseException:
        sock.close()
        raise
    return stream.Line(sock, deadline, limits.size + HEAD_ROOM)


@cache
def tls_context():
    """Certificates of the system, and those that came with Python's packages.

    :rtype: ssl.SSLContext
    """
    context = ssl.create_default_context()
    if certifi:
        context.load_verify_locations(certifi.where())
    return context


def _talk(line, target, request, limits):
    """Send the request on an open line and read the answer."""
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = addresses.PORTS[target.scheme]
    connection.sock = line
    query = "&".join(filter(None, (target.query, urlencode(dict(request.query)))))
    try:
        connection.request(
            request.method,
            target.path + (f"?{query}" if query else ""),
            body=request.body or None,
            headers={
                "User-Agent": USER_AGENT,
                "Accept-Encoding": "gzip",
                "Connection": "close",
                **request.headers,
            },
        )
    except (ValueError, UnicodeError) as error:  # a header that would be two
        raise CallError("bad_address") from error
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    if 300 <= response.status < 400:
        raise CallError("moved", address=_new_address(target, headers))
    return Answer(response.status, headers, _read(response, headers, limits))


def _new_address(target, headers):
    """The address that a redirect names, without what may be secret in it.

    :rtype: str
    """
    try:
        place = urljoin(target.origin + target.path, headers.get("location", ""))
        new = addresses.read_target(place)
    except (CallError, ValueError):
        return "?"
    return (new.origin + new.path)[:LONGEST_ADDRESS]


def _read(response, headers, limits):
    """Read and unpack the body.

    :rtype: bytes
    """
    unpack = _unpacker(headers.get("content-encoding", ""))
    body, size = [], 0
    if (response.length or 0) > limits.size:
        raise _too_large(limits)
    while block := response.read(stream.BLOCK):
        for part in unpack(block, limits.size + 1 - size):
            size += len(part)
            if size > limits.size:
                raise _too_large(limits)
            body.append(part)
    if response.length:  # it ended before it was all there
        raise CallError("bad_answer")
    return b"".join(body)


def _too_large(limits):
    return CallError("answer_too_large", limit=limits.size // 1024**2)


def _unpacker(encoding):
    """What turns the bytes on the line into those of the answer.

    :return: callable that takes a block and how much may come out of it.
    :raise CallError: ``bad_answer`` for a packing that was not asked for.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return lambda block, _most: (block,)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise CallError("bad_answer")
    inflater = zlib.decompressobj(wbits=47)  # either head

    def unpack(block, most):
        try:
            yield inflater.decompress(block, most)
        except zlib.error as error:
            raise CallError("bad_answer") from error

    return unpack
