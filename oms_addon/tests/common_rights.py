"""Who is who: the roles that every addon's rights are shown for."""

import csv
import datetime
import inspect
import logging
import os
from contextlib import contextmanager
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.modules import get_module_path
from odoo.tests import Form, new_test_user

from .common_buttons import ButtonsCase

_logger = logging.getLogger(__name__)

# Roles of the host alone: people who work beside the suite.
HOST_ROLES = {
    "employee": "base.group_user",
    "host_sales_own": "base.group_user,sales_team.group_sale_salesman",
    "host_sales_all": "base.group_user,sales_team.group_sale_salesman_all_leads",
    "host_sales_manager": "base.group_user,sales_team.group_sale_manager",
    "warehouse": "base.group_user,stock.group_stock_user",
    "warehouse_manager": "base.group_user,stock.group_stock_manager",
    "reader_of_books": "base.group_user,account.group_account_readonly",
    "accountant": "base.group_user,account.group_account_invoice",
    "chief_accountant": "base.group_user,account.group_account_manager",
}


def new_user(env, name, groups, company=None):
    """
    :param str groups: as of `new_test_user`; unknown ones are left out, so that an
        addon's tests run without the others
    :param res.company company: one or several
    :rtype: res.users
    """
    known = [g for g in groups.split(",") if env.ref(g, raise_if_not_found=False)]
    company = company or env.company
    return new_test_user(
        env,
        f"rights_{name}",
        groups=",".join(known),
        company_id=company[0].id,
        company_ids=[(6, 0, company.ids)],
    )


def is_ours(cls, addon="oms_addon"):
    """Whether a class of the registry was written in an addon of the suite."""
    return cls.__module__.startswith(f"odoo.addons.{addon}")


def own_models(env, addon):
    """Models of an addon that keep records.

    :rtype: list of str
    """
    return sorted(
        name
        for name, model in env.registry.items()
        if name.startswith("oms.")
        and not model._abstract
        and not model._transient
        and model._original_module == addon
    )


def extended_models(env, addon):
    """Models of the host that an addon extends and that have records.

    :rtype: list of str
    """
    names = []
    for name, model in env.registry.items():
        if model._abstract or model._transient or not model._auto:
            continue
        if name.startswith("oms."):
            continue
        if any(
            cls.__module__.startswith(f"odoo.addons.{addon}.")
            and getattr(cls, "_name", None) == name
            for cls in model.mro()
        ) or any(field._module == addon for field in model._fields.values()):
            names.append(name)
    return sorted(names)


class HostForm(Form):
    """A form without the fields of ours."""

    def _init_from_record(self):
        specification = self._view["fields_spec"]
        for name in [*specification]:
            if (self._record._fields[name]._module or "").startswith("oms_addon"):
                del specification[name]
        return super()._init_from_record()


class FullReads:
    """Whoever may read a record may read it as a whole."""

    def check_forms(self, models, users):
        """Open the form of the newest record that each user finds.

        What the host itself refuses (without our fields) is the host's matter; so is
        a model that has no field of ours.
        """
        self.env.flush_all()
        models = [
            model
            for model in models
            if any(
                (field._module or "").startswith("oms_addon")
                for field in self.env[model]._fields.values()
            )
        ]
        for name, user in users.items():
            for model in models:
                records = self.env[model].with_user(user)
                record = records.has_access("read") and records.search(
                    [], limit=1, order="id desc"
                )
                if record and not self.opens(Form, record):
                    with self.subTest(model=model, user=name):
                        self.assertFalse(self.opens(HostForm, record))

    def opens(self, form, record):
        self.env.invalidate_all()  # what was read before hides what may not be read
        try:
            form(record)
        except AccessError:
            return False
        return True

    def check_full_reads(self, models, users):
        """Read all fields of what each user finds.

        What the host itself refuses (without our fields) is the host's matter.
        """
        self.env.flush_all()
        for name, user in users.items():
            for model in models:
                records = self.env[model].with_user(user)
                if not records.has_access("read"):
                    continue
                with self.subTest(model=model, user=name):
                    self.env.invalidate_all()
                    try:
                        found = records.search([], limit=20, order="id desc")
                        found.read()
                    except AccessError as error:
                        if self.reads_without_ours(records):
                            self.fail(str(error))

    def reads_without_ours(self, records):
        self.env.invalidate_all()
        hosts = [
            name
            for name, field in records._fields.items()
            if not (field._module or "").startswith("oms_addon")
            and records._has_field_access(field, "read")
        ]
        try:
            records.search([], limit=20, order="id desc").read(hosts)
        except AccessError:
            return False
        return True


