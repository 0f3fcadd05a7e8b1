"""Where a person's words still stand, and which fields may hold such words."""

import base64

TEXTS = ("char", "text", "html", "binary", "json")


def places_of(env, *words):
    """Every column of the database that holds one of some words.

    :return: e.g. ``['res_partner.name']``.
    :rtype: list[str]
    """
    env.flush_all()
    found = []
    for table, columns in _text_columns(env).items():
        for column, kind in columns:
            if kind == "bytea":
                holds = _bytes_hold(env, table, column, words)
            else:
                holds = _text_holds(env, table, column, words)
            if holds:
                found.append(f"{table}.{column}")
    return sorted(found)


def _text_holds(env, table, column, words):
    """Whether a column of text, or JSON with its escapes, holds one of some words."""
    escaped = [word.encode("ascii", "backslashreplace").decode() for word in words]
    patterns = [f"%{word}%" for word in {*words, *escaped}]
    env.cr.execute(
        f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s) LIMIT 1',
        [patterns],
    )
    return bool(env.cr.fetchone())


def _bytes_hold(env, table, column, words):
    """Whether a binary column, as it is or as base64, holds one of some words."""
    env.cr.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
    for (value,) in env.cr.fetchall():
        content = bytes(value) + base64.b64decode(bytes(value) + b"==")
        if any(word.encode() in content for word in words):
            return True
    return False


def _text_columns(env):
    """Table -> its columns of text.

    :rtype: dict[str, list]
    """
    env.cr.execute(
        """
        SELECT c.table_name, c.column_name, c.udt_name
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
           -- what the host knows of itself: large, and of nobody
           AND (c.table_name !~ '^ir_' OR c.table_name = 'ir_attachment')
           AND c.udt_name IN ('varchar', 'text', 'bytea', 'jsonb', 'json')
        """
    )
    tables = {}
    for table, column, kind in env.cr.fetchall():
        tables.setdefault(table, []).append((column, kind))
    return tables


def unclassed(env, module, harmless):
    """Stored fields for words that nobody has said to be personal or not.

    :param str module: the addon whose fields are looked at.
    :param dict harmless: model -> names of fields that hold no personal data.
    :return: e.g. ``['oms.case.subject']``.
    :rtype: list[str]
    """
    personal = env["oms.privacy"]._get_personal_fields()
    found = []
    for model in env.registry.values():
        if model._abstract or model._transient:
            continue
        for name, field in model._fields.items():
            if field.type not in TEXTS or not field.store or field.related:
                continue
            if module not in field._modules:
                continue
            if name in personal.get(model._name, ()):
                continue
            if name in harmless.get(model._name, ()):
                continue
            found.append(f"{model._name}.{name}")
    return sorted(found)
