from odoo import Command, http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_base import AftersalesPortal
from .uploads import attach_pictures, read_pictures

MAX_NOTE = 2000


class ReturnPortal(AftersalesPortal):
    """Customers ask for returns and follow them."""

    # === LIST AND PAGE === #

    @http.route(
        ["/my/returns", "/my/returns/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_oms_returns(self, page=1, **kw):
        template = "oms_addon_aftersales.portal_my_oms_returns"
        return self._render_own_list(
            "oms.return", page, "/my/returns", template, "returns"
        )

    @http.route("/my/returns/<int:return_id>", type="http", auth="public", website=True)
    def portal_oms_return_page(self, return_id, access_token=None, **kw):
        template = "oms_addon_aftersales.portal_oms_return_page"
        return self._render_record("oms.return", return_id, access_token, template)

    @http.route(
        "/my/returns/<int:return_id>/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_oms_return_cancel(self, return_id, access_token=None, **kw):
        return_sudo = self._find_record("oms.return", return_id, access_token)
        if not return_sudo:
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
        template = "oms_addon_aftersales.portal_oms_return_form"
        return self._answer_request(
            order_id, access_token, post, "oms.return", template
        )

    def _prepare_oms_return_form(self, order_sudo):
        return {
            "lines": order_sudo.order_line.filtered("oms_qty_returnable"),
            "kinds": order_sudo._oms_get_return_kinds(),
            "reasons": self._get_reasons(),
        }

    def _get_reasons(self):
        # Public visitors with the order's link choose among them, too.
        return (
            request.env["oms.return.reason"].sudo().search([("in_portal", "=", True)])
        )

    def _create_oms_return(self, order_sudo, post, vals):
        """Make a return of what was posted; only known names are looked at.

        :param dict vals: values known already.
        :raise UserError: telling the customer what to correct.
        """
        lines = self._read_lines(order_sudo, post)
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
                **vals,
                "kind": kind if kind in kinds else kinds[0],
                "reason_id": reason.id,
                "note": (post.get("note") or "").strip()[:MAX_NOTE] or False,
                "line_ids": lines,
            }
        )
        attach_pictures(return_sudo, pictures)
        return_sudo.action_submit()
        return return_sudo

    def _read_lines(self, order_sudo, post):
        """Return commands for the lines whose quantity was entered.

        :raise UserError: without any, or when a piece is to be divided.
        """
        commands = []
        for line in order_sudo.order_line.filtered("oms_qty_returnable"):
            quantity = self._read_quantity(post.get(f"quantity_{line.id}"))
            unit = line.product_uom_id
            if unit.compare(quantity, 0) <= 0:
                continue
            if line._oms_is_divided(quantity):
                raise UserError(
                    request.env._(
                        "%(product)s: enter whole pieces.",
                        product=line.product_id.with_context(
                            display_default_code=False
                        ).display_name,
                    )
                )
            commands.append(
                Command.create({"sale_line_id": line.id, "quantity": quantity})
            )
        if not commands:
            raise UserError(request.env._("Enter a quantity for at least one product."))
        return commands

    @staticmethod
    def _read_quantity(text):
        try:
            quantity = float((text or "0").replace(",", "."))
        except ValueError:
            return 0.0
        # "inf" and "nan" are numbers, too
        return quantity if 0 < quantity < 1e9 else 0.0
