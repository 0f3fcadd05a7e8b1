"""Every real message of the six channels, twice, over HTTP, as the platforms sign."""

import base64
import hashlib
import hmac
import json
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

SECRET = "whsec-e2e"
FOLDERS = {
    "shopify": "shopify",
    "woocommerce": "woocommerce",
    "taobao": "taobao",
    "ubl": "ubl_peppol",
    "csv": "csv_xlsx",
    "email": "email",
}
SETUP = """
import json
env['account.chart.template'].try_loading('generic_coa', env.company)
for code in ('EUR', 'USD', 'CNY', 'NOK', 'SEK', 'GBP'):
    env['res.currency'].with_context(active_test=False).search(
        [('name', '=', code)]).active = True
env['oms.channel.secret'].search([]).unlink()
channels = {}
for kind in %(kinds)r:
    channel = env['oms.channel'].create({'name': kind, 'kind': kind, 'timezone': 'UTC'})
    env['oms.channel.secret'].create([
        {'channel_id': channel.id, 'name': name, 'value': %(secret)r}
        for name in channel._adapter().secret_fields])
    channels[kind] = {'id': channel.id, 'token': channel.token}
env.cr.commit()
print('RESULT', json.dumps(channels))
"""
STATES = """
import json
domain = [('channel_id.kind', 'in', %(kinds)r)]
messages = env['oms.inbox.message'].search(domain, order='id')
print('RESULT', json.dumps({
    'messages': [[m.channel_id.kind, m.filename, m.state, m.outcome, m.delivery_count,
                  m.error_message or '', m.external_id, m.parent_id.id]
                 for m in messages],
    'orders': [[o.oms_channel_id.id, o.oms_external_id]
               for o in env['sale.order'].search([('oms_channel_id', '!=', False)])],
    'leads': env['crm.lead'].search_count([('oms_channel_id', '!=', False)]),
}))
"""


def signed(kind, body):
    """Query string and headers with which the platform would send ``body``."""
    if kind in ("shopify", "woocommerce"):
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        header = {
            "shopify": "X-Shopify-Hmac-Sha256",
            "woocommerce": "X-WC-Webhook-Signature",
        }[kind]
        return "", {header: base64.b64encode(digest).decode()}
    if kind == "taobao":
        stamp = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M:%S")
        query = {"app_key": SECRET, "sign_method": "md5", "timestamp": stamp}
        plain = "".join(name + query[name] for name in sorted(query)).encode() + body
        wrapped = SECRET.encode() + plain + SECRET.encode()
        query["sign"] = hashlib.md5(wrapped).hexdigest().upper()
        return urlencode(query), {}
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return "", {"X-OMS-Timestamp": stamp, "X-OMS-Signature": digest.hexdigest()}


@pytest.fixture(scope="module")
def channels(server):
    made = server.shell(SETUP % {"kinds": list(FOLDERS), "secret": SECRET})
    server.start()
    return made


@pytest.fixture(scope="module")
def sent(server, channels, fixtures):
    """Send every fixture twice and wait until the inbox is worked through."""
    counts = dict.fromkeys(FOLDERS, 0)
    for _time in range(2):
        for kind, folder in FOLDERS.items():
            for path in files(fixtures / folder):
                status, answer = push(server, channels, kind, path.read_bytes(), path)
                assert status == 200, (path, answer)
                counts[kind] += 1
    for _second in range(120):
        state = server.shell(STATES % {"kinds": list(FOLDERS)})
        if not [m for m in state["messages"] if m[2] == "new"]:
            return counts, state
        time.sleep(1)
    raise AssertionError("the inbox was not worked through")


