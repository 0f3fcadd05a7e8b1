from odoo import models

from ...marks import UNCLEAR

SENDERS = ("sender_unproven", "sender_unknown", "sender_forged")


class SaleOrder(models.Model):
    """Checks of what a message's source may not decide: it stays a proposal."""

    _inherit = "sale.order"

    def _oms_check_proposal(self):
        """Who orders and where the goods go, told by somebody who may not say so.

        A person who chooses another customer or address has decided.
        """
        found = {}
        namesakes = self._oms_namesakes()
        for order, told in self._oms_with_facts():
            items = []
            senders = order._oms_doubts(*SENDERS, "identity")
            if senders and order.partner_id.id == told.get("partner"):
                items += order._oms_items(senders)
                items += [
                    {"code": "namesake", "words": partner.display_name}
                    for partner in namesakes.get(order, ())
                ]
            address = told.get("address")
            if address and order.partner_shipping_id.id == address[0]:
                items.append({"code": "address", "words": address[1]})
            if items:
                found[order] = {"items": items}
        return found

    def _oms_namesakes(self):
        """Customers with the e-mail of a sender who is not proven to be them.

        :return: customers by order.
        :rtype: dict
        """
        orders = self.browse().union(
            *(
                order
                for order, told in self._oms_with_facts()
                if told.get("proof") in ("unproven", "failed")
                and order.partner_id.email_normalized
            )
        )
        if not orders:
            return {}
        partners = self.env["res.partner"].search(
            [
                (
                    "email_normalized",
                    "in",
                    orders.partner_id.mapped("email_normalized"),
                ),
                ("type", "=", "contact"),
                ("company_id", "in", [False, *orders.company_id.ids]),
            ]
        )
        by_email = partners.grouped("email_normalized")
        return {
            order: by_email.get(order.partner_id.email_normalized, partners.browse())
            - order.partner_id
            for order in orders
        }

    def _oms_check_price_far(self):
        """Prices far from the list, told by somebody who may not set them."""
        found = {}
        for order, told in self._oms_with_facts():
            if "price" not in told.get("lacks", ()):
                continue
            items = order._oms_far_prices()
            if items:
                found[order] = {"items": items}
        return found

    def _oms_far_prices(self):
        """Lines whose price is far from the list, and discounts of the whole order.

        :rtype: list[dict]
        """
        items, limit = [], max(self.oms_channel_id.price_tolerance, 0) / 100
        for line in self.order_line:
            if line.display_type or line.oms_unmatched or not line.product_uom_qty:
                continue
            price = line.price_unit * (1 - line.discount / 100)
            label = line.oms_sku or line.product_id.default_code or line.name
            if price < 0:
                words = {"code": "discount", "words": line.name.split("\n")[0]}
                items.append({**words, "told": f"{price:.2f}"})
                continue
            if line.product_id == self.env.ref("oms_addon.product_fee"):
                continue
            lists = self._oms_list_prices(line)
            if lists and all(abs(price - own) > limit * own + 0.005 for own in lists):
                items.append(
                    {
                        "code": "price",
                        "words": label,
                        "told": f"{price:.2f}",
                        "ours": f"{lists[0]:.2f}",
                        "currency": self.currency_id.name,
                    }
                )
        return items

    def _oms_list_prices(self, line):
        """What the line costs by the lists that fit: the order's, the customer's.

        :rtype: list[float]
        """
        if line.product_id == self.oms_channel_id.shipping_product_id or (
            line.product_id == self.env.ref("oms_addon.product_shipping")
        ):
            return []
        own = self.partner_id.property_product_pricelist
        lists = [self.pricelist_id]
        if own and own.currency_id == self.currency_id and own not in lists:
            lists.append(own)
        return [
            pricelist._get_product_price(
                line.product_id,
                line.product_uom_qty or 1.0,
                currency=self.currency_id,
                uom=line.product_uom_id,
                date=self.date_order,
            )
            for pricelist in lists
        ]

    def _oms_check_payment_told(self):
        """Money that a message tells of and whose source may not say so.

        It stays told: nothing is recorded. When all is paid there is nothing to ask.
        """
        found = {}
        for order, told in self._oms_with_facts():
            if not told.get("doubts"):
                continue
            payments = order._oms_doubts("payment")
            if payments and order._oms_is_paid():
                payments = []
            doubts = payments + order._oms_doubts("refund")
            if doubts:
                found[order] = {"items": order._oms_items(doubts)}
        return found

    def _oms_check_credit_unknown(self):
        """Orders on account of somebody whom nobody has granted credit."""
        found = {}
        for order, told in self._oms_with_facts():
            asked = told.get("credit") or order._oms_doubts("credit")
            if asked and not order.oms_on_account and not order._oms_is_paid():
                words = told.get("credit") or order.partner_id.display_name
                found[order] = {"items": [{"code": "credit", "words": words}]}
        return found

    def _oms_check_unclear(self):
        """Words that were read by guess, or that nobody reads."""
        found = {}
        for order, told in self._oms_with_facts():
            items = order._oms_items(order._oms_doubts(*UNCLEAR))
            shown = {item["code"] for item in items}
            items += [
                {"code": tag, "words": ""}
                for tag in told.get("tags", ())
                if tag in UNCLEAR and tag not in shown
            ]
            if items:
                found[order] = {"items": items}
        return found

    def _oms_check_test_order(self):
        """Orders that the channel marks as a test."""
        return {
            order: {}
            for order, told in self._oms_with_facts()
            if "test" in told.get("tags", ())
        }

    def _oms_give_policy_credit(self):
        """Put orders on account as channel or message has it: a manager let it pass."""
        orders = self.filtered(
            lambda order: (
                (order.oms_channel_id.on_account or order._oms_doubts("credit"))
                and not order.oms_on_account
                and order.state in ("draft", "sent")
            )
        )
        # sudo: who may release the hold gives the credit; `action_release` checked it
        orders.sudo().oms_on_account = True
        orders._oms_check()
        orders._oms_after_holds()
