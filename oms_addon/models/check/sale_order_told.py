from odoo import fields, models


class SaleOrder(models.Model):
    """What a message said that its source may not decide, or that no model reads."""

    _inherit = "sale.order"

    # {"lacks": rights, "doubts": [[code, words, where]], "tags": [...],
    #  "lines": {line id: {"unit", "quantity", "total", "free", "unpriced"}},
    #  "tax", "total", "countries", "credit", "partner", "address", "proof"}
    oms_told = fields.Json(
        string="Told by the Message",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )

    def _oms_facts(self):
        """What was told, for the checks.

        :rtype: dict
        """
        self.ensure_one()
        # sudo: the facts bind everybody who may confirm, whoever may read them
        return self.sudo().oms_told or {}

    def _oms_with_facts(self):
        """The orders whose message told anything, with what it told.

        :return: pairs of order and facts.
        :rtype: list[tuple[sale.order, dict]]
        """
        # sudo: as in `_oms_facts`
        pairs = zip(self, self.sudo(), strict=True)
        return [(order, own.oms_told) for order, own in pairs if own.oms_told]

    def _oms_doubts(self, *codes):
        """Doubts of some kinds, as [code, words, where].

        :rtype: list[list[str]]
        """
        return [d for d in self._oms_facts().get("doubts", []) if d[0] in codes]

    def _oms_note_told(self, message, document):
        """Keep what a later message told; on a confirmed order, show it at once.

        :param OrderDocument document: within its source's authority.
        """
        self.ensure_one()
        authority, _sender = message._authority()
        told = self.env["oms.intake"]._told(self.oms_channel_id, authority, document)
        before = self._oms_facts()
        if document.kind in ("order", "change"):
            kept = {
                k: before[k] for k in ("credit", "partner", "address") if k in before
            }
            now = {**told, **kept}
        else:
            doubts = [*before.get("doubts", []), *told.get("doubts", [])]
            unique = [list(d) for d in dict.fromkeys(map(tuple, doubts))]
            now = {**before, "doubts": unique} if unique else before
        if now != before:
            self.oms_told = now or False
        money = self._oms_doubts("payment", "refund")
        if self.state not in ("draft", "sent", "cancel") and money:
            check = self.env.ref("oms_addon.oms_check_payment_told")
            self._oms_hold({self: {check: {"items": self._oms_items(money)}}})

    def _oms_items(self, doubts):
        """Doubts as a hold's details have them.

        :rtype: list[dict]
        """
        return [
            {"code": code, "words": words, "where": where}
            for code, words, where in doubts
        ]
