"""The host: Odoo's code, Python and PostgreSQL, databases and servers on them."""
