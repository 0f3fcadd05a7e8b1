from odoo import http
from odoo.http import request
from odoo.tools import consteq

SHORTEST_TOKEN, LONGEST_TOKEN = 16, 128


class OmsTracking(http.Controller):
    """The customer's tracking page: whoever has the link sees this parcel only."""

    @http.route(
        "/oms/track/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def track(self, token, **_kwargs):
        """Where the parcel is, in the customer's language.

        :param str token: ``stock.picking.oms_tracking_token``
        """
        picking = self._find_picking(token)
        if not picking:
            return self._render("oms_addon_logistics.tracking_unknown", {}, status=404)
        if picking._oms_is_tracking_over():
            return self._render("oms_addon_logistics.tracking_over", {}, status=410)
        language = picking._oms_get_tracking_lang(request.best_lang)
        if language:
            request.update_context(lang=language)
            picking = picking.with_context(lang=language)
        values = picking._oms_get_tracking_values()
        return self._render("oms_addon_logistics.tracking_page", values)

    def _find_picking(self, token):
        """Return the transfer of a token, as superuser, or an empty recordset."""
        # sudo: the visitor is nobody; the token is the right
        Picking = request.env["stock.picking"].sudo()
        if not SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN or not token.isascii():
            return Picking
        picking = Picking.search([("oms_tracking_token", "=", token)], limit=1)
        if picking and consteq(picking.oms_tracking_token, token):
            return picking
        return Picking

    def _render(self, template, values, status=200):
        response = request.render(template, values, status=status)
        response.headers.update(
            {
                "Cache-Control": "no-store",
                # The address is the secret: tell neither search engines nor carriers.
                "Referrer-Policy": "no-referrer",
                "X-Robots-Tag": "noindex, nofollow",
            }
        )
        return response
