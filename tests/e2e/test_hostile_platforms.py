"""Platforms that redirect, drip, never end or echo: the others are told on time.

Everything listens on this machine; the server has one cron thread.
"""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path

import pytest
from conftest import Server
from hostile import REDIRECTS, HostileServer, certificate, server_context

SECRET = "leak-me-0123"
MEAN = (
    *(str(status) for status in REDIRECTS),
    "drip",
    "drip-head",
    "silent",
    "endless",
    "endless-chunks",
    "endless-head",
    "endless-continue",
    "bomb",
    "cut",
    "no-http",
    "echo",
    "echo-400",
    "busy",
)
# Shopify's token is in a header of its own, which a client might pass on.
CARRYING = ("302", "307", "echo", "echo-400")
# Far more than the calls' deadlines, far less than a platform drips.
PATIENCE = 240
MOST_MEMORY = 700  # megabytes
SETUP = """
import json
def shop(name, address, host, messages):
    channel = env['oms.channel'].create({
        'name': name, 'kind': kind, 'base_url': address, 'allowed_host': host})
    env['oms.channel.secret'].create([
        {'channel_id': channel.id, 'name': secret, 'value': %(secret)r}
        for secret in channel._adapter().secret_fields])
    env['oms.outbox.message'].create([
        {'channel_id': channel.id, 'kind': 'shipment',
         'payload': {'external_id': str(n), 'tracking_number': 'T'}}
        for n in range(messages)])
    return channel
for kind, names in %(mean)r.items():
    for name in names:
        shop(name, 'http://127.0.0.1:%(port)d/' + name, '127.0.0.1', 1)
kind = 'woocommerce'
shop('wrong-tls', 'https://127.0.0.1:%(tls)d', '127.0.0.1', 1)
shop('inside', 'https://localhost:%(tls)d', False, 1)
good = shop('good', 'http://127.0.0.1:%(port)d/good', '127.0.0.1', 3)
crons = env.ref('oms_addon.ir_cron_outbox') | env.ref('oms_addon.ir_cron_intake')
env['ir.cron'].search([('id', 'not in', crons.ids)]).active = False
env.ref('oms_addon.ir_cron_outbox')._trigger()
env.cr.commit()
print('RESULT', json.dumps([good.id, good.token]))
"""
STATE = """
import json
messages = env['oms.outbox.message'].search([])
incoming = env['oms.inbox.message'].search([('channel_id', '=', %d)])
print('RESULT', json.dumps({
    'messages': [
        [m.channel_id.name, m.channel_id.kind, m.state, m.attempts, m.error or '']
        for m in messages],
    'read': incoming.mapped('state')}))
"""


class OneCronServer(Server):
    def _arguments(self):
        return [*super()._arguments(), "--max-cron-threads", "1"]


@pytest.fixture(scope="module")
def outcome(odoo, database, tmp_path_factory):
    """What became of the messages, what the servers were sent, the log."""
    folder = tmp_path_factory.mktemp("hostile")
    mean, elsewhere = HostileServer(), HostileServer()
    mean.elsewhere = f"http://127.0.0.1:{elsewhere.port}/good?token={SECRET}"
    tls = HostileServer(server_context(*certificate(folder, "other.example")))
    server = OneCronServer(odoo, database, 8520, folder / "server.log")
    kinds = {"woocommerce": MEAN, "shopify": CARRYING}
    values = {"mean": kinds, "secret": SECRET, "port": mean.port, "tls": tls.port}
    channel, token = server.shell(SETUP % values)
    server.start()
    try:
        for number in range(4):
            assert send(server, token, number)[0] == 200
        end = time.monotonic() + PATIENCE
        while True:
            state = server.shell(STATE % channel)
            if done(state) or time.monotonic() > end:
                break
            time.sleep(2)
        peak = peak_memory(server.process.pid)
    finally:
        server.stop()
        for one in (mean, elsewhere, tls):
            one.stop()
    log = server.log.read_text(errors="replace")
    return {
        **state,
        "elsewhere": elsewhere.got,
        "tls": tls.got,
        "log": log,
        "peak": peak,
    }


def send(server, token, number):
    body = json.dumps({"id": number, "stock_quantity": 1}).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return server.post(
        f"/oms/webhook/{token}",
        body,
        {
            "Content-Type": "application/json",
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-Topic": "product.updated",
        },
    )


def done(state):
    """Whether the good ones are through and each other one was tried."""
    return (
        all(m[2] == "sent" for m in state["messages"] if m[0] == "good")
        and all(m[3] for m in state["messages"])
        and all(m[4] for m in state["messages"] if m[0] != "good")
        and "new" not in state["read"]
    )


def peak_memory(pid):
    """Most memory that a process ever held, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def test_the_good_platform_is_told_and_new_messages_are_read_on_time(outcome):
    assert [m[2] for m in outcome["messages"] if m[0] == "good"] == ["sent"] * 3
    assert len(outcome["read"]) == 4 and "new" not in outcome["read"]


def test_nothing_that_a_mean_platform_answers_counts_as_told(outcome):
    told = {(m[0], m[1]) for m in outcome["messages"] if m[2] == "sent"}
    assert told == {("good", "woocommerce")}


def test_each_mean_platform_costs_an_attempt_and_has_a_problem_in_words(outcome):
    for name, kind, _state, attempts, error in outcome["messages"]:
        if name != "good":
            assert attempts and error, (name, kind)


def test_a_redirect_names_the_new_address_and_nobody_goes_there(outcome):
    assert not outcome["elsewhere"]
    for name, _kind, _state, _attempts, error in outcome["messages"]:
        if name.isdigit():
            assert "/good" in error and "token" not in error


def test_no_secret_gets_to_a_wrong_server_into_a_problem_or_into_the_log(outcome):
    assert not outcome["tls"]
    shown = [message[4] for message in outcome["messages"]]
    assert not [text for text in (*shown, outcome["log"]) if SECRET in text]


def test_no_answer_costs_much_memory(outcome):
    assert outcome["peak"] < MOST_MEMORY
