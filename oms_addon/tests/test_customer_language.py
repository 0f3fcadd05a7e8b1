from types import SimpleNamespace

from odoo.tests import TransactionCase, tagged

#: told language, told country, channel's language, channel's country, language of who
#: takes the order in → the customer's, where English, Chinese and German are installed
CASES = [
    ("zh-Hans-CN", "", "", "", "en_US", "zh_CN"),
    ("de", "CN", "zh_CN", "CN", "zh_CN", "de_DE"),
    ("pt-BR", "DE", "", "CN", "zh_CN", "de_DE"),
    ("", "CN", "en_US", "US", "en_US", "zh_CN"),
    ("", "AT", "", "CN", "zh_CN", "de_DE"),
    # a country whose language is not installed: English, not the channel's
    ("", "FR", "", "CN", "zh_CN", "en_US"),
    ("", "FR", "de_DE", "CN", "zh_CN", "en_US"),
    # the address takes the channel's country, so does the language
    ("", "", "", "CN", "en_US", "zh_CN"),
    ("", "", "de_DE", "CN", "en_US", "de_DE"),
    ("", "", "", "FR", "zh_CN", "zh_CN"),
    ("", "", "", "", "de_DE", "de_DE"),
    ("xx-nonsense", "", "", "DE", "en_US", "de_DE"),
]


@tagged("post_install", "-at_install")
class TestCustomerLanguage(TransactionCase):
    """Customers are addressed in their language, whoever takes the order in."""

    def test_language_of_message_country_and_channel(self):
        for code in ("zh_CN", "de_DE"):
            self.env["res.lang"]._activate_lang(code)
        channel = self.env["oms.channel"].create({"name": "Files", "kind": "csv"})
        for case in CASES:
            told, country, lang, channel_country, user_lang, expected = case
            with self.subTest(case=case):
                channel.lang = lang or False
                channel.country_id = self.env["res.country"].search(
                    [("code", "=", channel_country)], limit=1
                )
                party = SimpleNamespace(lang=told, country_code=country)
                intake = self.env["oms.intake"].with_context(lang=user_lang)
                self.assertEqual(intake._language(channel, party), expected)
