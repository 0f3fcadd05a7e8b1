from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestModuleInfo(TransactionCase):
    def test_user_pages_show_under_apps(self):
        modules = self.env["ir.module.module"].search([("name", "like", "oms_addon")])
        self.assertTrue(modules)
        for module in modules:
            with self.subTest(module.name):
                self.assertIn('lang="en"', module.description_html)
                self.assertIn('lang="zh-CN"', module.description_html)
