from odoo.fields import Command
from odoo.tests import TransactionCase

#: Differs by itself between two runs: technical columns and drawn numbers.
_VOLATILE = {
    "id",
    # random, of oms_addon_logistics
    "oms_tracking_token",
    "oms_tracking_url",
    "create_date",
    "create_uid",
    "write_date",
    "write_uid",
    "access_token",
    "message_ids",
    "message_follower_ids",
    "message_partner_ids",
    "website_message_ids",
    "activity_ids",
}
_DRAWN = {
    # the host numbers pickings in an automatic batch as they come to it
    "stock.picking": {"name", "batch_sequence"},
    "stock.picking.batch": {"name"},
    "stock.move": {"reference"},
    "purchase.order": {"name"},
}
#: The batch creates all plain move lines first; that order has no meaning.
_ORDER = {"stock.move.line": "move_id, id"}
_COMPARED = (
    "sale.order",
    "sale.order.line",
    "stock.reference",
    "stock.picking.batch",
    "stock.picking",
    "stock.move",
    "stock.move.line",
    "stock.quant",
    "purchase.order",
    "purchase.order.line",
)


#: Addons that ask the database for each order or line by themselves.
ASKING = ("sale_timesheet", "sale_loyalty", "mrp")


def skip_beside_asking(case):
    """Skip a count of queries where addons of the host add their own for each order."""
    modules = case.env["ir.module.module"]
    present = [name for name in ASKING if modules._get(name).state == "installed"]
    if present:
        case.skipTest(f"{', '.join(present)} ask for each order by themselves")


class ConfirmCase(TransactionCase):
    """Two warehouses, customers, and a way to compare what confirming leaves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        context = {"tracking_disable": True, "lang": "en_US"}
        cls.env = cls.env["base"].with_context(**context).env
        cls._floor = {
            name: cls.env[name].sudo().search([], order="id desc", limit=1).id or 0
            for name in _COMPARED
            if name in cls.env
        }
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.other_warehouse = cls.env["stock.warehouse"].create(
            {"name": "Second warehouse", "code": "OMS2"}
        )
        cls.shelf_a, cls.shelf_b = cls.env["stock.location"].create(
            [
                {"name": name, "location_id": cls.warehouse.lot_stock_id.id}
                for name in ("Shelf A", "Shelf B")
            ]
        )
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(3)]
        )

    @classmethod
    def _product(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "consu", "is_storable": True, **values}
        )

    @classmethod
    def _stock(cls, product, quantity, location=None, **values):
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.warehouse.lot_stock_id, quantity, **values
        )

    @classmethod
    def _order(cls, *lines, **values):
        """Create a quotation; a line is (product, quantity[, more values])."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customers[0].id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            **(more[0] if more else {}),
                        }
                    )
                    for product, quantity, *more in lines
                ],
                **values,
            }
        )

    def _reserved(self, product, warehouse=None):
        """Reserved quantity of the product's quants in the warehouse."""
        location = (warehouse or self.warehouse).lot_stock_id
        quants = self.env["stock.quant"]._gather(product, location)
        return sum(quants.mapped("reserved_quantity"))

    def _outcome_of(self, confirm):
        """Run `confirm`, return what it leaves in the test's records, and undo it.

        :return: dict of model: list of dict of stored fields, in the order of
            creation. New records are named by their rank, as ids differ each time.
        """
        before = {name: self._own(name) for name in self._floor}
        savepoint = self.env.cr.savepoint()
        confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        ranks = {}
        for name, known in before.items():
            new = self._own(name) - known
            ranks.update({(name, id_): f"new {n}" for n, id_ in enumerate(new.ids)})
        outcome = {name: self._all_values(name, ranks) for name in before}
        savepoint.rollback()
        savepoint.close(rollback=False)
        return outcome

    def _own(self, name):
        """Records of the model that the test has made, in a stable order."""
        domain = [("id", ">", self._floor[name])]
        Model = self.env[name].sudo().with_context(active_test=False)
        return Model.search(domain, order=_ORDER.get(name, "id"))

    def _all_values(self, name, ranks):
        Model = self.env[name]
        skipped = _VOLATILE | _DRAWN.get(name, set())
        stored = [
            fname
            for fname, field in Model._fields.items()
            if field.store
            and fname not in skipped
            and field.type not in ("one2many", "properties")
        ]

        def named(field, value):
            if field.type == "many2one":
                value = value.id
                return ranks.get((field.comodel_name, value), value)
            if field.type == "many2many":
                return sorted(
                    str(ranks.get((field.comodel_name, id_), id_)) for id_ in value.ids
                )
            return value

        return [
            {
                "id": ranks.get((name, record.id), record.id),
                **{f: named(Model._fields[f], record[f]) for f in stored},
            }
            for record in self._own(name)
        ]

    def assertSameOutcome(self, expected, actual):
        """Assert that two outcomes agree field by field."""
        self.maxDiff = None
        for name, rows in expected.items():
            self.assertEqual(len(rows), len(actual[name]), f"number of {name}")
            for row, other in zip(rows, actual[name], strict=True):
                self.assertEqual(row, other, f"{name} {row['id']}")
