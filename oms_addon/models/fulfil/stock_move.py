from collections import defaultdict

from odoo import models
from odoo.exceptions import ConcurrencyError

from .confirm_batch import ConfirmBatch, HostPath, QuantsReserved, SkipLockedStock


class StockMove(models.Model):
    _inherit = "stock.move"

    # === RESERVATION: SAFE IN EVERY FLOW === #

    def _action_assign(self, force_qty=False):
        """Lock the stock that could be reserved, so that nobody reserves it twice.

        In a batch the plain moves are reserved at once; the host then finds them
        reserved and only has the others to search stock for.
        """
        if HostPath.of(self.env):
            return super()._action_assign(force_qty=force_qty)
        if QuantsReserved.of(self.env):
            # that key is for the batch's own move lines only
            self = self.with_context(oms_quants_reserved=None)
        if SkipLockedStock.of(self.env):
            moves = self._oms_without_locked_stock(force_qty)
        else:
            moves = self
            moves._oms_lock_stock(force_qty)
        batch = ConfirmBatch.of(self.env)
        if batch is not None and not force_qty:
            moves._oms_reserve_plain(batch)
        return super(StockMove, moves)._action_assign(force_qty=force_qty)

    def _oms_stock_pairs(self, force_qty=False):
        """Return the set of (product, location) that assigning would reserve from."""
        return {
            (move.product_id, move.location_id)
            for move in self
            if not move._should_bypass_reservation()
            and (
                force_qty
                or (
                    not move.picked
                    and move.state in ("confirmed", "waiting", "partially_available")
                )
            )
        }

    def _oms_lock_stock(self, force_qty=False):
        """Lock the quants that assigning these moves could take from.

        :raise ConcurrencyError: another transaction holds some of them
        """
        pairs = self._oms_stock_pairs(force_qty)
        batch = ConfirmBatch.of(self.env)
        if batch is not None:
            pairs = {
                (product, location)
                for product, location in pairs
                if (product.id, location.id) not in batch.stock_pairs
            }
        self.env["stock.quant"]._oms_lock_candidates(pairs)
        if batch is not None:
            batch.stock_pairs.update((p.id, location.id) for p, location in pairs)

    def _oms_without_locked_stock(self, force_qty=False):
        """Lock stock product by product and return the moves that can be assigned."""
        Quant = self.env["stock.quant"]
        busy = set()
        for pair in self._oms_stock_pairs(force_qty):
            try:
                Quant._oms_lock_candidates([pair])
            except ConcurrencyError:
                busy.add(pair)
        return self.filtered(lambda m: (m.product_id, m.location_id) not in busy)

    # === RESERVATION: IN A BATCH === #

    def _oms_reserve_plain(self, batch):
        """Reserve the plain moves from the locked quants, with one create.

        :param ConfirmBatch batch: remembers the moves that get nothing more
        """
        by_pair = self._oms_plain_moves_by_pair()
        quants = self.env["stock.quant"]._oms_plain_quants(by_pair)
        plain_ids = {
            move.id
            for pair, moves in by_pair.items()
            if pair in quants
            for move in moves
        }
        free = {
            quant.id: quant.quantity - quant.reserved_quantity
            for records in quants.values()
            for quant in records
        }
        taken = defaultdict(float)
        line_values = []
        for move in self:
            if move.id not in plain_ids:
                continue
            need = move.product_uom_qty
            uom = move.product_uom
            for quant in quants[move.product_id, move.location_id]:
                if uom.compare(need, 0) <= 0:
                    break
                quantity = min(need, free[quant.id])
                if uom.compare(quantity, 0) <= 0:
                    continue
                free[quant.id] -= quantity
                need -= quantity
                taken[quant] += quantity
                line_values.append(
                    move._prepare_move_line_vals(
                        quantity=quantity, reserved_quant=quant
                    )
                )
        for quant, quantity in taken.items():
            quant.reserved_quantity += quantity
        self.env["stock.move.line"].with_context(
            oms_quants_reserved=QuantsReserved()
        ).create(line_values)
        batch.exhausted_move_ids |= plain_ids

    def _oms_plain_moves_by_pair(self):
        """Group the moves that need no special reservation.

        A product that some move of the batch needs in a special way stays entirely
        with the host, so that the moves are served in the host's order.

        :return: dict of (product, location): list of moves
        """
        by_pair, special = defaultdict(list), set()
        for move in self:
            if move._should_bypass_reservation():
                continue
            if move._oms_is_plain_reservation():
                by_pair[move.product_id, move.location_id].append(move)
            else:
                special.add(move.product_id)
        return {
            pair: moves for pair, moves in by_pair.items() if pair[0] not in special
        }

    def _oms_is_plain_reservation(self):
        """Return whether taking the oldest free stock is all there is to reserve."""
        self.ensure_one()
        product, location_dest = self.product_id, self.location_dest_id
        return (
            self.state == "confirmed"
            and self.procure_method == "make_to_stock"
            and not self.picked
            and not self.move_orig_ids
            and not self.move_line_ids
            and not self.restrict_partner_id
            and product.tracking == "none"
            and self.product_uom == product.uom_id
            and self.product_uom.compare(self.product_uom_qty, 0) > 0
            and product.categ_id.packaging_reserve_method != "full"
            # elsewhere the host looks for the best place to put the goods
            and location_dest.usage == "customer"
            and not location_dest.putaway_rule_ids
        )

    def _update_reserved_quantity(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Take nothing for a move whose stock the batch found exhausted."""
        batch = ConfirmBatch.of(self.env)
        if batch is not None and self.id in batch.exhausted_move_ids:
            return 0.0
        return super()._update_reserved_quantity(
            need,
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
        )

    # === CONFIRMATION IN A BATCH === #

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """Give the plain moves of a batch their new pickings, made in one create."""
        batch = ConfirmBatch.of(self.env)
        if batch is not None and not merge_into:
            self._oms_assign_new_pickings(batch)
        return super()._action_confirm(
            merge=merge, merge_into=merge_into, create_proc=create_proc
        )

    def _oms_assign_new_pickings(self, batch):
        """Create the pickings of the moves that can't belong to an existing one."""
        groups = defaultdict(self.browse)
        for move in self:
            if move._oms_needs_new_picking(batch):
                groups[move._key_assign_picking()] += move
        groups = [
            moves
            for moves in groups.values()
            if len(moves.sale_line_id) == len(moves)  # nothing to merge
        ]
        if not groups:
            return
        Picking = self.env["stock.picking"]
        # The default asks the database for each record.
        common = {"weight_uom_name": Picking._get_default_weight_uom()}
        values = [common | moves._get_new_picking_values() for moves in groups]
        self._oms_name_pickings(values)
        pickings = Picking.create(values)
        # What depends on the pickings is found through the invoices of the lines: read
        # for all here, or each write below would.
        self.sudo().sale_line_id.fetch(["invoice_lines"])  # sudo: as recomputing does
        for picking, moves in zip(pickings, groups, strict=True):
            moves.write({"picking_id": picking.id})
            batch.lone_move_ids.update(moves.ids)
        for moves in groups:
            moves._assign_picking_post_process(new=True)

    def _oms_needs_new_picking(self, batch):
        """Return whether the host would certainly make a picking for this move."""
        self.ensure_one()
        return (
            self.state == "draft"
            and self._should_be_assigned()
            and self.sale_line_id
            and self.procure_method == "make_to_stock"
            and self.rule_id.procure_method == "make_to_stock"
            and not self.move_orig_ids
            and self.reference_ids
            and batch.new_reference_ids.issuperset(self.reference_ids.ids)
            and self.product_uom.compare(self.product_uom_qty, 0) > 0
        )

    def _oms_name_pickings(self, values):
        """Draw the names of the pickings with one query per operation type."""
        by_type = defaultdict(list)
        for vals in values:
            by_type[vals["picking_type_id"]].append(vals)
        for picking_type in self.env["stock.picking.type"].browse(by_type):
            of_type = by_type[picking_type.id]
            if picking_type.sequence_id:
                names = picking_type.sequence_id._oms_next_names(len(of_type))
                for vals, name in zip(of_type, names, strict=True):
                    vals.setdefault("name", name)

    def _merge_moves(self, merge_into=False):
        """Spare the search for moves to merge with where there can be none."""
        batch = ConfirmBatch.of(self.env)
        if batch is None or merge_into:
            return super()._merge_moves(merge_into=merge_into)
        lone = self.filtered(lambda move: move.id in batch.lone_move_ids)
        merged = super(StockMove, self - lone)._merge_moves() if self - lone else self
        return (self & (lone | merged)) | merged

    def _trigger_scheduler(self):
        """Search reordering rules for the products that have one."""
        batch = ConfirmBatch.of(self.env)
        if batch is None or not self:
            return super()._trigger_scheduler()
        products = self.env["stock.warehouse.orderpoint"]._read_group(
            [("product_id", "in", self.product_id.ids), ("trigger", "=", "auto")],
            ["product_id"],
        )
        replenished = {product for (product,) in products}
        moves = self.filtered(lambda move: move.product_id in replenished)
        if moves:
            self._oms_refresh_orderpoints(batch)
        return super(StockMove, moves)._trigger_scheduler()

    def _update_orderpoints(self):
        """Collect the moves of a batch, whose rules are refreshed all at once."""
        batch = ConfirmBatch.of(self.env)
        if batch is None:
            return super()._update_orderpoints()
        batch.orderpoint_move_ids.update(self.ids)
        return None

    def _oms_refresh_orderpoints(self, batch):
        """Refresh the reordering rules that the collected moves concern."""
        moves = self.browse(batch.orderpoint_move_ids).exists()
        batch.orderpoint_move_ids.clear()
        # One move stands for all that go the same way.
        ways = {(m.product_id, m.location_id, m.location_dest_id): m for m in moves}
        moves = self.concat(*ways.values()).with_context(oms_batch=None)
        moves._update_orderpoints()
