import json

from odoo import api, models
from odoo.tools import LazyTranslate

from ...adapters.base import AdapterError, SignatureError
from ...adapters.read import text
from ...calls.conversation import PlatformAway
from ...calls.errors import CallError
from ...masking import excerpt

_lt = LazyTranslate(__name__)

# A sentence for each code of `adapters.base.AdapterError.CODES`.
SENTENCES_OF_ADAPTERS = {
    "missing": _lt("The field “%(path)s” is missing."),
    "invalid": _lt("%(path)s can't be used: “%(value)s”."),
    "unknown_field": _lt(
        "The field %(path)s is not known. Check how it is written, or remove it."
    ),
    "other_currency": _lt(
        "%(path)s is in %(value)s, but the order is in %(currency)s. All amounts must "
        "be in one currency."
    ),
    "empty": _lt("The message is empty."),
    "unsupported": _lt("This kind of message is not known: %(value)s"),
    "not_object": _lt("One order is expected here: a JSON object in braces { }."),
    "not_list": _lt(
        "The platform did not answer with a list of orders. Check the platform address "
        "of the channel."
    ),
    "several_orders": _lt(
        "There are %(count)s orders in it, where one is expected. Leave one."
    ),
    "no_mail": _lt("This is no e-mail: sender, date and Message-ID are missing."),
    "unreadable_table": _lt(
        "None of the headings is known: %(value)s. Name them in the channel's "
        "further settings."
    ),
    "json": _lt(
        "The JSON is wrong at line %(line)s, column %(column)s. Look there for a "
        "missing comma, quotation mark or bracket."
    ),
    "json_end": _lt(
        "The JSON stops in the middle (line %(line)s, column %(column)s). Add the "
        "missing quotation mark or bracket; if more is missing, ask the sender for the "
        "message again."
    ),
    "no_xml": _lt(
        "This is no XML: it does not begin with “<”. Check whether the message belongs "
        "to this channel."
    ),
    "xml": _lt(
        "The XML is wrong at line %(line)s, column %(column)s. Look there for a "
        "missing quotation mark, or for “<” or “&” in a text, which must be “&lt;” or "
        "“&amp;”."
    ),
    "xml_tag": _lt(
        "At line %(line)s, column %(column)s, “%(closed)s” is closed, but “%(opened)s” "
        "of line %(opened_line)s is still open. Close that one first."
    ),
    "xml_end": _lt(
        "The XML stops in the middle (line %(line)s, column %(column)s). Add the "
        "missing closing tag; if more is missing, ask the sender for the message again."
    ),
    "doctype": _lt(
        "It names a document type (DOCTYPE), which may hide harmful content, so it is "
        "not read. Ask the sender for it without."
    ),
    "quotes": _lt(
        "A quotation mark in row %(row)s is not closed, or text stands behind it. "
        "Correct it, or save the table again with a spreadsheet program."
    ),
    "cell_too_large": _lt(
        "A cell in row %(row)s is far too long. Often a closing quotation mark is "
        "missing before it."
    ),
    "encoding": _lt(
        "The characters are not in the encoding %(encoding)s. Save the file in this "
        "encoding and upload it as corrected file."
    ),
    "nested": _lt(
        "It is nested too deeply or has a text that is far too long. Ask the sender "
        "what it is."
    ),
    "out_of_range": _lt("A number or time in it is far too large."),
    "damaged": _lt(
        "The file is damaged and can't be opened. Open it with a spreadsheet program, "
        "save it as XLSX or CSV, and upload it as corrected file."
    ),
    "locked": _lt(
        "The file is protected by a password. Save it without one and upload it as "
        "corrected file."
    ),
    "no_table": _lt(
        "This is neither text nor a spreadsheet. Upload it as CSV, XLSX, XLS or ODS."
    ),
    "archive": _lt(
        "This is a ZIP archive, not a spreadsheet. Unpack it and upload what is in it."
    ),
    "too_large": _lt(
        "It has %(size)s MB; at most %(limit)s MB are read. Send the orders in several "
        "parts."
    ),
    "too_large_unpacked": _lt(
        "Unpacked, the file has more than %(limit)s MB. Send the orders in several "
        "parts."
    ),
    "too_many_rows": _lt(
        "The table has more than %(limit)s rows. Send the orders in several parts."
    ),
    "too_many_columns": _lt(
        "The table has more than %(limit)s columns. Remove those without use."
    ),
    "too_many_cells": _lt(
        "The table has more than %(limit)s cells. Remove empty rows and columns."
    ),
    "too_many_sheets": _lt(
        "The file has more than %(limit)s sheets. Keep the one with the orders."
    ),
    "too_many_orders": _lt(
        "The file has more than %(limit)s orders. Send them in several files."
    ),
    "too_many_lines": _lt(
        "The order has more than %(limit)s lines. Send it as several orders."
    ),
    "parts_too_large": _lt(
        "Cut into its orders, the file has more than %(limit)s MB. Shorten its "
        "headings and what stands above them, or send fewer orders in a file."
    ),
    "too_many_parts": _lt(
        "The mail has more than %(limit)s parts. Send the order in a mail without the "
        "others, or upload the file with the order."
    ),
    "field_too_long": _lt(
        "The field “%(value)s” in the head of the mail is far too long or odd; at most "
        "%(limit)s characters are read. Ask the sender for the order in a new mail."
    ),
    "refused": _lt("The platform answered with an error: %(value)s"),
    "no_address": _lt(
        "The channel has no platform address. A manager enters it under Connection."
    ),
    "odd_answer": _lt(
        "The platform address answers, but not as this platform does. Check the "
        "address."
    ),
}
# A sentence for each code of `calls.errors.CallError.CODES`.
SENTENCES_OF_CALLS = {
    "bad_address": _lt(
        "The platform address can't be used. Enter it like https://shop.example.com, "
        "without login, spaces or numbers in odd spellings."
    ),
    "no_https": _lt(
        "%(host)s is called over https only. Enter the address with https://; where "
        "that is not possible, an administrator can allow this host on the channel."
    ),
    "inner_address": _lt(
        "%(host)s leads into a private network, so it is not called. If it is meant, "
        "an administrator can allow this host on the channel."
    ),
    "unreachable": _lt(
        "The platform can't be reached (%(detail)s). If it stays so, check the "
        "platform address of the channel."
    ),
    "too_slow": _lt("The platform did not answer in full within %(seconds)s seconds."),
    "certificate": _lt(
        "There is no safe connection to %(host)s: its certificate is not valid for "
        "this address. Check the platform address; if it is right, tell the platform."
    ),
    "moved": _lt(
        "Nothing was sent: the platform passes calls on to %(address)s. If that is the "
        "right address, enter it as the platform address of the channel."
    ),
    "answer_too_large": _lt("The platform's answer was cut off at %(limit)s MB."),
    "bad_answer": _lt(
        "What answers at the platform address speaks no proper HTTP. Check the address."
    ),
}
# What happens here, not in the message.
SENTENCES_OF_INTAKE = {
    "no_order": _lt("It is about order %(value)s, which has not come in yet."),
    "other_customer": _lt(
        "Order %(value)s is here already, for %(customer)s. If this is another order, "
        "give it a number of its own; if it is the same, name that customer in it."
    ),
    "currency": _lt(
        "Currency %(value)s is not active here. Activate it in the settings, then "
        "process the message again."
    ),
    "failed": _lt("The order could not be recorded: %(reason)s"),
    "twice": _lt("It came in twice at the same time. Please process it again."),
    "odd_content": _lt(
        "The content is not what such a message should hold. Compare it with one that "
        "was read, or show it to your administrator."
    ),
    "took_too_long": _lt(
        "Reading it takes longer than %(limit)s seconds, so it was stopped. Send the "
        "orders in several parts, or show the message to your administrator."
    ),
    "took_too_much": _lt(
        "Reading it takes more than %(limit)s MB of memory, so it was stopped. Send "
        "the orders in several parts, or show the message to your administrator."
    ),
    "ended_reader": _lt(
        "It stopped the program that reads messages. Show it to your administrator."
    ),
    "ended_worker": _lt(
        "It stopped the server twice while it was worked on. Show it to your "
        "administrator."
    ),
    "unforeseen": _lt(
        "Something unexpected went wrong. Try again; if it happens again, show "
        "this to your administrator: %(detail)s"
    ),
    "no_secret": _lt(
        "The secret %(value)s is not set. An administrator enters it on the channel "
        "under Connection."
    ),
    "locked_secret": _lt(
        "The secret %(value)s was entered for another platform address, so it is not "
        "used. An administrator enters it again on the channel under Connection."
    ),
}
SENTENCES = SENTENCES_OF_ADAPTERS | SENTENCES_OF_CALLS | SENTENCES_OF_INTAKE
# No clerk reads more of a value than this.
LONGEST_VALUE = 300


