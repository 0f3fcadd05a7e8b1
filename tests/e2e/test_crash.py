"""kill -9 in the middle of the intake: what was acknowledged has exactly one order."""

import base64
import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from http.client import HTTPException

from omsdev.messages import shopify
from omsdev.messages.spec import SampleBuyer, SampleLine, SampleOrder

SECRET = "whsec-crash"
NUMBER = 300
SETUP = """
import json
channel = env['oms.channel'].create({'name': 'Crash', 'kind': 'shopify'})
env['oms.channel.secret'].create({
    'channel_id': channel.id, 'name': 'webhook_secret', 'value': %r})
product = env['product.product'].create({
    'name': 'Pen', 'default_code': 'PEN-1', 'is_storable': True})
warehouse = env['stock.warehouse'].search([], limit=1)
env['stock.quant']._update_available_quantity(product, warehouse.lot_stock_id, 10000)
env.cr.commit()
print('RESULT', json.dumps([channel.id, channel.token]))
"""
COUNT = """
import json
channel = env['oms.channel'].browse(%d)
messages = env['oms.inbox.message'].search([('channel_id', '=', channel.id)])
orders = env['sale.order'].search([('oms_channel_id', '=', channel.id)])
print('RESULT', json.dumps({
    'states': dict(__import__('collections').Counter(messages.mapped('state'))),
    'ids': messages.ids, 'external': orders.mapped('oms_external_id'),
    'orders': len(orders), 'by_message': {m.id: m.order_id.id for m in messages},
    'payments': len(orders.transaction_ids),
    'pickings': len(orders.picking_ids),
    'stages': sorted(set(orders.mapped('oms_stage'))),
}))
"""


def message(number):
    order = SampleOrder(
        number=number,
        placed_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
        buyer=SampleBuyer(
            name=f"Buyer {number}",
            email=f"b{number}@example.com",
            phone="+49 30 5550001",
            street=f"Weg {number}",
            city="Berlin",
            zip="10115",
            country_code="DE",
        ),
        lines=(SampleLine("PEN-1", "Pen", 1, Decimal("10.00")),),
        currency="USD",
        tax_rate=Decimal(0),
        prices_include_tax=False,
        shipping=Decimal(0),
        discount=Decimal(0),
        paid=True,
        note="",
    )
    return shopify.build(order, {"webhook_secret": SECRET}, order.placed_at)


def test_a_killed_server_loses_and_doubles_nothing(server):
    channel, token = server.shell(SETUP % SECRET)
    server.start()
    acknowledged, lock = set(), threading.Lock()

    def send(numbers):
        for number in numbers:
            built = message(number)
            digest = hmac.new(SECRET.encode(), built.body, hashlib.sha256).digest()
            try:
                status, answer = server.post(
                    f"/oms/webhook/{token}",
                    built.body,
                    {
                        "Content-Type": "application/json",
                        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
                    },
                )
            except (OSError, HTTPException):  # the plug was pulled
                return
            if status == 200:
                with lock:
                    acknowledged.add(json.loads(answer)["message"])

    threads = [
        threading.Thread(target=send, args=(range(start, NUMBER, 4),))
        for start in range(4)
    ]
    for thread in threads:
        thread.start()
    while len(acknowledged) < NUMBER // 2:
        time.sleep(0.05)
    server.kill()
    for thread in threads:
        thread.join()
    assert NUMBER // 2 <= len(acknowledged) < NUMBER

    server.start()
    send(range(NUMBER))  # the platform delivers again what was not acknowledged
    assert len(acknowledged) == NUMBER
    for _second in range(180):
        state = server.shell(COUNT % channel)
        if "new" not in state["states"] and state["stages"] == ["reserved"]:
            break
        time.sleep(1)
    assert acknowledged == set(state["ids"])
    assert state["states"] == {"done": NUMBER}
    assert state["orders"] == NUMBER == len(set(state["external"]))
    assert all(state["by_message"].values())
    assert state["payments"] == NUMBER
    assert state["pickings"] == NUMBER
    assert state["stages"] == ["reserved"]
