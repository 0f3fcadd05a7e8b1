from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .uploads import attach_pictures, read_pictures

MAX_SUBJECT = 120
MAX_TEXT = 5000


class CasePortal(CustomerPortal):
    """Customers complain and follow their cases."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "oms_case_count" in counters:
            Case = request.env["oms.case"]
            values["oms_case_count"] = (
                Case.search_count(self._get_own_cases_domain())
                if Case.has_access("read")
                else 0
            )
        return values

    def _get_own_cases_domain(self):
        commercial = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", commercial.id)]

    @http.route(
        ["/my/cases", "/my/cases/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_oms_cases(self, page=1, **kw):
        Case = request.env["oms.case"]
        domain = self._get_own_cases_domain()
        pager = portal_pager(
            url="/my/cases",
            total=Case.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        cases = Case.search(
            domain, limit=self._items_per_page, offset=pager["offset"], order="id desc"
        )
        values = self._prepare_portal_layout_values()
        # Only the customer's own records, found with the customer's rights.
        values.update(
            cases=cases.sudo(),
            page_name="oms_case",
            pager=pager,
            default_url="/my/cases",
        )
        request.session["my_oms_cases_history"] = cases.ids[:100]
        return request.render("oms_addon_aftersales.portal_my_oms_cases", values)

    @http.route("/my/cases/<int:case_id>", type="http", auth="public", website=True)
    def portal_oms_case_page(self, case_id, access_token=None, **kw):
        try:
            case_sudo = self._document_check_access("oms.case", case_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            case_sudo,
            access_token,
            {"oms_case": case_sudo, "page_name": "oms_case"},
            "my_oms_cases_history",
            False,
        )
        return request.render("oms_addon_aftersales.portal_oms_case_page", values)

    @http.route(
        "/my/orders/<int:order_id>/case",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_oms_case_request(self, order_id, access_token=None, **post):
        try:
            order_sudo = self._document_check_access(
                "sale.order", order_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        error = ""
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    case = self._create_case(order_sudo, post)
                return request.redirect(case.get_portal_url())
            except UserError as problem:
                error = str(problem)
        values = {
            **self._prepare_portal_layout_values(),
            "sale_order": order_sudo,
            "page_name": "oms_case_request",
            "types": self._get_types(order_sudo),
            "access_token": access_token,
            "error": error,
            "post": post,
        }
        return request.render("oms_addon_aftersales.portal_oms_case_form", values)

    def _get_types(self, order_sudo):
        return order_sudo.env["oms.case.type"].search(
            [
                ("in_portal", "=", True),
                ("company_id", "in", [False, order_sudo.company_id.id]),
            ]
        )

    def _create_case(self, order_sudo, post):
        """Make a case of what was posted; only known names are looked at.

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
                "subject": subject,
                "description": (post.get("description") or "").strip()[:MAX_TEXT],
                "type_id": case_type.id,
                "order_id": order_sudo.id,
                "product_id": product.id,
                "partner_id": order_sudo.partner_id.id,
                "company_id": order_sudo.company_id.id,
            }
        )
        attach_pictures(case_sudo, pictures)
        return case_sudo