def files(folder: Path):
    """The messages of a folder, without descriptions and expectations."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix != ".md"
        and not path.name.endswith((".expected.json", ".headers.json"))
    ]


def push(server, channels, kind, body, path=None, headers=None):
    query, signature = signed(kind, body)
    return server.post(
        f"/oms/webhook/{channels[kind]['token']}" + (f"?{query}" if query else ""),
        body,
        {
            "Content-Type": "application/octet-stream",
            **signature,
            "X-OMS-Filename": path.name if path else "",
            **(headers or {}),
        },
    )


def test_each_message_is_kept_once_and_counted_twice(sent):
    counts, state = sent
    tops = [m for m in state["messages"] if not m[7]]
    assert sum(m[4] for m in tops) == sum(counts.values())
    assert all(m[4] >= 2 for m in tops), [m for m in tops if m[4] < 2]


def test_no_order_exists_twice(sent):
    orders = [tuple(order) for order in sent[1]["orders"]]
    assert len(orders) == len(set(orders))
    assert len(orders) >= 20


def test_every_message_has_an_outcome_or_a_readable_reason(sent):
    for kind, name, state, outcome, _count, error, _external, _parent in sent[1][
        "messages"
    ]:
        if state == "error":
            assert error, (kind, name)
        else:
            assert state == "split" or outcome, (kind, name, state)


def test_the_only_errors_are_messages_that_contradict_themselves(sent):
    errors = [m for m in sent[1]["messages"] if m[2] == "error"]
    assert {(m[0], m[5]) for m in errors} <= {
        ("shopify", "The field “line_items” is missing."),
    }, errors


def test_enquiries_became_leads(sent):
    assert sent[1]["leads"] >= 1


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_wrong_signature_gets_401_and_leaves_no_message(server, channels, sent, kind):
    before = server.shell(STATES % {"kinds": [kind]})["messages"]
    body = json.dumps({"id": 1, "forged": kind}).encode()
    query, headers = signed(kind, body)
    status, _answer = server.post(
        f"/oms/webhook/{channels[kind]['token']}" + (f"?{query}" if query else ""),
        body + b" ",
        {"Content-Type": "application/json", **headers},
    )
    assert status == 401
    assert server.shell(STATES % {"kinds": [kind]})["messages"] == before


def test_a_body_of_20_megabytes_gets_413(server, channels, sent):
    status, _answer = push(server, channels, "shopify", b"x" * 20_000_000)
    assert status == 413


BROKEN = {
    "shopify": b'{"id": 5, "line_items": [',
    "ubl": b"<Order><cbc:ID>7</Order>",
    "csv": "Farbe;Gr\u00f6\u00dfe\nrot;XL\n".encode(),
}
REPLAY = """
import json
message = env['oms.inbox.message'].search(
    [('channel_id', '=', %(channel)d), ('state', '=', 'error')],
    order='id desc', limit=1)
user = env['res.users'].search([('login', '=', 'e2e_clerk')]) or \
    env['res.users'].create({'name': 'Clerk', 'login': 'e2e_clerk', 'group_ids': [
        (6, 0, env.ref('oms_addon.group_oms_user').ids)]})
mine = message.with_user(user)
reason = mine.error_message
mine.body_text = %(text)r
mine.action_process()
done = message | message.child_ids
env.cr.commit()
print('RESULT', json.dumps([reason, done.mapped('state'), bool(done.order_id)]))
"""


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_message_waits_is_corrected_by_hand_and_replayed(
    server, channels, sent, fixtures, kind
):
    status, _answer = push(server, channels, kind, BROKEN[kind])
    assert status == 200
    good = {
        "shopify": fixtures / "shopify/order_created_with_customer_and_discount.json",
        "ubl": fixtures / "ubl_peppol/peppol_UC3_Order.xml",
        "csv": fixtures / "csv_xlsx/synthetic_shopify_export_header.csv",
    }[kind].read_text()
    for _second in range(60):
        state = server.shell(STATES % {"kinds": [kind]})["messages"][-1]
        if state[2] != "new":
            break
        time.sleep(1)
    assert state[2] == "error"
    reason, states, order = server.shell(
        REPLAY % {"channel": channels[kind]["id"], "text": good}
    )
    assert len(reason) > 10
    assert "error" not in states
    assert order
