"""Other systems hand in orders through Odoo's JSON-2 API, once each."""

import json

SETUP = """
import json
channel = env['oms.channel'].create({'name': 'ERP', 'kind': 'api'})
user = env['res.users'].create({
    'name': 'ERP', 'login': 'erp', 'group_ids': [
        (6, 0, env.ref('oms_addon.group_oms_user').ids)]})
env['product.product'].create({'name': 'Pen', 'default_code': 'PEN-1'})
env.ref('base.group_user').api_key_duration = 90
from datetime import datetime, timedelta
key = env['res.users.apikeys'].with_user(user)._generate(
    'rpc', 'erp', datetime.now() + timedelta(days=30))
env.cr.commit()
print('RESULT', json.dumps([channel.id, key]))
"""


def test_orders_handed_in_twice_exist_once_and_a_bad_key_is_refused(server, database):
    channel, key = server.shell(SETUP)
    server.start()
    order = {
        "external_id": "E-1",
        "customer": {"name": "Zoe", "email": "zoe@example.com"},
        "lines": [{"sku": "PEN-1", "quantity": 3, "unit_price": "2.00"}],
        "total": "6.00",
    }
    body = json.dumps({"channel": channel, "orders": [order]}).encode()

    def call(token):
        return server.post(
            "/json/2/oms.channel/oms_intake",
            body,
            {
                "Content-Type": "application/json",
                "Authorization": f"bearer {token}",
                "X-Odoo-Database": database,
            },
        )

    first, second = call(key), call(key)
    assert first[0] == 200, first
    assert json.loads(first[1]) == json.loads(second[1])
    answer = json.loads(first[1])[0]
    assert answer["state"] == "done" and answer["order_id"], answer
    assert call("wrong")[0] == 401
