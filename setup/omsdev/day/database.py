"""Reads figures straight from the demo database; everything is changed by people."""

import psycopg2
import psycopg2.extras


class Database:
    """A read-only connection; the PG* variables say where the server is.

    :param str name: name of the database.
    """

    def __init__(self, name):
        self.name = name
        self._connection = psycopg2.connect(dbname=name)
        self._connection.set_session(readonly=True, autocommit=True)

    def rows(self, query, *values):
        """Rows as dictionaries.

        :rtype: list[dict]
        """
        with self._connection.cursor(
            cursor_factory=psycopg2.extras.RealDictCursor
        ) as cursor:
            cursor.execute(query, values or None)
            return [dict(row) for row in cursor.fetchall()]

    def column(self, query, *values):
        """First column of every row.

        :rtype: list
        """
        return [next(iter(row.values())) for row in self.rows(query, *values)]

    def value(self, query, *values):
        """First column of the first row, None without rows."""
        return next(iter(self.column(query, *values)), None)

    def pairs(self, query, *values):
        """First column of every row -> second column.

        :rtype: dict
        """
        return {
            row[0]: row[1]
            for row in (tuple(r.values()) for r in self.rows(query, *values))
        }

    def ref(self, xmlid):
        """Id of the record with an XML id, None without one.

        :rtype: int | None
        """
        module, _dot, name = xmlid.partition(".")
        return self.value(
            "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s",
            module,
            name,
        )

    def close(self):
        """Close the connection."""
        self._connection.close()
