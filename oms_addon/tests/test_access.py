from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestAccess(IntakeCase):
    def test_only_administrators_read_secrets(self):
        secret = self.env["oms.channel.secret"].create(
            {"channel_id": self.channel.id, "name": "webhook_secret", "value": "s3"}
        )
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError):
                secret.with_user(user).read(["value"])
            with self.assertRaises(AccessError):
                self.channel.with_user(user).read(["secret_ids"])
        admin = self.env.ref("base.user_admin")
        self.assertEqual(secret.with_user(admin).value, "s3")

    def test_only_managers_read_the_webhook_token_and_change_channels(self):
        with self.assertRaises(AccessError):
            self.channel.with_user(self.clerk).read(["token"])
        with self.assertRaises(AccessError):
            self.channel.with_user(self.clerk).name = "Mine"
        self.channel.with_user(self.manager).name = "Ours"
        self.assertTrue(self.channel.with_user(self.manager).token)

    def test_messages_of_other_companies_are_out_of_sight(self):
        message = self.receive(self.document())
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="oms_addon.group_oms_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for record in (message, self.channel, message.order_id):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])
        found = self.env["oms.inbox.message"].with_user(stranger).search([])
        self.assertFalse(found)

    def test_a_salesman_without_the_role_does_not_see_the_inbox(self):
        salesman = new_test_user(
            self.env, "plain_sales", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.env["oms.inbox.message"].with_user(salesman).search([])

    def test_whoever_may_read_orders_reads_what_we_add_to_their_form(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.assertTrue(order.oms_is_held)
        for number, group in enumerate(
            (
                "account.group_account_readonly",
                "account.group_account_invoice",
                "stock.group_stock_user",
                "sales_team.group_sale_salesman",
            )
        ):
            user = new_test_user(self.env, f"reader{number}", groups=group)
            with self.subTest(group=group):
                self.env.invalidate_all()
                seen = order.with_user(user)
                tree = etree.fromstring(seen.get_view(view_type="form")["arch"])
                names = {node.get("name") for node in tree.iter("field")}
                ours = {n for n in names & order._fields.keys() if n.startswith("oms_")}
                self.assertIn("oms_open_hold_ids", ours)
                seen.read(ours)
                self.assertIn("not paid", seen.oms_open_hold_ids.reason)

    def test_a_salesman_of_own_orders_sees_no_holds_of_others(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        seller = new_test_user(
            self.env, "own_seller", groups="sales_team.group_sale_salesman"
        )
        order.user_id = self.manager
        order._oms_source()
        for model in ("oms.hold", "oms.allocation"):
            found = self.env[model].with_user(seller).search([])
            self.assertFalse(found & self.env[model].search([]), model)
        order.user_id = seller
        self.assertTrue(self.env["oms.hold"].with_user(seller).search([]))

    def test_a_clerk_works_an_order_from_message_to_reservation(self):
        documents = [self.document()]
        self.env["oms.channel"].with_user(self.clerk).oms_intake(
            self.channel.id, documents
        )
        order = self.order().with_user(self.clerk)
        order.action_oms_process()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_a_warehouse_worker_opens_a_delivery_that_has_a_carrier(self):
        """The form asks which carriers serve the address: of their zip codes, too."""
        worker = new_test_user(self.env, "picker", groups="stock.group_stock_user")
        self.receive(self.document())
        self.order()._oms_fulfil()
        delivery = self.order().picking_ids
        delivery.carrier_id = self.env["delivery.carrier"].search([], limit=1)
        self.assertTrue(delivery.carrier_id)
        self.env.invalidate_all()
        form = Form(delivery.with_user(worker))
        self.assertEqual(form.carrier_id, delivery.carrier_id)
