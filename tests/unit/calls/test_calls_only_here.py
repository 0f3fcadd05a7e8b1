"""Nothing but the client opens a connection."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
ADDONS = ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales")
# Modules that open connections, or packages of them.
CONNECTING = {
    "aiohttp",
    "ftplib",
    "geopy",
    "http.client",
    "httpx",
    "imaplib",
    "poplib",
    "pycurl",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websocket",
    "xmlrpc.client",
    "zeep",
}
ALLOWED = {
    "oms_addon/calls/addresses.py": {"socket"},
    "oms_addon/calls/stream.py": {"socket"},
    "oms_addon/calls/client.py": {"http.client", "ssl"},
    # for its type of binary data, which the mail gateway gets
    "oms_addon/models/inbox/mail_thread.py": {"xmlrpc.client"},
}


def imported(source):
    """Names of the modules that a source imports, with their packages."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__")
        ):
            names |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    parts = [str(name).split(".") for name in names]
    return {".".join(p[: n + 1]) for p in parts for n in range(len(p))}


@pytest.mark.parametrize("addon", ADDONS)
def test_no_other_module_of_an_addon_opens_a_connection(addon):
    found = {}
    for path in sorted((REPOSITORY / addon).rglob("*.py")):
        name = path.relative_to(REPOSITORY).as_posix()
        if "/tests/" not in name:
            used = imported(path.read_text()) & CONNECTING
            if used - ALLOWED.get(name, set()):
                found[name] = sorted(used)
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "from urllib import request",
        "from urllib.request import urlopen",
        "import http.client as web",
        "from requests.adapters import HTTPAdapter",
        "importlib.import_module('socket')",
    ],
)
def test_a_connection_would_be_found(source):
    assert imported(source) & CONNECTING


def test_reading_an_address_is_no_connection():
    assert not imported("from urllib.parse import urlsplit") & CONNECTING
