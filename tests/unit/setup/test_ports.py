"""Servers that start at the same moment: each gets, and talks to, a port of its own."""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from omsdev.day.platforms import Platforms
from omsdev.host import server
from omsdev.progress import SetupError

# Answers like Odoo, and ends like it when another program has the port.
PROGRAM = """
import sys, time
from http.server import BaseHTTPRequestHandler
from werkzeug.serving import make_server
time.sleep(0.5)
port = int(sys.argv[sys.argv.index("--http-port") + 1])
def answer(environ, start):
    start("200 OK", [])
    return [b"own"]
make_server("127.0.0.1", port, answer).serve_forever()
"""


class FakeOdoo:
    def __init__(self, program=PROGRAM):
        self.program = program

    def command(self, *arguments):
        return [sys.executable, "-c", self.program, *map(str, arguments)]

    def environment(self):
        return dict(os.environ)


class Stranger(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def taken():
    """A port where the server of somebody else answers."""
    httpd = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield httpd.server_port
    httpd.shutdown()
    httpd.server_close()


def test_a_server_whose_port_another_one_took_starts_on_the_next(
    taken, tmp_path, monkeypatch
):
    monkeypatch.setenv("OMS_HOME", str(tmp_path))
    own = server.Server(FakeOdoo(), "any", log=tmp_path / "log")
    own.port = taken  # it was free when it was looked for
    with own:
        assert own.port != taken
        with server.urllib.request.urlopen(own.url, timeout=10) as answer:
            assert answer.read() == b"own"
        own.check()


def test_a_server_that_stops_for_another_reason_is_not_started_again(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("OMS_HOME", str(tmp_path))
    starts = tmp_path / "starts"
    program = f"open({str(starts)!r}, 'a').write('x'); raise SystemExit('no database')"
    with pytest.raises(SetupError, match="no database"):
        server.Server(FakeOdoo(program), "any", log=tmp_path / "log").start()
    assert starts.read_text() == "x"


def test_platforms_that_start_together_have_a_port_each():
    gate = threading.Barrier(12)
    made, failed = [], []

    def start():
        gate.wait()
        try:
            made.append(Platforms())
        except OSError as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for platforms in made:
        platforms.stop()
    assert not failed
    assert len({platforms.port for platforms in made}) == 12
