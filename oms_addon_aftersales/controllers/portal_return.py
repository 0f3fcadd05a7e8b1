from odoo import Command, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .uploads import attach_pictures, read_pictures

MAX_NOTE = 2000


class ReturnPortal(CustomerPortal):
    """Customers ask for returns and follow them."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "oms_return_count" in counters:
            Return = request.env["oms.return"]
            values["oms_return_count"] = (
                Return.search_count(self._get_own_domain())
                if Return.has_access("read")
                else 0
            )
        return values

    def _get_own_domain(self):
        commercial = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", commercial.id)]

    # === LIST AND PAGE === #

    @http.route(
        ["/my/returns", "/my/returns/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_oms_returns(self, page=1, **kw):
        Return = request.env["oms.return"]
        domain = self._get_own_domain()
        pager = portal_pager(
            url="/my/returns",
            total=Return.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        returns = Return.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values()
        # Only the customer's own records, found with the customer's rights.
        values.update(
            returns=returns.sudo(),
            page_name="oms_return",
            pager=pager,
            default_url="/my/returns",
        )
        request.session["my_oms_returns_history"] = returns.ids[:100]
        return request.render("oms_addon_aftersales.portal_my_oms_returns", values)

    @http.route("/my/returns/<int:return_id>", type="http", auth="public", website=True)
    def portal_oms_return_page(self, return_id, access_token=None, **kw):
        try:
            return_sudo = self._document_check_access(
                "oms.return", return_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._get_page_view_values(
            return_sudo,
            access_token,
            {"oms_return": return_sudo, "page_name": "oms_return"},
            "my_oms_returns_history",
            False,
        )
        return request.render("oms_addon_aftersales.portal_oms_return_page", values)

    @http.route(
        "/my/returns/<int:return_id>/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_oms_return_cancel(self, return_id, access_token=None, **kw):
        try:
            return_sudo = self._document_check_access(
                "oms.return", return_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if return_sudo._can_customer_cancel():
            return_sudo.action_cancel()
        return request.redirect(return_sudo.get_portal_url())

    # === REQUEST === #

    @http.route(
        "/my/orders/<int:order_id>/return",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def portal_oms_return_request(self, order_id, access_token=None, **post):
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
                    rma = self._create_return(order_sudo, post)
                return request.redirect(rma.get_portal_url())
            except UserError as problem:
                error = str(problem)
        values = {
            **self._prepare_portal_layout_values(),
            "sale_order": order_sudo,
            "page_name": "oms_return_request",
            "lines": order_sudo.order_line.filtered("oms_qty_returnable"),
            "kinds": order_sudo._oms_get_return_kinds(),
            "reasons": self._get_reasons(),
            "access_token": access_token,
            "error": error,
            "post": post,
        }
        return request.render("oms_addon_aftersales.portal_oms_return_form", values)

    def _get_reasons(self):
        # Public visitors with the order's link choose among them, too.
        return (
            request.env["oms.return.reason"].sudo().search([("in_portal", "=", True)])
        )

    def _create_return(self, order_sudo, post):
        """Make a return of what was posted; only known names are looked at.

        :raise UserError: telling the customer what to correct.
        """
        lines = []
        for line in order_sudo.order_line.filtered("oms_qty_returnable"):
            quantity = self._read_quantity(post.get(f"quantity_{line.id}"))
            if quantity:
                lines.append(
                    Command.create({"sale_line_id": line.id, "quantity": quantity})
                )
        if not lines:
            raise UserError(
                request.env._("Enter how many of at least one product you return.")
            )
        reason = self._get_reasons().filtered(
            lambda r: str(r.id) == post.get("reason_id")
        )
        if not reason:
            raise UserError(request.env._("Choose why you return the goods."))
        kinds = [kind for kind, _label in order_sudo._oms_get_return_kinds()]
        pictures = read_pictures(
            request.env, request.httprequest.files.getlist("pictures")
        )
        kind = post.get("kind")
        return_sudo = order_sudo.env["oms.return"].create(
            {
                "order_id": order_sudo.id,
                "kind": kind if kind in kinds else kinds[0],
                "reason_id": reason.id,
                "note": (post.get("note") or "").strip()[:MAX_NOTE] or False,
                "user_id": order_sudo.user_id.id,
                "line_ids": lines,
            }
        )
        attach_pictures(return_sudo, pictures)
        return_sudo.action_submit()
        return return_sudo

    @staticmethod
    def _read_quantity(text):
        try:
            quantity = float((text or "0").replace(",", "."))
        except ValueError:
            return 0.0
        # "inf" and "nan" are numbers, too
        return quantity if 0 < quantity < 1e9 else 0.0
