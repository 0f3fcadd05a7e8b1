from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AftersalesCommon
from .test_portal import PIXEL

SERVICE = "oms_addon_aftersales.group_oms_service"


@tagged("post_install", "-at_install")
class TestPortalRequests(AftersalesCommon, HttpCase):
    """What happens to requests that are sent twice, too often or with odd values."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = new_test_user(
            cls.env,
            login="ann_portal",
            password="ann_portal",
            groups="base.group_portal",
            lang="en_US",
        )
        cls.customer = cls.ann.partner_id
        cls.customer.email = "ann@example.com"
        cls.order = cls._create_order((cls.shirt, 4, {}))
        cls.case_type = cls.env.ref("oms_addon_aftersales.oms_case_type_product")

    def setUp(self):
        super().setUp()
        self.authenticate("ann_portal", "ann_portal")

    def _post(self, path, data, **options):
        data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(path, data=data, **options)

    def _ask_for(self, quantity, order=None, **vals):
        order = order or self.order
        files = vals.pop("files", None)
        values = {
            f"quantity_{order.order_line[:1].id}": quantity,
            "reason_id": str(self.reason.id),
            "kind": "refund",
            **vals,
        }
        path = order.get_portal_url(suffix="/return")
        return self._post(path, values, files=files)

    def _complain(self, **vals):
        values = {"type_id": str(self.case_type.id), "subject": "Torn", **vals}
        return self._post(f"/my/orders/{self.order.id}/case", values)

    def test_form_that_is_sent_twice_makes_one_return_and_one_case(self):
        page = self.url_open(f"/my/orders/{self.order.id}/return").text
        key = page.split('name="portal_key" value="')[1].split('"')[0]
        first = self._ask_for("1", portal_key=key)
        second = self._ask_for("1", portal_key=key)
        self.assertEqual(len(self.order.oms_return_ids), 1)
        self.assertEqual(first.url, second.url)
        page = self.url_open(f"/my/orders/{self.order.id}/case").text
        key = page.split('name="portal_key" value="')[1].split('"')[0]
        self._complain(portal_key=key)
        self._complain(portal_key=key)
        self.assertEqual(len(self.order.oms_case_ids), 1)

    def test_key_of_another_order_opens_nothing_of_it(self):
        other = self._create_order(self.shirt)
        self._ask_for("1", portal_key="the-key")
        self._ask_for("1", order=other, portal_key="the-key")
        self.assertEqual(len(other.oms_return_ids), 1)

    def test_flood_of_requests_is_stopped_with_a_reason(self):
        for _number in range(10):
            self._complain()
        page = self._complain()
        self.assertIn("many requests for this order", page.text)
        self.assertEqual(len(self.order.oms_case_ids), 10)

    def test_pieces_are_not_divided(self):
        for quantity in ("0.5", "1,5", "3.9"):
            page = self._ask_for(quantity)
            self.assertIn("enter whole pieces", page.text)
        for quantity in ("-1", "0.001", "nan", "1e300"):
            page = self._ask_for(quantity)
            self.assertEqual(page.status_code, 200)
            self.assertIn("at least one product", page.text)
        self.assertFalse(self.order.oms_return_ids)

    def test_part_of_a_metre_can_be_returned(self):
        metre = self.env.ref("uom.product_uom_meter")
        cloth = self._create_goods("Cloth", 9.0, "order", uom_id=metre.id)
        order = self._create_order((cloth, 3, {}))
        self._ask_for("1,25", order=order)
        self.assertEqual(order.oms_return_ids.line_ids.quantity, 1.25)

    def test_picture_keeps_its_kind_whatever_its_name_says(self):
        self._ask_for("1", files={"pictures": ("x.html", PIXEL, "text/html")})
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "oms.return"),
                ("res_id", "=", self.order.oms_return_ids.id),
            ]
        )
        self.assertEqual(attachment.mimetype, "image/png")
        self.assertEqual(self.order.oms_return_ids.photo_count, 1)

    def test_customer_sees_the_own_pictures_and_not_those_of_staff(self):
        self._ask_for("1", files={"pictures": ("torn.png", PIXEL, "image/png")})
        rma = self.order.oms_return_ids
        own = self.env["ir.attachment"].search(
            [("res_model", "=", "oms.return"), ("res_id", "=", rma.id)]
        )
        staffs = own.copy({"name": "inspection.png"})
        self.logout()  # whoever has the link sees the same
        page = self.url_open(rma.get_portal_url()).text
        self.assertIn(f"/web/image/{own.id}", page)
        self.assertNotIn(f"/web/image/{staffs.id}", page)
        source = page.split(f'src="/web/image/{own.id}')[1].split('"')[0]
        source = f"/web/image/{own.id}{source}".replace("&amp;", "&")
        answer = self.url_open(source)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        bare = self.url_open(f"/web/image/{own.id}")
        self.assertNotEqual(bare.content, answer.content)

    def test_customer_gets_the_mail_about_the_own_request(self):
        self._ask_for("1")
        rma = self.order.oms_return_ids
        mail = rma.message_ids.filtered(lambda m: "is approved" in (m.subject or ""))
        self.assertIn(self.customer, mail.notified_partner_ids)
        self.assertTrue(rma.user_id._has_group(SERVICE))
        self.assertEqual(mail.author_id, rma.user_id.partner_id)
        self.order.user_id = False
        self._ask_for("1")
        rma = self.order.oms_return_ids - rma
        mail = rma.message_ids.filtered(lambda m: "is approved" in (m.subject or ""))
        self.assertTrue(rma.user_id._has_group(SERVICE))
        self.assertEqual(mail.author_id, rma.user_id.partner_id)

    def test_a_request_from_the_portal_belongs_to_somebody_who_may_decide(self):
        self.order.user_id = self._create_seller()
        self._ask_for("1")
        user = self.order.oms_return_ids.user_id
        self.assertTrue(user._has_group(SERVICE))

    def _create_seller(self):
        return new_test_user(
            self.env,
            login="portal_seller",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_complaint_is_confirmed_with_the_promised_time(self):
        self.customer.tz = "Asia/Tokyo"
        self._complain()
        case = self.order.oms_case_ids
        mail = case.message_ids.filtered(lambda m: case.name in (m.subject or ""))
        self.assertIn(self.customer, mail.notified_partner_ids)
        self.assertIn("solve it by", mail.body)
        self.assertIn(case.get_portal_url(), mail.body)
        self.assertFalse(case.first_response_at)

    def test_decision_is_a_task_of_staff_never_of_the_customer(self):
        self.policy.approve_up_to = 0
        self.order.user_id = False
        self._ask_for("1")
        rma = self.order.oms_return_ids
        self.assertEqual(rma.state, "review")
        self.assertTrue(rma.activity_ids)
        for user in rma.activity_ids.with_context(active_test=False).user_id:
            self.assertTrue(user.active and not user.share, user.login)

    def test_task_is_in_the_language_of_who_decides(self):
        self.policy.approve_up_to = 0
        self.ann.lang = "zh_CN"
        self.authenticate("ann_portal", "ann_portal")
        self.order.user_id = self.service
        self._ask_for("1")
        self.assertEqual(
            self.order.oms_return_ids.activity_ids.summary, "Decide on the return"
        )

    def test_visitor_with_the_link_returns_goods_of_another_company(self):
        self.logout()
        page = self._ask_for("1")
        rma = self.order.oms_return_ids
        self.assertEqual(rma.state, "approved", page.text)
        self.assertEqual(rma.company_id, self.company)
        self.assertNotEqual(self.company, self.env.ref("base.main_company"))
        self.assertEqual(rma.picking_ids.company_id, self.company)
        self.assertEqual(rma.picking_ids.picking_type_id.company_id, self.company)

    def test_text_of_customers_is_shown_as_text(self):
        self._complain(subject="<b>Torn</b>", description="<script>alert(1)</script>")
        page = self.url_open(self.order.oms_case_ids.get_portal_url()).text
        self.assertNotIn("<script>alert(1)", page)
        self.assertIn("&lt;b&gt;Torn", page)

    def test_services_and_shipping_are_not_offered(self):
        service = self.env["product.product"].create(
            {"name": "Set-up", "type": "service", "invoice_policy": "order"}
        )
        order = self._create_order((self.shirt, 1, {}), (service, 1, {}))
        order.order_line[1].qty_delivered = 1
        page = self.url_open(f"/my/orders/{order.id}/return").text
        self.assertIn("Shirt", page)
        self.assertNotIn("Set-up", page)
        self._ask_for("1", order=order, **{f"quantity_{order.order_line[1].id}": "1"})
        self.assertEqual(order.oms_return_ids.line_ids.product_id, self.shirt)

    def test_list_has_a_page_for_what_does_not_fit(self):
        self.env["oms.case"].create(
            [
                {
                    "subject": f"Case {number}",
                    "order_id": self.order.id,
                    "company_id": self.company.id,
                }
                for number in range(81)
            ]
        )
        self.assertIn("/my/cases/page/2", self.url_open("/my/cases").text)
        last = self.url_open("/my/cases/page/2").text
        self.assertIn("Case 0", last)
        self.assertNotIn("Case 80", last)
