import re
from urllib.parse import urljoin, urlsplit

import lxml.html

from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AftersalesCommon

OURS = re.compile(r"/oms/track/|/my/oms|/my/returns|/my/cases|/my/orders/\d+/\w+")
MODULES = ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales")
MOST_PAGES = 60


@tagged("post_install", "-at_install")
class TestCustomerTexts(AftersalesCommon, HttpCase):
    """No page and no mail shows a customer what only the office understands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = new_test_user(
            cls.env,
            login="texts_portal",
            password="texts_portal",
            groups="base.group_portal",
            lang="en_US",
        )
        cls.customer = cls.ann.partner_id
        cls.customer.write({"name": "Ann", "email": "ann@example.com"})
        cls.shirt.default_code = "KX-771"
        cls.lamp.default_code = "KX-772"
        cls.order = cls._create_order((cls.shirt, 4, {}), (cls.lamp, 2, {}))
        cls.returns = cls.env["oms.return"]
        for quantity in (1, 1):
            cls.returns += cls._ask(cls.order, {cls.shirt: quantity})
        cls.returns[0].action_submit()
        cls.case = cls.env["oms.case"].create(
            {
                "subject": "Torn sleeve",
                "type_id": cls.env.ref("oms_addon_aftersales.oms_case_type_product").id,
                "partner_id": cls.customer.id,
                "order_id": cls.order.id,
                "product_id": cls.shirt.id,
                "user_id": cls.service.id,
            }
        )

    def _secret_words(self):
        """Names of transfers and codes of products."""
        pickings = self.order.picking_ids + self.returns.picking_ids
        return {*pickings.mapped("name"), "KX-771", "KX-772", "OMS-"}

    def _check(self, text, where):
        shown = re.sub(r"\s+", " ", text)
        found = [word for word in self._secret_words() if word and word in shown]
        self.assertFalse(found, where)
        keys = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", shown)
        self.assertFalse(keys, f"{where}: keys of the program")

    def _visible(self, html):
        """What a person reads of a page, and what is read to who doesn't see it."""
        page = lxml.html.fromstring(html)
        for node in page.xpath("//script | //style | //head"):
            node.drop_tree()
        spoken = page.xpath("//@title | //@alt | //@aria-label | //@placeholder")
        return " ".join([page.text_content(), *spoken])

    def _walk(self, start):
        """Follow the links of a page as the customer can.

        :return: address and HTML of each page of ours
        :rtype: iterator of tuple
        """
        waiting, seen = [start], set()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path in seen:
                continue
            seen.add(path)
            answer = self.url_open(path)
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            for link in lxml.html.fromstring(answer.text).xpath("//a/@href"):
                target = urlsplit(urljoin(answer.url, link))
                inside = target.netloc == urlsplit(answer.url).netloc
                if inside and re.match(r"/my|/oms/track", target.path):
                    waiting.append(
                        target.path + (f"?{target.query}" if target.query else "")
                    )
            if OURS.match(path):
                yield path, answer.text

    def test_no_page_shows_an_internal_code(self):
        self.authenticate("texts_portal", "texts_portal")
        pages = list(self._walk("/my"))
        self.assertGreaterEqual(len(pages), 5, [path for path, _html in pages])
        for path, html in pages:
            with self.subTest(page=path):
                self._check(self._visible(html), path)

    def test_no_mail_shows_an_internal_code(self):
        templates = self.env["mail.template"].search([])
        names = templates.get_external_id()
        ours = templates.filtered(lambda t: names[t.id].partition(".")[0] in MODULES)
        records = {
            "oms.return": self.returns[:1],
            "oms.case": self.case,
            "sale.order": self.order,
        }
        self.assertGreaterEqual(len(ours), 6)
        for template in ours:
            record = records.get(template.model)
            self.assertTrue(record, f"nothing to write about: {template.model}")
            with self.subTest(mail=template.name):
                for field in ("subject", "body_html"):
                    text = template._render_field(field, record.ids)[record.id]
                    self._check(
                        self._visible(f"<p>{text}</p>"), f"{template.name}: {field}"
                    )

    def test_freight_has_a_plain_name_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        freight = self.env.ref("oms_addon.product_shipping")
        intake = self.env["oms.intake"]
        line = type(
            "Line", (), dict.fromkeys(("name", "sku", "listing_id", "note"), "")
        )
        self.assertEqual(intake._line_name(line, freight, "en_US"), "Shipping")
        freight.with_context(lang="zh_CN").name = "运费"
        self.assertEqual(intake._line_name(line, freight, "zh_CN"), "运费")

    def test_a_refusal_says_the_words_of_the_policy(self):
        self.policy.refusal_text = "Opened games stay with you."
        other = self.env["oms.return.reason"].create({"name": "Other"})
        self.policy.reason_ids = [Command.set(other.ids)]
        self.returns[1].action_submit()
        self.assertEqual(self.returns[1].state, "refused")
        text = self.returns[1].with_user(self.ann).sudo()._get_refusal_text()
        self.assertEqual(text, "Opened games stay with you.")

    def test_a_policy_without_limit_names_no_amount(self):
        self.policy.approve_up_to = 0
        self.returns[1].action_submit()
        self.assertEqual(self.returns[1].state, "review")
        self.assertNotRegex(self.returns[1].decision_text, r"\d")
