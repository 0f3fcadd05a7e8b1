"""What can be pressed: buttons of forms, actions of lists, menus."""

import re

from lxml import etree

from odoo.exceptions import AccessError

# Methods, and actions by id.
PRESSED = ("object", "action")


class ButtonsCase:
    """Presses what each role is shown; part of `common_rights.RightsCase`."""

    def views(self):
        """Views of the addon with buttons, each with the names that it adds.

        :return: (root view, model, names of buttons)
        """
        found = {}
        views = self.env["ir.ui.view"].search(
            [("type", "in", ("form", "list", "kanban")), ("model", "!=", False)]
        )
        for view in views.filtered(
            lambda v: (v.xml_id or "").startswith(f"{self.addon}.")
        ):
            root = view
            while root.inherit_id and root.mode == "extension":
                root = root.inherit_id
            arch = etree.fromstring(view.arch)
            names = {
                node.get("name")
                for node in arch.iter("button", "a")
                if node.get("type") in PRESSED
            }
            found.setdefault(root, set()).update(names)
        return found

    def shown_buttons(self, root, names, user):
        """Buttons of a view that the groups of a user show, with their model."""
        model = self.env[root.model].with_user(user)
        arch = etree.fromstring(model.get_view(root.id, root.type)["arch"])
        for node in arch.iter("button", "a"):
            if node.get("type") not in PRESSED or node.get("name") not in names:
                continue
            path = [
                up.get("name")
                for up in node.iterancestors()
                if up.tag == "field" and up.get("name")
            ]
            target = root.model
            for field in reversed(path):
                target = self.env[target]._fields[field].comodel_name
            if self.is_shown_to(node, target, user):
                yield target, node.get("name")

    def is_shown_to(self, node, model, user):
        """Whether a button is shown in some state of the record: only what depends on
        the reader hides it here."""
        record = self.seen_as(model, user)
        depends = self.env.registry.field_depends_context
        for name in set(re.findall(r"[a-z_]+", node.get("invisible") or "")):
            field = record._fields.get(name)
            if field and "uid" in depends[field] and record.has_access("read"):
                if not record[name]:
                    return False
        return True

    def check_buttons(self):
        self.users = self.build_users()
        built = self.build_records()
        self.records = {model: record.ids for model, record in built.items()}
        arguments = self.arguments()
        pressed = set()
        for root, names in self.views().items():
            for role, user in self.users.items():
                if role == "other" or not names:
                    continue
                if not self.env[root.model].with_user(user).has_access("read"):
                    continue
                if not user._is_internal():
                    continue  # no web client
                for model, method in self.shown_buttons(root, names, user):
                    if (model, method, role) in pressed:
                        continue
                    pressed.add((model, method, role))
                    self.press(role, user, model, method, arguments)
        self.check_bound_actions()
        return pressed

    def bound_actions(self):
        """Actions that the addon puts into menus of lists and forms, with the model.

        :rtype: list[tuple]
        """
        actions = self.env["ir.actions.server"].search(
            [("binding_model_id", "!=", False)]
        )
        return [
            (action, action.binding_model_id.model)
            for action in actions
            if (action.xml_id or "").startswith(f"{self.addon}.")
        ]

    def check_bound_actions(self):
        """Choose each bound action as each role whom its menu shows it to."""
        for action, model in self.bound_actions():
            for role, user in self.users.items():
                target = self.env[model].with_user(user)
                shown = not action.group_ids or action.group_ids & user.all_group_ids
                if role == "other" or not user._is_internal() or not shown:
                    continue
                if target.has_access("read"):

                    def run(model=model, action=action, user=user):
                        record = self.seen_as(model, user)
                        action.with_user(user).with_context(
                            active_model=model,
                            active_id=record.id,
                            active_ids=record.ids,
                        ).run()

                    self.check_pressed(role, user, model, action.name, run)

    def press(self, role, user, model, method, arguments):
        def call():
            record = self.seen_as(model, user)
            if method.isdigit():
                self.open_action(int(method), record)
            else:
                getattr(record, method)(*arguments.get(f"{model}.{method}", ()))

        self.check_pressed(role, user, model, method, call)

    def open_action(self, number, record):
        """Open the window, or print the paper, that a button leads to."""
        kind = self.env["ir.actions.actions"].browse(number).type
        action = self.env[kind].browse(number)
        if kind == "ir.actions.act_window":
            opened = record.env[action.res_model]
            opened.check_access("create" if opened._transient else "read")
        elif kind == "ir.actions.report":
            report = action.with_env(record.env)
            try:
                report._render_qweb_html(action.report_name, record.ids)
            except Exception as error:
                if isinstance(error.__cause__, AccessError):
                    raise error.__cause__ from error
                raise

    def check_pressed(self, role, user, model, button, call):
        def own():
            self.make_own(user.sudo())
            self.env.flush_all()
            call()

        with self.subTest(role=role, model=model, button=button):
            # who can't open the record of others presses it on own ones
            self.assertTrue(self.is_let_in(call) or self.is_let_in(own))

    def check_menus(self):
        """Every menu that a role sees opens."""
        users = self.build_users()
        menus = self.env["ir.ui.menu"].search([])
        ours = menus.filtered(
            lambda m: (
                (m.get_external_id().get(m.id) or "").startswith(f"{self.addon}.")
                and m.action
                and m.action._name == "ir.actions.act_window"
            )
        )
        for role, user in users.items():
            if not user._is_internal():
                continue
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu in ours.filtered(lambda m, seen=visible: m.id in seen):
                with self.subTest(role=role, menu=menu.complete_name):
                    model = self.env[menu.action.res_model].with_user(user)
                    self.assertTrue(model.has_access("read"))