class OmsReason(models.AbstractModel):
    """Why something with a channel failed, in the reader's language.

    What fails keeps a code with values; the sentence is made when it is read.
    """

    _name = "oms.reason"
    _description = "Reason in Words"

    @api.model
    def _in_words(self, code, details=None):
        """Say a code with its values.

        :param str code: a key of `SENTENCES`.
        :param dict details: values for the sentence.
        :rtype: str
        """
        if code not in SENTENCES:
            return (details or {}).get("reason") or code
        sentence = self.env._(SENTENCES[code])
        try:
            return sentence % (details or {})
        except KeyError:  # kept by an older version, with other values
            return self.env._("The message can't be read.")

    @api.model
    def _of_exception(self, error):
        """The code and the values of what went wrong in a call to a platform.

        :param Exception error:
        :rtype: tuple[str, dict]
        """
        name = type(error).__name__
        if isinstance(error, AdapterError):
            return error.code, self._storable(error.details)
        if isinstance(error, SignatureError) and error.secret:
            code = "locked_secret" if error.locked else "no_secret"
            return code, self._storable({"value": error.secret})
        if isinstance(error, CallError):
            return error.code, self._storable(error.details)
        if isinstance(error, PlatformAway):
            return "unreachable", {"detail": str(error)}
        detail = f"{name}: {excerpt(str(error))}"
        return "unforeseen", self._storable({"detail": detail})

    @api.model
    def _storable(self, details):
        """Values that a JSON field can keep, none longer than a clerk reads.

        :param dict details:
        :rtype: dict
        """
        plain = json.loads(json.dumps(details, default=str))
        return {
            name: text(value)[:LONGEST_VALUE] if isinstance(value, str) else value
            for name, value in plain.items()
        }
