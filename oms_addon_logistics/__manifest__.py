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
        "security/oms_addon_logistics_security.xml",
        "security/oms_driver_action_security.xml",
        "data/ir_sequence_data.xml",
        "data/oms_stop_failure_reason_data.xml",
        "views/oms_trip_views.xml",
        "views/oms_page_templates.xml",
        "views/oms_driver_templates.xml",
        "views/oms_tracking_templates.xml",
        "views/oms_addon_logistics_menus.xml",
    ],
    "assets": {
        # Leaflet and what draws with it: loaded where a map is shown, not before.
        "oms_addon_logistics.assets_map": [
            "oms_addon_logistics/static/lib/leaflet/leaflet.css",
            "oms_addon_logistics/static/lib/leaflet/leaflet.js",
            "oms_addon_logistics/static/src/map/oms_map.css",
            "oms_addon_logistics/static/src/map/oms_map.js",
        ],
        "oms_addon_logistics.assets_driver": [
            "oms_addon_logistics/static/src/page/page.css",
            "oms_addon_logistics/static/src/driver/driver.css",
            "oms_addon_logistics/static/src/driver/driver_queue.js",
            "oms_addon_logistics/static/src/driver/driver_sheet.js",
            "oms_addon_logistics/static/src/driver/driver.js",
        ],
        "oms_addon_logistics.assets_tracking": [
            "oms_addon_logistics/static/src/page/page.css",
            ("include", "oms_addon_logistics.assets_map"),
            "oms_addon_logistics/static/src/tracking/tracking.css",
            "oms_addon_logistics/static/src/tracking/tracking.js",
        ],
        "web.assets_backend": [
            "oms_addon_logistics/static/src/map/oms_map_widget.*",
        ],
        "web.assets_tests": [
            "oms_addon_logistics/static/tests/tours/*.js",
        ],
    },
    "demo": [],
}
