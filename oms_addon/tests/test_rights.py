from odoo.tests import tagged

from .common_intake import BooksCase
from .common_rights import RightsCase


@tagged("post_install", "-at_install")
class TestRightsTable(RightsCase, BooksCase):
    """No right beyond the table, no refusal behind a button that is shown."""

    addon = "oms_addon"

    def build_records(self):
        held = self.receive(self.document("H", payments=[], status="unpaid"))
        order = held.order_id
        booked = self.receive(self.document("B")).order_id
        booked._oms_fulfil()
        booked._oms_settle()
        lead = self.receive(
            {
                "external_id": "L",
                "kind": "enquiry",
                "customer": {"name": "Max", "email": "max@example.com"},
                "note": "A question",
            }
        ).lead_id
        secret = self.env["oms.channel.secret"].create(
            {"channel_id": self.channel.id, "name": "webhook_secret", "value": "s3"}
        )
        listing = self.env["oms.channel.listing"].create(
            {"channel_id": self.channel.id, "sku": "X", "product_id": self.tea.id}
        )
        customer = self.env["oms.channel.customer"].search([], limit=1)
        customer = customer or self.env["oms.channel.customer"].create(
            {
                "channel_id": self.channel.id,
                "external_id": "C",
                "partner_id": order.partner_id.id,
            }
        )
        outgoing = self.env["oms.outbox.message"].create(
            {"channel_id": self.channel.id, "kind": "stock", "payload": {"levels": []}}
        )
        policy = self.env["oms.sourcing.policy"].search([], limit=1)
        policy = policy or self.env["oms.sourcing.policy"].create({"name": "Ours"})
        upload = self.env["oms.channel.upload"].create(
            {"channel_id": self.channel.id, "file": b"YQ==", "filename": "a.csv"}
        )
        payment = self.env["sale.order.record.payment"].create(
            {
                "order_id": order.id,
                "reference": "R",
                "amount": 1,
                "provider_id": self.env["payment.provider"]
                .sudo()
                ._oms_wire_provider(order.company_id)
                .id,
            }
        )
        self.order_of_others = order
        # of others: who may see own orders only doesn't see it
        (order + booked).user_id = self.clerk
        again = self.env["oms.inbox.delivery"].create(
            {"message_id": held.id, "times": 1}
        )
        sender = self.env["oms.channel.sender"].create(
            {
                "channel_id": self.channel.id,
                "address": "ann@example.com",
                "partner_id": order.partner_id.id,
            }
        )
        log = self.env["oms.privacy.log"].create({"what": "export"})
        request = self.env["oms.privacy.request"].create(
            {"partner_id": order.partner_id.id}
        )
        rule = self.env["oms.retention.rule"].create(
            {"kind": "messages", "channel_id": self.channel.id}
        )
        attempt = self.env["oms.attempt"].create({"work": "rights", "res_id": 1})
        self.env["oms.health"]._measure()
        health = self.env["oms.health"].search([], limit=1)
        return {
            "ir.actions.report": self.env.ref("sale.action_report_saleorder"),
            "oms.inbox.delivery": again,
            "oms.channel.sender": sender,
            "oms.privacy.log": log,
            "oms.privacy.request": request,
            "oms.retention.rule": rule,
            "oms.attempt": attempt,
            "oms.health": health,
            "oms.channel": self.channel,
            "oms.channel.secret": secret,
            "oms.channel.listing": listing,
            "oms.channel.customer": customer,
            "oms.channel.upload": upload,
            "oms.check": self.env.ref("oms_addon.oms_check_unpaid"),
            "oms.hold": order.oms_open_hold_ids,
            "oms.inbox.message": held,
            "oms.outbox.message": outgoing,
            "oms.sourcing.policy": policy,
            "oms.allocation": booked.oms_allocation_ids[:1],
            "sale.order.record.payment": payment,
            "sale.order": order,
            "sale.order.line": order.order_line[:1],
            "stock.picking": booked.picking_ids[:1],
            "stock.move": booked.picking_ids.move_ids[:1],
            "account.move": booked.invoice_ids[:1],
            "payment.transaction": booked.transaction_ids[:1],
            "crm.lead": lead,
        }

    def make_own(self, user):
        orders = (
            self.order_of_others
            + self.env["stock.picking"].browse(self.records["stock.picking"]).sale_id
        )
        if user._is_internal():
            orders.user_id = user
            return
        orders.partner_id = user.partner_id
        orders.message_subscribe(user.partner_id.ids)

    def origin_note(self):
        order = self.order_of_others
        return {
            "source_ref": "mail.message_origin_link",
            "render_values": {"self": order, "origin": order},
        }

    def arguments(self):
        return {
            "oms.channel.oms_intake": (self.channel.id, []),
            "mail.thread.message_process": (False, "no mail"),
            "ir.actions.report.barcode": ("Code128", "A1"),
            "account.move.js_assign_outstanding_line": (0,),
            "account.move.message_post_with_source": self.origin_note(),
            "stock.picking.message_post_with_source": self.origin_note(),
        }

    def test_every_role_may_do_what_the_table_says_and_no_more(self):
        self.check_rights()

    def test_no_shown_button_refuses(self):
        self.assertGreater(len(self.check_buttons()), 20)

    def test_every_shown_menu_opens(self):
        self.check_menus()
