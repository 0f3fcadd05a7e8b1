from odoo.http import request

from odoo.addons.web.controllers.home import Home


class OmsHome(Home):
    def _login_redirect(self, uid, redirect=None):
        """Lead drivers, who have no work in the back office, to their page."""
        user = request.env["res.users"].sudo().browse(uid)  # just logged in
        if (
            not redirect
            and user.has_group("oms_addon_logistics.group_oms_driver")
            and not user.has_group("oms_addon.group_oms_user")
        ):
            redirect = "/oms/driver"
        return super()._login_redirect(uid, redirect=redirect)
