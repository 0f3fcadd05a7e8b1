import re
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tests import TransactionCase
from odoo.tools.translate import TranslationModuleReader


class TranslationCase(TransactionCase):
    """Every text of an addon is translated to Simplified Chinese."""

    addon = ""

    def translated(self):
        """Source texts with a translation in the addon's file, and the file."""
        path = Path(get_module_path(self.addon)) / "i18n/zh_CN.po"
        entries = polib.pofile(str(path))
        return {e.msgid for e in entries if e.msgstr and not e.fuzzy}, entries

    def check_complete(self):
        reader = TranslationModuleReader(self.env.cr, modules=[self.addon])
        sources = {row[4] for row in reader if not self._is_of_others(*row[2:4])}
        done, _entries = self.translated()
        missing = sorted(source for source in sources if source not in done)
        self.assertFalse(missing, f"{len(missing)} texts of {self.addon}")

    def _is_of_others(self, kind, xml_id):
        """Whether another addon puts the text on a model that we make or extend.

        website labels models for its forms, sms adds a field to all with messages.
        """
        if kind == "ir.model,website_form_label":
            return True
        if not kind.startswith("ir.model.fields,"):
            return False
        reflected = self.env.ref(xml_id)
        field = self.env[reflected.model]._fields.get(reflected.name)
        return field is not None and self.addon not in field._modules

    def check_placeholders(self):
        _done, entries = self.translated()
        for entry in entries:
            if not entry.msgstr:
                continue
            wanted = sorted(polib_names(entry.msgid))
            given = sorted(polib_names(entry.msgstr))
            self.assertEqual(wanted, given, entry.msgid)


def polib_names(text):
    """Placeholders such as %(name)s, and XML tags, in a text."""
    return re.findall(r"%\(\w+\)[sd]|</?[a-z]+[ >/]", text)
