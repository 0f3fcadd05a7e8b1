import re

from odoo.tests import tagged

from ..adapters.base import AdapterError, InboundRequest
from ..calls.errors import CallError
from ..models.inbox.oms_inbox_message_read import BROKEN
from ..models.inbox.oms_reason import (
    LONGEST_VALUE,
    SENTENCES,
    SENTENCES_OF_ADAPTERS,
    SENTENCES_OF_CALLS,
)
from .common_intake import IntakeCase

CHINESE = "zh_CN"
# Values of the sentences about what happens here.
OWN_VALUES = "value customer reason detail"


@tagged("post_install", "-at_install")
class TestReasons(IntakeCase):
    """Why a message waits is said in the reader's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(CHINESE)
        cls.files, cls.edi = cls.env["oms.channel"].create(
            [
                {"name": "文件", "kind": "csv"},
                {"name": "电子订单", "kind": "ubl"},
            ]
        )

    def reason(self, channel, body):
        """What a Chinese clerk reads about a message."""
        message = self.env["oms.inbox.message"]._receive(
            channel, [InboundRequest(body=body)]
        )
        message._process()
        self.assertEqual(message.state, "error")
        self.clerk.lang = CHINESE
        return message.with_user(self.clerk).with_context(lang=CHINESE).error_message

    def assertChinese(self, sentence, *kept):
        """Without names and places that are kept, nothing of it is English."""
        self.assertRegex(sentence, r"[\u4e00-\u9fff]{4}")
        for word in ("JSON", "XML", *kept):
            sentence = sentence.replace(word, "")
        self.assertNotRegex(sentence, r"[A-Za-z]{2,}")

    def test_broken_json_is_explained_in_chinese_with_its_place(self):
        sentence = self.reason(self.channel, b'{"external_id": "A-1",\n "lines" []}')
        self.assertChinese(sentence)
        self.assertIn("第 2 行", sentence)
        self.assertIn("第 10 列", sentence)

    def test_json_that_came_in_cut_off_is_explained_in_chinese(self):
        self.assertChinese(self.reason(self.channel, b'{"external_id": "A-1", "nu'))

    def test_broken_xml_is_explained_in_chinese_with_its_tags(self):
        sentence = self.reason(self.edi, b"<Order>\n<ID>PO-7</Order>")
        self.assertChinese(sentence, "ID", "Order")
        self.assertIn("“ID”", sentence)

    def test_a_broken_table_is_explained_in_chinese_with_its_row(self):
        sentence = self.reason(self.files, b'order no,sku,qty\nA,"S-1,1\n')
        self.assertChinese(sentence)
        self.assertIn("第 2 行", sentence)

    def test_what_nobody_foresaw_is_explained_in_chinese(self):
        message = self.receive(body=b"[]x")
        for code in ("odd_content", "twice"):
            message._fail(code)
            self.assertChinese(message.with_context(lang=CHINESE).error_message)

    def test_every_code_has_a_sentence_that_says_its_values(self):
        self.assertEqual(set(SENTENCES_OF_ADAPTERS), set(AdapterError.CODES))
        self.assertEqual(set(SENTENCES_OF_CALLS), set(CallError.CODES))
        codes = AdapterError.CODES | CallError.CODES
        codes |= {code: " ".join(values) for code, values in BROKEN.values()}
        for code, sentence in SENTENCES.items():
            for lang in ("en_US", CHINESE):
                said = self.env["oms.reason"].with_context(lang=lang)
                named = set(re.findall(r"%\((\w+)\)s", said.env._(sentence)))
                known = codes.get(code, "value reason detail customer").split()
                self.assertLessEqual(named, set(known), f"{code} in {lang}")

    def test_a_reason_quotes_no_more_of_a_message_than_a_clerk_reads(self):
        message = self.receive(self.document(total="9" * 500_000))
        self.assertEqual(message.error_code, "invalid")
        self.assertLess(len(message.error_message), LONGEST_VALUE + 100)
