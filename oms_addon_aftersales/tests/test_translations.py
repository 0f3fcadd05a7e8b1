from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_translations import TranslationCase


@tagged("post_install", "-at_install")
class TestTranslations(TranslationCase):
    addon = "oms_addon_aftersales"

    def test_no_text_is_left_in_english(self):
        self.check_complete()

    def test_placeholders_and_tags_are_kept(self):
        self.check_placeholders()
