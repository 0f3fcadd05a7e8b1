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
        sources = {row[4] for row in reader}
        done, _entries = self.translated()
        missing = sorted(source for source in sources if source not in done)
        self.assertFalse(missing, f"{len(missing)} texts of {self.addon}")

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
