"""Uninstalling the three addons leaves an Odoo that works."""

import json

from conftest import run_shell
from omsdev.host.databases import log_errors

CHECK = """
import json
addons = env['ir.module.module'].search([('name', 'like', 'oms_addon')])
order = env['sale.order'].create({
    'partner_id': env['res.partner'].create({'name': 'Zoe'}).id,
    'order_line': [(0, 0, {'product_id': env['product.product'].create(
        {'name': 'Pen', 'is_storable': True}).id})]})
order.action_confirm()
views = env['ir.ui.view'].search([('model', '=', 'sale.order')])
env['sale.order'].get_views([(False, 'form'), (False, 'list'), (False, 'search')])
print('RESULT', json.dumps({
    'states': addons.mapped('state'), 'order': order.state,
    'pickings': order.picking_ids.mapped('state'),
    'models': env['ir.model'].search_count([('model', '=like', 'oms.%%')]),
    'fields': env['ir.model.fields'].search_count([('name', '=like', 'oms\\\\_%%')]),
}))
"""


def test_an_odoo_without_the_suite_works_as_before(odoo, database, server):
    names = ["oms_addon_aftersales", "oms_addon_logistics", "oms_addon"]
    log = server.log.with_suffix(".uninstall")
    with open(log, "w") as output:
        done = odoo.run(
            "module", "uninstall", "-d", database, *names, stdout=output, stderr=output
        )
    assert done.returncode == 0, log.read_text()[-3000:]
    assert not log_errors(log), log_errors(log)[:5]
    state = run_shell(odoo, database, CHECK)
    assert state["states"] and set(state["states"]) <= {"uninstalled"}, json.dumps(
        state
    )
    assert state["order"] == "sale"
    assert state["pickings"]
    assert state["models"] == 0
    assert state["fields"] == 0
    server.start()
    status, page = server.post("/web/login", b"", {})
    assert status < 500
