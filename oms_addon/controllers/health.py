from odoo import http
from odoo.http import request


class OmsHealth(http.Controller):
    @http.route(
        "/oms/health",
        type="http",
        auth="public",
        methods=["GET"],
        csrf=False,
        save_session=False,
    )
    def health(self, **_query):
        """Whether the machinery runs: the figures for monitoring, a word for others.

        :return: 200 while all is well, 503 otherwise; figures as JSON for an
            administrator, or with the token as ``Authorization: Bearer …``.
        """
        # sudo: what a visitor is told is one word; figures come after the check
        health = request.env["oms.health"].sudo()
        if not self._may_see_figures(health):
            alive = health._is_alive()
            return self._answer({"status": "ok" if alive else "down"}, alive)
        figures = health._read_figures()
        alarms = [figure for figure in figures if figure["state"] == "alarm"]
        status = "alarm" if alarms else "ok"
        return self._answer({"status": status, "figures": figures}, not alarms)

    def _may_see_figures(self, health):
        word, _space, token = request.httprequest.headers.get(
            "Authorization", ""
        ).partition(" ")
        if word.lower() == "bearer" and health._knows_token(token.strip()):
            return True
        return request.env.user._is_system()

    def _answer(self, values, good):
        return request.make_json_response(
            values, headers=[("Cache-Control", "no-store")], status=200 if good else 503
        )
