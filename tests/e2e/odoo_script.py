"""Odoo's command line as a script."""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
