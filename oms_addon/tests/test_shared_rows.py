from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from .common_rights import ROLES, new_user


@tagged("post_install", "-at_install")
class TestSharedRows(TransactionCase):
    """What one company chooses changes nothing for another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Somebody Else"})

    def shared_models(self):
        """Kept models of ours whose rows several companies can see."""
        found = []
        for name, model in self.env.registry.items():
            if not name.startswith("oms.") or model._abstract or model._transient:
                continue
            company = model._fields.get("company_id")
            if company and (company.required or company.related):
                continue
            found.append(name)
        return found

    def users(self, companies):
        return {
            role: new_user(self.env, f"{role}_{len(companies)}", groups, companies)
            for role, groups in ROLES.items()
            if groups and role not in ("portal", "driver")
        }

    def test_no_model_lets_one_company_change_what_all_share(self):
        """Either nobody but administrators writes it, or the mixin asks."""
        shared = self.env.registry["oms.shared.mixin"]._inherit_children
        by_role = self.users(self.home)
        for model in self.shared_models():
            for role, user in by_role.items():
                records = self.env[model].with_user(user)
                if any(map(records.has_access, ("write", "unlink"))):
                    with self.subTest(model=model, role=role):
                        self.assertIn(model, shared)

    def test_rows_of_all_companies_are_changed_by_who_works_for_all(self):
        models = self.env.registry["oms.shared.mixin"]._inherit_children
        groups = {
            len(companies): self.users(companies)
            for companies in (self.home, self.env["res.company"].search([]))
        }
        for model in models:
            values = {"name": "For all"}
            for name in {"company_id", "code"} & set(self.env[model]._fields):
                values[name] = name == "code" and "for_all"
            row = self.env[model].create(values)
            for count, users in groups.items():
                for role, user in users.items():
                    self.check_row(row.with_user(user), role, count > 1)

    def check_row(self, row, role, for_all):
        may = row.env["ir.model.access"].check(row._name, "write", False)
        with self.subTest(model=row._name, role=role, for_all=for_all):
            if may and for_all:
                row.write({"name": row.name})
                return
            with self.assertRaises(AccessError):
                row.write({"name": row.name})
            with self.assertRaises(AccessError):
                row.unlink()
