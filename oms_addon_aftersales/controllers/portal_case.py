from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_base import AftersalesPortal
from .uploads import attach_pictures, read_pictures

MAX_SUBJECT = 120
MAX_TEXT = 5000


class CasePortal(AftersalesPortal):
    """Customers complain and follow their cases."""

    @http.route(
        ["/my/cases", "/my/cases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_oms_cases(self, page=1, **kw):
        template = "oms_addon_aftersales.portal_my_oms_cases"
        return self._render_own_list("oms.case", page, "/my/cases", template, "cases")

    @http.route("/my/cases/<int:case_id>", type="http", auth="public", website=True)
    def portal_oms_case_page(self, case_id, access_token=None, **kw):
        template = "oms_addon_aftersales.portal_oms_case_page"
        return self._render_record("oms.case", case_id, access_token, template)

    @http.route(
        "/my/orders/<int:order_id>/case",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_oms_case_request(self, order_id, access_token=None, **post):
        template = "oms_addon_aftersales.portal_oms_case_form"
        return self._answer_request(order_id, access_token, post, "oms.case", template)

    def _prepare_oms_case_form(self, order_sudo):
        return {"types": self._get_types(order_sudo)}

    def _get_types(self, order_sudo):
        return order_sudo.env["oms.case.type"].search(
            [
                ("in_portal", "=", True),
                ("company_id", "in", [False, order_sudo.company_id.id]),
            ]
        )

    def _create_oms_case(self, order_sudo, post, vals):
        """Make a case of what was posted; only known names are looked at.

        :param dict vals: values known already.
        :raise UserError: telling the customer what to correct.
        """
        case_type = self._get_types(order_sudo).filtered(
            lambda t: str(t.id) == post.get("type_id")
        )
        subject = " ".join((post.get("subject") or "").split())[:MAX_SUBJECT]
        if not case_type or not subject:
            raise UserError(request.env._("Tell us in a few words what it is about."))
        product = order_sudo.order_line.product_id.filtered(
            lambda p: str(p.id) == post.get("product_id")
        )
        pictures = read_pictures(
            request.env, request.httprequest.files.getlist("pictures")
        )
        case_sudo = order_sudo.env["oms.case"].create(
            {
                **vals,
                "subject": subject,
                "description": (post.get("description") or "").strip()[:MAX_TEXT],
                "type_id": case_type.id,
                "product_id": product.id,
                "partner_id": order_sudo.partner_id.id,
                "company_id": order_sudo.company_id.id,
            }
        )
        attach_pictures(case_sudo, pictures)
        case_sudo._confirm_receipt()
        return case_sudo
