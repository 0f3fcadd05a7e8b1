"""Columns of the host's tables, made before Odoo would compute them row by row."""

from odoo.tools import SQL

from odoo.addons.oms_addon.hooks import add_columns

COLUMNS = {
    "fleet_vehicle": {
        "oms_capacity_weight": ("float8", 0),
        "oms_capacity_volume": ("float8", 0),
    },
    # Made by oms_addon; here it becomes a computed one.
    "sale_order": {"oms_delivered_at": ("timestamp", None)},
    "stock_picking": {
        "oms_stop_id": ("int4", None),
        "oms_trip_id": ("int4", None),
        "oms_tracking_token": ("varchar", None),
    },
}
CAPACITIES = SQL("""
    UPDATE fleet_vehicle vehicle
       SET oms_capacity_weight = COALESCE(category.weight_capacity, 0),
           oms_capacity_volume = COALESCE(category.volume_capacity, 0)
      FROM fleet_vehicle_model_category category
     WHERE category.id = vehicle.category_id
""")
# Two random numbers of 122 bits make a secret; only who is told it gets to the page.
TOKENS = SQL("""
    UPDATE stock_picking picking
       SET oms_tracking_token = replace(
               gen_random_uuid()::text || gen_random_uuid()::text, '-', ''
           )
      FROM stock_picking_type picking_type
     WHERE picking_type.id = picking.picking_type_id
       AND picking_type.code IN ('incoming', 'outgoing')
       AND picking.state NOT IN ('done', 'cancel')
       AND picking.oms_tracking_token IS NULL
""")


def pre_init_hook(env):
    """Vehicles carry what their category does; open transfers can be tracked."""
    made = add_columns(env.cr, COLUMNS)
    if "oms_capacity_weight" in made["fleet_vehicle"]:
        env.cr.execute(CAPACITIES)
    if "oms_tracking_token" in made["stock_picking"]:
        env.cr.execute(TOKENS)
