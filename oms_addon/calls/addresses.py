"""Which addresses a call may go to.

An address is read once, into a `Target`; its name is looked up once; every address
that was found is judged, and the call goes to one of those and nowhere else.
"""

import ipaddress
import queue
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .errors import CallError

PORTS = {"https": 443, "http": 80}
PUBLIC, INNER, NEVER = "public", "inner", "never"

_ODD = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"

# No shop of anybody: this network, this link, groups, and where clouds keep the keys
# of a machine.
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "192.0.0.192/32",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/128",
            "fd00:ec2::254/128",
            "fe80::/10",
            "ff00::/8",
        ),
    )
)
# Private, shared, loopback, documentation, tests, tunnels.
_INNER = tuple(
    map(
        ipaddress.ip_network,
        (
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        ),
    )
)
# All that is handed out for the internet; the rest is of no use to a shop.
_GLOBAL_6 = ipaddress.ip_network("2000::/3")
# Hold an IPv4 address in their last 32 bits: mapped, compatible, translated (NAT64).
_HOLDS_IPV4 = tuple(
    map(
        ipaddress.ip_network,
        ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96"),
    )
)
_6TO4 = ipaddress.ip_network("2002::/16")


@dataclass(frozen=True)
class Target:
    """Where a call goes.

    :param str host: in lower case and ASCII, without brackets.
    :param str path: with a slash at its beginning, without query.
    :param str query: as it stands in the address.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def origin(self):
        """Scheme, host and, unless it is the usual one, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def base(self):
        """The address without query and without slash at its end."""
        return self.origin + self.path.rstrip("/")


@dataclass(frozen=True)
class Policy:
    """What an administrator allowed beyond https to public addresses.

    :param str allowed_host: may be called in the own network and over http.
    """

    allowed_host: str = ""

    def allows(self, host):
        """Whether this host may be called in the own network and over http.

        :param str host: of a `Target`.
        """
        return bool(self.allowed_host) and clean_host(self.allowed_host) == host


def clean_host(host):
    """Bring a host's name into one form.

    :param str host: a name, or an address in its usual spelling.
    :rtype: str
    :raise CallError: ``bad_address`` for no host, and for an address in another
        spelling (decimal, octal, hexadecimal, short), which hides where it leads.
    """
    host = host.strip().lower().removeprefix("[").removesuffix("]")
    if ":" in host:
        return str(_address(host))
    try:
        host = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError as error:
        raise CallError("bad_address") from error
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise CallError("bad_address")
    if _NUMBER.fullmatch(labels[-1]):
        return str(_address(host))
    return host


def _address(text):
    """An address of the internet protocol from its usual spelling."""
    try:
        if "%" in text:  # a zone, which makes it link-local
            raise ValueError(text)
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise CallError("bad_address") from error


def read_target(url):
    """Read an address.

    :param str url: of http or https, without login.
    :rtype: Target
    :raise CallError: ``bad_address``.
    """
    try:
        if _ODD.search(url):
            raise ValueError(url)
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        if "@" in parts.netloc or parts.port == 0:
            raise ValueError(url)
        host = clean_host(parts.hostname or "")
    except (ValueError, KeyError) as error:
        raise CallError("bad_address") from error
    path = quote(parts.path or "/", safe=_PATH_SAFE)
    query = quote(parts.query, safe=_PATH_SAFE + "?")
    return Target(parts.scheme, host, port, path, query)


def judge(address):
    """Say of what kind an address is.

    :param str address: an IPv4 or IPv6 address.
    :return: `PUBLIC`, `INNER` (only when allowed) or `NEVER`.
    :rtype: str
    """
    ip = _address(address)
    if any(ip in net for net in _NEVER if net.version == ip.version):
        return NEVER
    if ip.version == 6:
        return _judge_6(ip)
    return INNER if any(ip in net for net in _INNER if net.version == 4) else PUBLIC


def _judge_6(ip):
    if any(ip in net for net in _HOLDS_IPV4) and int(ip) > 1:
        return judge(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if ip in _6TO4:
        inside = judge(str(ipaddress.IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)))
        return NEVER if inside == NEVER else INNER
    inner = any(ip in net for net in _INNER if net.version == 6)
    return INNER if inner or ip not in _GLOBAL_6 else PUBLIC


def check_scheme(target, policy):
    """Refuse to speak in clear with a host that nobody allowed it for.

    :raise CallError: ``no_https``.
    """
    if target.scheme != "https" and not policy.allows(target.host):
        raise CallError("no_https", host=target.host)


def find_addresses(target, policy, seconds):
    """Look a target's name up and judge all that is found.

    :param float seconds: at most for the look-up.
    :return: addresses that may be connected to.
    :rtype: list[str]
    :raise CallError: when there is none, or one of them is not allowed.
    """
    try:
        found = [str(_address(target.host))]
    except CallError:
        found = look_up(target.host, target.port, seconds)
    if not found:
        raise CallError("unreachable", detail="name")
    kinds = set(map(judge, found))
    if NEVER in kinds or (INNER in kinds and not policy.allows(target.host)):
        raise CallError("inner_address", host=target.host)
    return found


def look_up(host, port, seconds):
    """Ask the system for a name's addresses, in a thread, as it knows no deadline.

    :rtype: list[str]
    :raise CallError: ``unreachable`` or ``too_slow``.
    """
    answers = queue.SimpleQueue()

    def ask():
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, name="oms.look_up", daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty as error:
        raise CallError("too_slow", seconds=round(seconds)) from error
    # A zone behind % belongs to a link-local address, which is refused anyway.
    return list(dict.fromkeys(row[4][0].partition("%")[0] for row in found))
