"""The client for calls out, against a server that misbehaves. All on loopback."""

import socket
import ssl
import time

import pytest
from hostile import REDIRECTS, HostileServer, certificate, server_context

from oms_addon.adapters.base import HttpRequest
from oms_addon.calls import addresses, client, stream
from oms_addon.calls.addresses import Policy
from oms_addon.calls.client import Limits
from oms_addon.calls.errors import CallError

LOCAL = Policy(allowed_host="127.0.0.1")
SMALL = Limits(seconds=1.5, size=1024**2)
PUBLIC = "93.184.216.34"


@pytest.fixture
def server():
    own = HostileServer()
    yield own
    own.stop()


@pytest.fixture
def names(monkeypatch, server):
    """Names by address; connections to any of them end at ``server``."""
    known, opened = {}, []

    def look_up(host, _port, _seconds):
        if host not in known:
            raise CallError("unreachable", detail="name")
        return known[host]

    real = stream.open_socket

    def open_socket(address, port, seconds):
        opened.append((address, port))
        return real("127.0.0.1", server.port, seconds)

    monkeypatch.setattr(addresses, "look_up", look_up)
    monkeypatch.setattr(stream, "open_socket", open_socket)
    known["opened"] = opened
    return known


def get(server, path, policy=LOCAL, limits=SMALL, **values):
    url = f"http://127.0.0.1:{server.port}/{path}"
    return client.call(HttpRequest("GET", url, **values), policy, limits)


def test_a_good_answer_comes_back_as_it_is(server):
    answer = get(server, "good", query={"a": "1 2"}, headers={"X-Key": "k"})
    assert (answer.status, answer.body) == (200, b'{"ok": true}')
    head = server.got[0].decode()
    assert head.startswith("GET /good?a=1+2 HTTP/1.1\r\n")
    assert "X-Key: k" in head and f"Host: 127.0.0.1:{server.port}" in head


def test_a_packed_answer_is_unpacked(server):
    assert get(server, "packed").body == b'{"ok": 1}'


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_not_followed_but_named_without_what_is_secret(server, status):
    other = HostileServer()
    server.elsewhere = f"http://u:p@127.0.0.1:{other.port}/good?token=abc"
    with pytest.raises(CallError) as caught:
        get(server, str(status), headers={"X-Key": "k"})
    assert caught.value.code == "moved"
    assert caught.value.details["address"] == "?"  # a login in it: not repeated
    server.elsewhere = f"http://127.0.0.1:{other.port}/good?token=abc"
    with pytest.raises(CallError) as caught:
        get(server, str(status))
    assert caught.value.details["address"] == f"http://127.0.0.1:{other.port}/good"
    server.elsewhere = ""
    with pytest.raises(CallError) as caught:
        get(server, str(status))
    other.stop()
    assert not other.got


@pytest.mark.parametrize(
    "path, codes",
    [
        ("drip", {"too_slow"}),
        ("drip-head", {"too_slow"}),
        ("silent", {"too_slow"}),
        ("endless", {"answer_too_large"}),
        ("endless-chunks", {"answer_too_large"}),
        ("endless-head", {"bad_answer"}),
        ("endless-line", {"bad_answer"}),
        ("endless-continue", {"answer_too_large", "too_slow"}),
        ("announced", {"answer_too_large"}),
        ("bomb", {"answer_too_large"}),
        ("packed-oddly", {"bad_answer"}),
        ("packed-badly", {"bad_answer"}),
        ("cut", {"bad_answer"}),
        ("no-http", {"bad_answer"}),
        ("nothing", {"bad_answer"}),
    ],
)
def test_an_answer_without_end_or_sense_ends_the_call(server, path, codes):
    begin = time.monotonic()
    with pytest.raises(CallError) as caught:
        get(server, path)
    assert caught.value.code in codes
    assert time.monotonic() - begin < 20  # far less; the server would go on for ever


def test_a_closed_port_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    with pytest.raises(CallError) as caught:
        client.call(HttpRequest("GET", url), LOCAL, SMALL)
    assert caught.value.code == "unreachable"


def test_a_header_or_path_can_not_smuggle_a_second_request(server):
    for url, headers in (
        (f"http://127.0.0.1:{server.port}/good", {"X-Key": "a\r\nX-Evil: 1"}),
        (f"http://127.0.0.1:{server.port}/good\r\nX-Evil: 1", {}),
    ):
        with pytest.raises(CallError):
            client.call(HttpRequest("GET", url, headers=headers), LOCAL, SMALL)
    assert not server.got


def test_what_the_environment_says_of_proxies_has_no_say(server, monkeypatch):
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(server, "good").status == 200


# ---- names and certificates ----------------------------------------------