# === WHAT EACH ROLE MAY DO === #

# The roles of the table. The first line of each addon's table names them, too.
ROLES = {
    "public": None,
    "portal": "base.group_portal",
    "driver": "base.group_portal,oms_addon_logistics.group_oms_driver",
    "host": "base.group_user,sales_team.group_sale_salesman",
    "warehouse": "base.group_user,stock.group_stock_user",
    "sales": "oms_addon.group_oms_user",
    "service": "oms_addon_aftersales.group_oms_service",
    "dispatcher": "oms_addon_logistics.group_oms_dispatcher",
    "accountant": "base.group_user,account.group_account_invoice",
    "manager": "oms_addon.group_oms_manager",
    "other": (
        "oms_addon.group_oms_manager,oms_addon_aftersales.group_oms_service,"
        "oms_addon_logistics.group_oms_dispatcher,account.group_account_manager"
    ),
}
ROLE_NAMES = {
    "public": "Visitor",
    "portal": "Customer",
    "driver": "Driver",
    "host": "Sales, no role of ours",
    "warehouse": "Warehouse",
    "sales": "Order desk",
    "service": "Service",
    "dispatcher": "Dispatcher",
    "accountant": "Accountant",
    "manager": "Manager",
    "other": "Another company",
}
YES, OWN, NO = "yes", "own", ""
OWNERS = ("portal", "driver", "host")  # who has records of one's own
CRUD = {
    "read": "(read)",
    "create": "(create)",
    "write": "(write)",
    "unlink": "(delete)",
}
# What the server calls itself; who may is what the rows in brackets say.
CALLED_BY_ORM = {"create", "write", "unlink", "default_get", "copy", "copy_data"}


def is_plain(value):
    """Whether every protocol can carry a value: XML-RPC knows no None."""
    if isinstance(value, dict):
        # the context is the caller's own
        return all(is_plain(value[key]) for key in value if key != "context")
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, str | int | float | datetime.date)


class _Undo(Exception):
    """Takes back what a call did."""


