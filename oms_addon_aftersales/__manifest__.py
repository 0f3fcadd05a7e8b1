{
    "name": "OMS After-sales",
    "summary": "Returns, exchanges, refunds, complaints and satisfaction",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "OMS Suite contributors",
    "website": "",
    "license": "LGPL-3",
    "application": False,
    "depends": [
        "oms_addon",
        "stock_account",
        "repair",
        "survey",
        "rating",
        "portal",
    ],
    "data": [
        "security/oms_addon_aftersales_groups.xml",
        "security/ir.model.access.csv",
        "views/oms_addon_aftersales_menus.xml",
    ],
    "demo": [],
}
