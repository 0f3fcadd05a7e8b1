"""Poison among good messages: set apart with its reason, the others done meanwhile."""

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from conftest import PreforkServer
from test_crash import SECRET, message

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/reading"))
from poison import ODS, attached, mail, ods  # noqa: E402

# 300 by command; the whole run has no time for so many.
GOOD = int(os.environ.get("OMS_POISON_GOOD", "100"))
# For all of them, on a busy machine.
SECONDS = 400
SETUP = """
import base64, json
shop = env['oms.channel'].create({'name': 'Shop', 'kind': 'shopify'})
env['oms.channel.secret'].create({
    'channel_id': shop.id, 'name': 'webhook_secret', 'value': %r})
product = env['product.product'].create({
    'name': 'Pen', 'default_code': 'PEN-1', 'is_storable': True})
warehouse = env['stock.warehouse'].search([], limit=1)
env['stock.quant']._update_available_quantity(product, warehouse.lot_stock_id, 10000)
post = env['oms.channel'].create({'name': 'Post', 'kind': 'email'})
# An order that nobody can record: whoever tries hangs.
env.cr.execute('''
    CREATE FUNCTION oms_test_hang() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.oms_external_id = %%s THEN
            LOOP
                PERFORM pg_sleep(0.2);
                RAISE WARNING 'hanging';  -- nobody hears it: the transaction ends
            END LOOP;
        END IF;
        RETURN NEW;
    END $$''', [%r])
env.cr.execute('CREATE TRIGGER oms_test_hang BEFORE INSERT ON sale_order '
               'FOR EACH ROW EXECUTE FUNCTION oms_test_hang()')
from odoo.addons.oms_addon.adapters.base import InboundRequest
poison = [base64.b64decode(text) for text in json.loads(%r)]
kept = env['oms.inbox.message']._receive(
    post, [InboundRequest(body=body, content_type='message/rfc822') for body in poison])
env.cr.commit()
print('RESULT', json.dumps([shop.id, shop.token, kept.ids]))
"""
STATES = """
import json
messages = env['oms.inbox.message'].search([('channel_id', '=', %d)])
others = env['oms.inbox.message'].browse(%r)
print('RESULT', json.dumps({
    'states': {m.external_id or str(m.id): m.state for m in messages},
    'orders': len(messages.order_id),
    'reasons': {m.id: [m.state, m.error_code] for m in others},
    'hanging': [[m.state, m.error_code] for m in messages if m.error_code],
}))
"""


# How many wait in the trigger of the order that hangs.
HANGING = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event = 'PgSleep'
"""
WAITING = "SELECT count(*) FROM oms_inbox_message WHERE state = 'new'"


@pytest.fixture(scope="module", name="server")
def running_server(odoo, database, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "server.log"
    own = PreforkServer(odoo, database, 8600, log)
    yield own
    own.stop()


def send(server, token, number):
    built = message(number)
    digest = hmac.new(SECRET.encode(), built.body, hashlib.sha256).digest()
    status, answer = server.post(
        f"/oms/webhook/{token}",
        built.body,
        {
            "Content-Type": "application/json",
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        },
    )
    assert status == 200, answer
    return json.loads(built.body)["id"]


def test_poison_is_set_apart_and_the_others_are_done(server):
    poison = [
        attached("o.ods", ods(40), kind=ODS),
        mail(kind='text/plain; a="' + '"' * 8_000),
        mail("a\n\n" * 20_000),
    ]
    packed = json.dumps([base64.b64encode(body).decode() for body in poison])
    hanging = str(json.loads(message(GOOD // 2).body)["id"])
    channel, token, kept = server.shell(SETUP % (SECRET, hanging, packed))
    server.start()
    ids = [str(send(server, token, number)) for number in range(GOOD)]
    good = set(ids) - {hanging}
    numbers = itertools.count(GOOD)
    deaths = 0
    with contextlib.closing(psycopg2.connect(dbname=server.database)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.5)
            cursor.execute(HANGING)
            if cursor.fetchone() != (0,):
                server.kill_background()
                deaths += 1
                # life goes on: what comes in wakes the worker that follows
                time.sleep(1)
                good.add(str(send(server, token, next(numbers))))
            cursor.execute(WAITING)
            if cursor.fetchone() == (0,):
                break
    assert deaths == 2, "killed alone once more, then set apart"
    state = server.shell(STATES % (channel, kept))
    assert {name: state["states"].get(name) for name in good} == dict.fromkeys(
        good, "done"
    )
    assert state["orders"] == len(good)
    assert state["hanging"] == [["quarantined", "ended_worker"]]
    assert state["reasons"] == {
        str(kept[0]): ["error", "too_many_cells"],
        str(kept[1]): ["error", "field_too_long"],
        str(kept[2]): ["done", False],
    }
