"""What an addon adds to tables of the host that Odoo would compute row by row."""


def computed_columns(env, module):
    """Stored computed fields that a module brings to models that it did not make.

    :param str module: name of an addon of the suite.
    :return: table -> names of columns.
    :rtype: dict[str, set[str]]
    """
    found = {}
    for model in env.registry.values():
        if model._abstract or model._transient or not model._auto:
            continue
        if model._original_module.startswith("oms_addon"):
            continue
        names = _fields_of(env, model, lambda name: name == module)
        names -= _fields_of(env, model, lambda name: not name.startswith("oms_addon"))
        computed = {
            name
            for name in names
            if model._fields[name].store
            and model._fields[name].compute
            and model._fields[name].column_type
        }
        if computed:
            found.setdefault(model._table, set()).update(computed)
    return found


def _fields_of(env, model, wanted):
    """Names of a model's fields that come from modules whose name is wanted, by
    themselves or through a mixin.
    """
    names = set()
    for base in model._base_classes__:
        if getattr(base, "pool", None) is None and wanted(base._module):
            names.update(field.name for field in base._field_definitions)
    for parent, module in model._inherit_module.items():
        if wanted(module):
            names.update(env.registry[parent]._fields)
    return names
