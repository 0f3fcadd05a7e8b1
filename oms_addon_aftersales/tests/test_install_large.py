from odoo.tests import TransactionCase, tagged

from odoo.addons.oms_addon.tests.common_columns import computed_columns
from odoo.addons.oms_addon_aftersales.hooks import COLUMNS


@tagged("post_install", "-at_install")
class TestInstallLarge(TransactionCase):
    def test_every_computed_column_of_a_host_table_is_made_beforehand(self):
        for table, names in computed_columns(self.env, "oms_addon_aftersales").items():
            with self.subTest(table):
                self.assertLessEqual(names, COLUMNS.get(table, {}).keys())
