{
    "name": "OMS Logistics",
    "summary": "Waybills, optimised routes, driver page and tracking",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "OMS Suite contributors",
    "website": "",
    "license": "LGPL-3",
    "application": False,
    "depends": [
        "oms_addon",
        "stock_picking_batch",
        "delivery_stock_picking_batch",
        "stock_fleet",
    ],
    "external_dependencies": {"python": ["pyvrp", "numpy"]},
    "data": [
        "security/oms_addon_logistics_groups.xml",
        "security/ir.model.access.csv",
        "views/oms_addon_logistics_menus.xml",
    ],
    "demo": [],
}
