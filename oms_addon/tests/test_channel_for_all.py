from lxml import etree

from odoo.tests import new_test_user, tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestChannelForAll(IntakeCase):
    """Whoever may read a channel opens its form."""

    def test_warehouse_and_accounting_open_the_form_of_a_channel(self):
        self.receive(self.document())
        self.receive(self.document(""))
        for number, groups in enumerate(
            (
                "stock.group_stock_user",
                "account.group_account_readonly",
                "account.group_account_invoice",
                "sales_team.group_sale_salesman",
                "oms_addon.group_oms_user",
                "oms_addon.group_oms_manager",
            )
        ):
            user = new_test_user(self.env, f"channel_{number}", groups=groups)
            with self.subTest(groups=groups):
                self.env.invalidate_all()
                channel = self.channel.with_user(user)
                [values] = channel.read()
                self.assertEqual(values["message_count"], 2)
                self.assertEqual(values["error_count"], 1)
                self.assertEqual(values["order_count"], 1)
                form = etree.fromstring(channel.get_view(view_type="form")["arch"])
                names = {
                    node.get("name")
                    for node in form.iter("field")
                    if not any(up.tag == "field" for up in node.iterancestors())
                }
                self.assertIn("timezone", names)
                channel.web_read({name: {} for name in names})