class RightsCase(ButtonsCase):
    """Calls every public method of an addon as every role, on records of others and
    on own ones, and compares what happened with the table of the addon.

    ``OMS_WRITE_RIGHTS=1`` writes table and readme anew; look at the difference
    before you commit it: every cell that says more than before is a door.
    """

    addon = ""

    # --- of the addon ---------------------------------------------------------

    def build_records(self):
        """
        :return: a record of others by model; each of the company of the tests
        :rtype: dict[str, recordset]
        """
        raise NotImplementedError

    def make_own(self, user):
        """Make the records those of a user, as far as they belong to somebody."""
        raise NotImplementedError

    def arguments(self):
        """
        :return: arguments by ``model.method``, a tuple or, by name, a dict; none where
            it isn't named
        :rtype: dict
        """
        return {}

    # --- users ----------------------------------------------------------------

    def build_users(self):
        company = self.env["res.company"].create({"name": "Somebody Else"})
        users = {}
        for role, groups in ROLES.items():
            if groups is None:
                users[role] = self.env.ref("base.public_user")
            elif all(
                self.env.ref(g, raise_if_not_found=False) for g in groups.split(",")
            ):
                # who works for all may change what all share
                everywhere = self.env.company + self.env["res.company"].search([])
                own = company if role == "other" else everywhere
                users[role] = new_user(self.env, f"table_{role}", groups, own)
        return users

    # --- what there is --------------------------------------------------------

    def public_methods(self):
        """Public methods that the addon defines, as ``model.method``.

        Those of an abstract model of ours are called on each model that takes it.

        :rtype: list[str]
        """
        names = set()
        ours = self.own_mixins()
        for name, model in self.env.registry.items():
            if name in ours:
                continue
            for cls in model.mro():
                own = cls.__module__.startswith(f"odoo.addons.{self.addon}.")
                if not own or getattr(cls, "_name", None) not in ours | {name}:
                    continue
                names |= {
                    f"{name}.{method}"
                    for method, value in vars(cls).items()
                    if inspect.isfunction(value)
                    and not method.startswith("_")
                    and method not in CALLED_BY_ORM
                    and not self.is_private(model, method)
                }
        return sorted(names)

    def own_mixins(self):
        """Abstract models of the addon that others take.

        :rtype: set[str]
        """
        return {
            name
            for name, model in self.env.registry.items()
            if model._abstract
            and model._inherit_children - {name}
            and model._original_module == self.addon
        }

    def is_ours_alone(self, model, method):
        """Whether the host knows no such method: then what it returns is our matter."""
        return all(
            is_ours(cls)
            for cls in self.env.registry[model].mro()
            if method in vars(cls)
        )

    @staticmethod
    def is_private(model, method):
        return any(
            getattr(vars(cls).get(method), "_api_private", False) for cls in model.mro()
        )

    def own_models(self):
        return sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith(("oms.", "sale.order.record"))
            and not model._abstract
            and model._original_module == self.addon
        )

    # --- calls ----------------------------------------------------------------

    def is_let_in(self, call):
        """Whether a call gets past the checks of rights; all it did is undone."""
        let_in = True
        with self.undone():
            try:
                call()
                self.env.flush_all()
            except AccessError:
                let_in = False
            except Exception as error:  # it was let in, that's all
                _logger.debug("let in: %s", error)
        return let_in

    @contextmanager
    def undone(self):
        """Take back what is done inside."""
        try:
            with self.env.cr.savepoint():
                yield
                raise _Undo
        except _Undo:
            self.env.invalidate_all()

    def seen_as(self, model, user):
        if model not in self.records:
            target = self.env[model]
            is_stored = not target._abstract and not target._transient
            self.records[model] = target.search([], limit=1).ids if is_stored else []
        record = self.env[model].browse(self.records[model])
        own = record.with_user(user).with_context(
            allowed_company_ids=[
                user.company_id.id,
                *(user.company_ids - user.company_id).ids,
            ]
        )
        if not record._transient or not record:
            return own
        # A wizard is its user's own.
        return own.create(record.copy_data())

    def rows(self):
        """What each role may do: ``model``, ``act`` and a cell for each role.

        :rtype: list[list[str]]
        """
        self.users, self.untold = self.build_users(), set()
        built = self.build_records()
        self.records = {model: record.ids for model, record in built.items()}
        self.env.flush_all()
        acts = self.acts()
        self.check_has_records({model for model, _act, _call in acts})
        columns = [
            self.column(role, self.users[role], acts)
            if role in self.users
            else [None] * len(acts)
            for role in ROLES
        ]
        return [
            [model, act, *cells]
            for (model, act, _call), *cells in zip(acts, *columns, strict=True)
        ]

    def check_has_records(self, models):
        """Without a record of others every role would be let in."""
        lacking = {
            model
            for model in models
            if self.env[model]._auto
            and not self.env[model]._abstract
            and not self.records.get(model)
        }
        self.assertFalse(lacking, "Name a record of each in `build_records`.")

    def acts(self):
        """All that is tried: model, its name in the table, a call that takes a user.

        :rtype: list[tuple]
        """
        arguments = self.arguments()

        def access(model, operation):
            return lambda user: self.seen_as(model, user).check_access(operation)

        def method(model, name):
            given = arguments.get(f"{model}.{name}", ())
            args, named = ((), given) if isinstance(given, dict) else (given, {})
            # Without its arguments every role would be refused, or let in, alike.
            takes = inspect.signature(getattr(self.env.registry[model], name))
            takes.bind(None, *args, **named)

            def call(user):
                answer = getattr(self.seen_as(model, user), name)(*args, **named)
                if self.is_ours_alone(model, name):
                    self.check_can_be_told(f"{model}.{name}", answer)

            return call

        return [
            (model, act, access(model, operation))
            for model in self.own_models()
            for operation, act in CRUD.items()
        ] + [
            (*full.rsplit(".", 1), method(*full.rsplit(".", 1)))
            for full in self.public_methods()
        ]

    def column(self, role, user, acts):
        """``yes``, ``own`` or nothing for each act of a role.

        :rtype: list[str]
        """
        cells = [
            YES if self.is_let_in(lambda call=call: call(user)) else NO
            for _model, _act, call in acts
        ]
        if role not in OWNERS:
            return cells
        with self.undone():
            self.make_own(user.sudo())
            self.env.flush_all()
            self.env.invalidate_all()
            for position, (_model, _act, call) in enumerate(acts):
                if not cells[position] and self.is_let_in(lambda c=call: c(user)):
                    cells[position] = OWN
        return cells

    def check_can_be_told(self, name, answer):
        """Every protocol has to be able to carry what a method returns: no None."""
        if not is_plain(answer):
            self.untold.add(name)

    # --- table and readme -----------------------------------------------------

    @property
    def folder(self):
        return Path(get_module_path(self.addon))

    @property
    def table_path(self):
        return self.folder / "tests/rights.csv"

    def read_table(self):
        """
        :return: cells by model and act
        :rtype: dict[tuple, list]
        """
        with self.table_path.open(newline="") as file:
            head, *rows = csv.reader(file)
        self.assertEqual(head, ["model", "act", *ROLES])
        return {(row[0], row[1]): row[2:] for row in rows}

    def write_table(self, rows):
        with self.table_path.open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["model", "act", *ROLES])
            writer.writerows(rows)
        self.readme_path.write_text(self.render_readme(self.read_table()))

    @property
    def readme_path(self):
        return self.folder / "readme/RIGHTS.md"

    def render_readme(self, table):
        """What each role sees and may do, as the readme shows it.

        :rtype: str
        """
        lines = [
            "What each role may do. The tests make this list by calling every method",
            "as every role (`tests/rights.csv`); “own” means own records only. Rows",
            "that all companies share are changed by who works for all of them.",
            "",
        ]
        for role, title in ROLE_NAMES.items():
            position = list(ROLES).index(role)
            acts = {}
            for (model, act), cells in table.items():
                if cells[position]:
                    word = act if cells[position] == YES else f"{act} own"
                    acts.setdefault(model, []).append(word)
            lines += [f"## {title}", ""]
            lines += [
                f"- `{model}`: {', '.join(words)}" for model, words in acts.items()
            ] or ["Nothing."]
            lines.append("")
        return "\n".join(lines).rstrip() + "\n"

    def extended_by_others(self, model, name):
        """Whether an addon that the suite does not build on extends a method.

        :rtype: bool
        """
        ours = self.env["ir.module.module"].search([("name", "=like", "oms_addon%")])
        needed = ours.upstream_dependencies(exclude_states=("uninstallable",))
        below = {*ours.mapped("name"), *needed.mapped("name")}
        extending = {
            cls.__module__.split(".")[2]
            for cls in type(self.env[model]).mro()
            if name in vars(cls) and cls.__module__.startswith("odoo.addons.")
        }
        return bool(extending - below)

    def check_rights(self):
        rows = self.rows()
        if os.environ.get("OMS_WRITE_RIGHTS"):
            self.write_table(rows)
        self.assertFalse(self.untold)
        table = self.read_table()
        self.assertEqual(
            {(row[0], row[1]) for row in rows},
            set(table),
            "Run this test with OMS_WRITE_RIGHTS=1, and look at what it adds.",
        )
        for model, act, *cells in rows:
            for role, found, wanted in zip(
                ROLES, cells, table[model, act], strict=True
            ):
                # another addon may ask for more rights in its own step of the method
                less = wanted and not found and self.extended_by_others(model, act)
                if found is not None and not less:
                    with self.subTest(model=model, act=act, role=role):
                        self.assertEqual(found, wanted)
        self.assertEqual(self.readme_path.read_text(), self.render_readme(table))