@pytest.fixture
def tls(tmp_path, monkeypatch):
    """A server with a certificate for shop.example, which is trusted here."""
    files = certificate(tmp_path, "shop.example")
    own = HostileServer(server_context(*files))
    monkeypatch.setattr(
        client, "tls_context", lambda: ssl.create_default_context(cafile=files[0])
    )
    real = stream.open_socket
    monkeypatch.setattr(
        stream, "open_socket", lambda _a, _p, s: real("127.0.0.1", own.port, s)
    )
    monkeypatch.setattr(addresses, "look_up", lambda *_a: [PUBLIC])
    yield own
    own.stop()


def ask(url):
    return client.call(HttpRequest("GET", url), Policy(), SMALL)


def test_the_name_of_the_address_is_what_the_certificate_must_speak_of(tls):
    assert ask("https://shop.example/good").status == 200
    assert b"Host: shop.example\r\n" in tls.got[0]
    with pytest.raises(CallError) as caught:
        ask("https://other.example/good")
    assert caught.value.code == "certificate"
    assert len(tls.got) == 1


def test_a_certificate_that_nobody_trusts_ends_the_call(tls, monkeypatch):
    monkeypatch.setattr(client, "tls_context", ssl.create_default_context)
    with pytest.raises(CallError) as caught:
        ask("https://shop.example/good")
    assert caught.value.code == "certificate"
    assert not tls.got


def test_an_expired_certificate_ends_the_call(tls, tmp_path, monkeypatch):
    files = certificate(tmp_path, "old.example", days=-5)
    own = HostileServer(server_context(*files))
    monkeypatch.setattr(
        client, "tls_context", lambda: ssl.create_default_context(cafile=files[0])
    )
    monkeypatch.setattr(tls, "port", own.port)
    with pytest.raises(CallError) as caught:
        ask("https://old.example/good")
    own.stop()
    assert caught.value.code == "certificate"


def test_a_server_without_tls_gets_no_request(names, server):
    names["shop.example"] = [PUBLIC]
    with pytest.raises(CallError):
        ask("https://shop.example/good")
    assert all(b"HTTP/1.1" not in got for got in server.got)


def test_the_checked_address_is_the_one_that_is_connected_to(names, server):
    """A name that changes its mind after the check gains nothing."""
    names["shop.example"] = [PUBLIC]
    lookups = []
    real = addresses.look_up
    addresses.look_up = lambda *words: lookups.append(words) or real(*words)
    try:
        policy = Policy(allowed_host="shop.example")
        url = "http://shop.example/good"
        client.call(HttpRequest("GET", url), policy, SMALL)
    finally:
        addresses.look_up = real
    assert len(lookups) == 1
    assert names["opened"] == [(PUBLIC, 80)]
    assert b"Host: shop.example\r\n" in server.got[0]


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        [PUBLIC, "10.0.0.5"],
        ["10.0.0.5", PUBLIC],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a00:5"],
        ["fd00::1"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(names, found):
    names["shop.example"] = found
    with pytest.raises(CallError) as caught:
        ask("https://shop.example/good")
    assert caught.value.code == "inner_address"
    assert not names["opened"]


def test_an_allowed_name_may_lead_inside_but_never_to_the_keys_of_the_machine(names):
    policy = Policy(allowed_host="Shop.Example")
    names["shop.example"] = ["10.0.0.5"]
    request = HttpRequest("GET", "http://shop.example/good")
    assert client.call(request, policy, SMALL).status == 200
    names["shop.example"] = ["169.254.169.254"]
    with pytest.raises(CallError):
        client.call(request, policy, SMALL)
    assert names["opened"] == [("10.0.0.5", 80)]


def test_a_look_up_that_hangs_ends_with_the_deadline(monkeypatch):
    monkeypatch.setattr(
        addresses.socket, "getaddrinfo", lambda *_a, **_o: time.sleep(3)
    )
    with pytest.raises(CallError) as caught:
        client.call(
            HttpRequest("GET", "https://shop.example"), Policy(), Limits(seconds=0.2)
        )
    assert caught.value.code == "too_slow"


def test_an_address_that_does_not_answer_gives_way_to_the_next(monkeypatch, server):
    real = stream.open_socket

    def open_socket(address, _port, seconds):
        if address == "2606:2800::1":
            raise OSError("no route")
        return real("127.0.0.1", server.port, seconds)

    monkeypatch.setattr(addresses, "look_up", lambda *_a: ["2606:2800::1", PUBLIC])
    monkeypatch.setattr(stream, "open_socket", open_socket)
    request = HttpRequest("GET", "http://shop.example/good")
    policy = Policy(allowed_host="shop.example")
    assert client.call(request, policy, SMALL).status == 200
