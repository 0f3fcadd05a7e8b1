"""Calls out of the suite: one client for all of them. Plain Python, no ORM.

Whoever calls a platform, a geocoder or any other service does it with `client.call`.
No other module of the addons opens a connection; a test looks for it.

- `addresses` reads an address and judges where it leads.
- `client` makes one call within a deadline and a size.
- `stream` is the socket that keeps both.
- `errors` holds what may go wrong, as codes with values.
- `conversation` makes the calls that one message of a channel needs.
- `desk` makes calls side by side, so that a slow platform delays no other.
"""
