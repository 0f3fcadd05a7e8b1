from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ConcurrencyError, LockError
from odoo.fields import Domain

from .confirm_batch import QuantsReserved


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # === BUSINESS METHODS === #

    @api.model
    def _oms_lock_candidates(self, pairs):
        """Lock every quant that a reservation of these products could take from.

        Two transactions that reserve the same stock at once would both see it free:
        the host skips a locked quant and makes a second one. With the candidates
        locked first, the later transaction is refused here, or by PostgreSQL when the
        earlier one has committed, and runs again on the new figures.

        :param pairs: iterable of (product.product, stock.location): which product is
            needed from which location, sublocations included
        :return: the locked quants, with sudo, oldest first
        :rtype: recordset of `stock.quant`
        :raise ConcurrencyError: another transaction holds some of them; the host
            repeats the request (`odoo.service.model.retrying`)
        """
        product_ids = defaultdict(set)
        for product, location in pairs:
            product_ids[location.id].add(product.id)
        if not product_ids:
            return self.browse()
        domain = Domain.OR(
            Domain("product_id", "in", list(ids))
            & Domain("location_id", "child_of", location_id)
            for location_id, ids in product_ids.items()
        )
        # sudo: as in the host, stock is reserved for users without rights on quants
        quants = self.sudo().search(domain, order="in_date, id")
        try:
            quants.lock_for_update(allow_referencing=True)
        except LockError as error:
            # LockError is shown to the user and never repeated by the host
            raise ConcurrencyError(str(error)) from error
        return quants

    @api.model
    def _update_reserved_quantity(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Do nothing for move lines whose quants the batch has updated already."""
        if QuantsReserved.of(self.env):
            return None
        return super()._update_reserved_quantity(
            product_id,
            location_id,
            quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
        )

    @api.model
    def _oms_plain_quants(self, pairs):
        """Read the locked quants of products that can be taken oldest first.

        :param pairs: iterable of (product.product, stock.location)
        :return: dict of (product, location): quants in the order of the removal
            strategy; without the products that the host has to choose quants for
        :rtype: dict
        """
        plain = {}
        quants = self._oms_lock_candidates(pairs)
        by_product = quants.grouped("product_id")
        for product, location in pairs:
            strategy = self._get_removal_strategy(product, location)
            if strategy not in ("fifo", "lifo"):
                continue
            candidates = by_product.get(product, quants.browse()).filtered(
                lambda quant, path=location.parent_path: (
                    quant.location_id.parent_path.startswith(path)
                )
            )
            if candidates._oms_are_plain():
                plain[product, location] = (
                    candidates if strategy == "fifo" else candidates[::-1]
                )
        return plain

    def _oms_are_plain(self):
        """Return whether each location has one quant, unpacked and nobody's else."""
        return len(self.location_id) == len(self) and not any(
            quant.lot_id
            or quant.package_id
            or quant.owner_id
            or quant.product_uom_id.compare(
                quant.quantity, max(quant.reserved_quantity, 0)
            )
            < 0
            for quant in self
        )
