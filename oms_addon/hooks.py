"""Installing into, and leaving, a database that is in use.

A stored field that Odoo has to compute for every row of a host's table costs hours on
a large one. The columns are therefore made before the models are: with a constant,
which PostgreSQL does not write row by row, and one UPDATE where rows differ from it.
"""

from odoo.tools import SQL
from odoo.tools.sql import column_exists

# Table -> column -> (type, value of the rows that are there).
COLUMNS = {
    "sale_order": {
        "oms_stage": ("varchar", "shipped"),
        "oms_is_held": ("bool", False),
        "oms_delivered_at": ("timestamp", None),
        "oms_refunded_amount": ("numeric", 0),
        "oms_on_account": ("bool", False),
        "oms_is_split": ("bool", False),
    },
    "stock_picking": {"oms_channel_id": ("int4", None)},
}
# What `sale.order._oms_current_stage` says of orders that no channel has sent.
STAGES_OF_ORDERS = SQL("""
    WITH goods AS (
        SELECT line.order_id
          FROM sale_order_line line
          JOIN product_product product ON product.id = line.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE template.type = 'consu'
      GROUP BY line.order_id
    ), step AS (
        SELECT picking.sale_id,
               picking.state <> 'done' AS is_open,
               picking_type.code <> 'internal' AS leaves,
               picking.state <> 'done' AND EXISTS (
                   SELECT FROM stock_move move
                    WHERE move.picking_id = picking.id
                      AND move.state NOT IN ('assigned', 'done', 'cancel')
               ) AS waits
          FROM stock_picking picking
          JOIN stock_picking_type picking_type
            ON picking_type.id = picking.picking_type_id
         WHERE picking.sale_id IS NOT NULL
           AND picking.state <> 'cancel'
           AND picking.return_id IS NULL
           AND picking_type.code <> 'incoming'
    ), delivery AS (
        SELECT sale_id, bool_or(is_open) AS is_open, bool_or(leaves) AS leaves,
               bool_or(waits) AS waits
          FROM step
      GROUP BY sale_id
    ), stage AS (
        SELECT sale_order.id,
               CASE
                   WHEN sale_order.state = 'cancel' THEN 'cancelled'
                   WHEN sale_order.state IN ('draft', 'sent') THEN 'ready'
                   WHEN goods.order_id IS NULL THEN 'delivered'
                   WHEN delivery.is_open AND NOT delivery.waits THEN 'reserved'
                   WHEN delivery.leaves AND NOT delivery.is_open THEN 'shipped'
                   ELSE 'waiting'
               END AS name
          FROM sale_order
     LEFT JOIN goods ON goods.order_id = sale_order.id
     LEFT JOIN delivery ON delivery.sale_id = sale_order.id
    )
    UPDATE sale_order
       SET oms_stage = stage.name
      FROM stage
     WHERE stage.id = sale_order.id
       AND sale_order.oms_stage IS DISTINCT FROM stage.name
""")


def pre_init_hook(env):
    """Give the orders and transfers that are there their new columns."""
    if "oms_stage" in add_columns(env.cr, COLUMNS)["sale_order"]:
        env.cr.execute(STAGES_OF_ORDERS)


def add_columns(cr, tables):
    """Make columns that are missing, filled with a constant.

    :param dict tables: like `COLUMNS`.
    :return: table -> names of the columns that were made.
    :rtype: dict[str, list[str]]
    """
    made = {}
    for table, columns in tables.items():
        made[table] = [name for name in columns if not column_exists(cr, table, name)]
        for name in made[table]:
            kind, value = columns[name]
            column = {"table": SQL.identifier(table), "name": SQL.identifier(name)}
            cr.execute(
                SQL(
                    "ALTER TABLE %(table)s ADD %(name)s %(kind)s DEFAULT %(value)s",
                    kind=SQL(kind),  # pylint: disable=sql-injection
                    value=value,
                    **column,
                )
            )
            # Rows that come later get what the ORM says.
            cr.execute(
                SQL("ALTER TABLE %(table)s ALTER %(name)s DROP DEFAULT", **column)
            )
    return made


def uninstall_hook(env):
    """Leave behind what books refer to: it can't be deleted, and needn't be.

    Payments name the method that recorded them and order lines name the products of
    shipping, fees and discounts; without their external ids Odoo does not try to
    delete them.
    """
    env["ir.model.data"].search(
        [
            ("module", "=", "oms_addon"),
            ("model", "in", ["payment.method", "product.product", "product.template"]),
        ]
    ).unlink()
