"""Who may release from a check becomes each company's own matter."""


def migrate(cr, version):
    """What was set for all stays what every company begins with."""
    cr.execute(
        """
        SELECT column_name FROM information_schema.columns
         WHERE table_name = 'oms_check'
           AND column_name IN ('release_right', 'default_release_right')
        """
    )
    if [name for (name,) in cr.fetchall()] == ["release_right"]:
        cr.execute(
            "ALTER TABLE oms_check RENAME COLUMN release_right TO default_release_right"
        )
