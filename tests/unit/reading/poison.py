"""Small inputs that cost much: name, kind of channel, how to build it, the answer.

The answer is a code of `AdapterError`, ``document`` for what is read like any other,
or ``broken`` for what only the limits of its reader stop.
"""

import base64
import io
import json
import zipfile

ODS = "application/vnd.oasis.opendocument.spreadsheet"
HEAD = "number,sku,quantity,price"


def archive(files, names=None):
    """A ZIP archive of names and contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


# ---- tables -------------------------------------------------------------


def ods(tables, rows=15_600, columns=256):
    """Tables that are a single cell, repeated over rows and columns."""
    cell = (
        f'<table:table-cell office:value-type="float" office:value="1" '
        f'table:number-columns-repeated="{columns}"/>'
    )
    table = (
        f'<table:table table:name="T"><table:table-row '
        f'table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>'
    )
    content = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
        "<office:body><office:spreadsheet>"
        f"{table * tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
        'manifest:1.0"/>'
    )
    return archive(
        {"mimetype": ODS, "META-INF/manifest.xml": manifest, "content.xml": content}
    )


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(rows, sheets=1, strings=("x",), head=""):
    """A workbook whose sheets all have these rows, as XML."""
    numbers = range(1, sheets + 1)
    tabs = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{_REL}/worksheet" '
        f'Target="worksheets/s{n}.xml"/>'
        for n in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    shared = "".join(f"<si><t>{text}</t></si>" for text in strings)
    package = "http://schemas.openxmlformats.org/package/2006"
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-'
            'package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
            'sheet.main+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="'
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+"
            f'xml"/>{types}</Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r0" Type="{_REL}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{head}<workbook xmlns="{_SHEET}" xmlns:r="{_REL}">'
            f"<sheets>{tabs}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/'
            f'relationships">{targets}<Relationship Id="rs" Type="{_REL}/sharedStrings"'
            ' Target="sharedStrings.xml"/></Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">{shared}</sst>',
            **{
                f"xl/worksheets/s{n}.xml": f'<worksheet xmlns="{_SHEET}"><sheetData>'
                f"{rows}</sheetData></worksheet>"
                for n in numbers
            },
        }
    )


def shared_cells(rows, columns):
    cells = '<c t="s"><v>0</v></c>' * columns
    return f"<row>{cells}</row>" * rows


def csv(*rows):
    return "\n".join([HEAD, *rows]).encode()


TABLES = (
    ("ods_of_forty_repeated_tables", lambda: ods(40), "too_many_cells"),
    ("ods_of_one_repeated_table", lambda: ods(1), "too_many_cells"),
    ("ods_whose_tables_add_up", lambda: ods(30, 400, 100), "too_many_cells"),
    ("ods_of_many_sheets", lambda: ods(200, 1, 1), "too_many_sheets"),
    (
        "ods_with_tags_that_never_end",
        lambda: archive({"content.xml": "<table:table " * 2_000_000}),
        "damaged",
    ),
    ("xlsx_of_many_sheets", lambda: xlsx("", 200), "too_many_sheets"),
    (
        "xlsx_that_unpacks_to_much",
        lambda: xlsx("", strings=("x" * 120_000_000,)),
        "too_large_unpacked",
    ),
    (
        "xlsx_that_shows_one_text_everywhere",
        lambda: xlsx(shared_cells(2_000, 20), strings=("x" * 30_000,)),
        "too_large_unpacked",
    ),
    (
        "xlsx_with_a_text_too_long",
        lambda: xlsx(shared_cells(1, 1), strings=("x" * 40_000,)),
        "cell_too_large",
    ),
    (
        "xlsx_of_many_cells",
        lambda: xlsx(shared_cells(1_300, 250)),
        "too_many_cells",
    ),
    (
        "xlsx_with_a_cell_far_away",
        lambda: xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "empty",
    ),
    (
        "xlsx_with_entities",
        lambda: xlsx("", head='<!DOCTYPE a [<!ENTITY b "c">]>'),
        "doctype",
    ),
    (
        "archive_of_many_files",
        lambda: archive({f"f{n}": "" for n in range(5_000)}),
        "too_many_sheets",
    ),
    (
        "archive_in_an_archive",
        lambda: archive({"a.zip": archive({"b": b"\0" * 90_000_000})}),
        "archive",
    ),
    ("price_with_a_gap", lambda: csv(f"1,A,1,1{' ' * 30_000}x"), "invalid"),
    (
        "time_of_letters",
        lambda: f"{HEAD},ordered_at\n1,A,1,1,{'a' * 30_000}".encode(),
        "invalid",
    ),
    ("csv_of_many_rows", lambda: csv(*["1,A,1,1"] * 60_000), "too_many_rows"),
    ("csv_of_many_columns", lambda: csv("1,A,1,1" + ",x" * 300), "too_many_columns"),
    ("csv_of_delimiters", lambda: b"," * 1_000_000, "too_many_columns"),
    ("csv_with_a_text_too_long", lambda: csv(f"1,{'A' * 50_000},1"), "cell_too_large"),
    ("csv_with_an_open_quote", lambda: csv('1,"' + "A\n" * 500_000), "cell_too_large"),
    (
        "csv_with_a_heading_of_brackets",
        lambda: f"{'(' * 32_000},{HEAD}\nx,1,A,1,x".encode(),
        "invalid",
    ),
    (
        "csv_of_many_orders",
        lambda: csv(*(f"{n},A,1,1" for n in range(6_000))),
        "too_many_orders",
    ),
    (
        "csv_that_repeats_long_headings",
        lambda: (
            f"{'h' * 30_000},{HEAD}\n".encode()
            + b"\n".join(b"x,%d,A,1,1" % n for n in range(4_000))
        ),
        "parts_too_large",
    ),
    ("csv_of_one_long_order", lambda: csv(*["1,A,1,1"] * 3_000), "too_many_lines"),
    ("xls_of_noise", lambda: b"\xd0\xcf\x11\xe0" + b"\x01\x00" * 500_000, "damaged"),
)

# ---- mails --------------------------------------------------------------


def mail(text="2 x TS-01", head="", kind="text/plain; charset=utf-8"):
    return (
        "From: Jo <jo@example.com>\nMessage-ID: <1@example.com>\nSubject: Order\n"
        f"Date: Mon, 23 Nov 2026 08:00:00 +0000\n{head}Content-Type: {kind}\n\n{text}\n"
    ).encode()


def parts(number, text="x"):
    part = f"--b\nContent-Type: text/plain\n\n{text}\n"
    return mail(part * number + "--b--", kind="multipart/mixed; boundary=b")


def nested(depth):
    inner = "Content-Type: text/plain\n\nx\n"
    for level in range(depth):
        inner = (
            f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n{inner}\n"
            f"--b{level}--\n"
        )
    return b"From: jo@example.com\nMessage-ID: <1@x>\n" + inner.encode()


def attached(name, body, text="Hello", kind="text/csv"):
    packed = base64.encodebytes(body).decode()
    return mail(
        f"--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: {kind}\n"
        f'Content-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{packed}\n--b--",
        kind="multipart/mixed; boundary=b",
    )


def html(source):
    return mail(source, kind="text/html; charset=utf-8")


MAILS = (
    (
        "type_of_quotation_marks",
        lambda: mail(kind='text/plain; a="' + '"' * 8_000),
        "field_too_long",
    ),
    ("type_of_semicolons", lambda: mail(kind=";" * 8_000), "field_too_long"),
    (
        "answers_to_thousands",
        lambda: mail(head="Reply-To: " + "a@example.com, " * 5_000 + "b@x\n"),
        "field_too_long",
    ),
    (
        "sender_in_brackets",
        lambda: mail(head="Sender: " + "(" * 1_500 + "\n"),
        "field_too_long",
    ),
    (
        "subject_of_encoded_words",
        lambda: mail(head="Subject: " + "=?utf-8?q?a?= " * 5_000 + "\n"),
        "field_too_long",
    ),
    (
        "date_at_the_end_of_time",
        lambda: mail(head="").replace(b"2026", b"9999").replace(b"+0000", b"-2359"),
        "document",
    ),
    ("a_hundred_lines_of_hyphens", lambda: mail(("-" * 590 + "\n") * 100), "document"),
    ("lines_of_commas", lambda: mail((", " * 290 + "\n") * 100), "document"),
    ("lines_of_digits", lambda: mail(("1,111," * 95 + "\n") * 100), "document"),
    ("lines_of_letters", lambda: mail(("a1 " * 195 + "\n") * 100), "document"),
    ("lines_of_numerals", lambda: mail(("一" * 590 + "\n") * 100), "document"),
    (
        "lines_of_telephones",
        lambda: mail(("030 1234567 " * 49 + "\n") * 100),
        "document",
    ),
    ("twenty_thousand_short_lines", lambda: mail("a\n\n" * 20_000), "document"),
    ("quotes_that_never_say_who", lambda: mail("On a b c\n" * 6_000), "document"),
    ("greetings_without_end", lambda: mail("thanks\n" * 8_000), "document"),
    ("twenty_thousand_parts", lambda: parts(20_000), "too_many_parts"),
    ("three_hundred_parts", lambda: parts(300), "too_many_parts"),
    ("parts_in_parts", lambda: nested(1_000), "nested"),
    ("page_of_brackets", lambda: html("<" * 1_000_000), "document"),
    ("page_of_open_quotes", lambda: html("<blockquote>" * 20_000 + "x"), "document"),
    ("page_of_tables", lambda: html("<table><tr><td>" * 2_000 + "x"), "document"),
    ("page_of_breaks", lambda: html("<br>" * 200_000 + "x"), "document"),
    (
        "the_table_that_stopped_all",
        lambda: attached("o.ods", ods(40), kind=ODS),
        "too_many_cells",
    ),
    (
        "words_for_each_of_many_orders",
        lambda: attached(
            "o.csv",
            csv(*(f"{n},A,1,1" for n in range(4_000))),
            text="\n".join(f"{n} word" * 20 for n in range(1_000)),
        ),
        "parts_too_large",
    ),
)

# ---- JSON and XML -------------------------------------------------------


def order(**values):
    line = {"external_id": "1", "sku": "A", "quantity": 1, "unit_price": "1"}
    return json.dumps(
        {"external_id": "1", "revision": "1", "lines": [line], **values}
    ).encode()


def lines(number):
    return [
        {"external_id": f"{n}", "sku": "A", "quantity": 1, "unit_price": "1"}
        for n in range(number)
    ]


UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def ubl(content, root="Order", head=""):
    return (
        f'<?xml version="1.0"?>{head}<{root} xmlns="{UBL}:{root}-2" xmlns:cac="{UBL}:'
        f'CommonAggregateComponents-2" xmlns:cbc="{UBL}:CommonBasicComponents-2">'
        f"<cbc:ID>1</cbc:ID>{content}</{root}>"
    ).encode()


MESSAGES = (
    ("lists_in_lists", "api", lambda: b"[" * 200_000, "nested"),
    ("objects_in_objects", "api", lambda: b'{"a":' * 200_000, "nested"),
    ("number_of_a_million_digits", "api", lambda: b"1" * 1_000_000, "out_of_range"),
    (
        "list_of_zeros",
        "api",
        lambda: b"[" + b"0," * 4_000_000 + b"0]",
        "too_many_orders",
    ),
    ("json_too_large", "api", lambda: b'{"a":"' + b"a" * 27_000_000, "too_large"),
    ("many_lines", "api", lambda: order(lines=lines(3_000)), "too_many_lines"),
    (
        "quantity_beyond_all",
        "api",
        lambda: order(lines=[{**lines(1)[0], "quantity": "1e999999"}]),
        "invalid",
    ),
    ("shop_with_deep_lists", "shopify", lambda: b"[" * 200_000, "nested"),
    (
        "shop_with_a_large_number",
        "woocommerce",
        lambda: b"9" * 1_000_000,
        "out_of_range",
    ),
    ("platform_with_deep_objects", "taobao", lambda: b'{"a":' * 200_000, "nested"),
    (
        "a_million_laughs",
        "ubl",
        lambda: ubl(
            "<cbc:Note>&b;</cbc:Note>",
            head='<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        ),
        "doctype",
    ),
    ("tags_in_tags", "ubl", lambda: ubl("<a>" * 100_000), "nested"),
    ("text_without_end", "ubl", lambda: ubl("<a>" + "a" * 15_000_000), "nested"),
    ("four_million_tags", "ubl", lambda: ubl("<a/>" * 4_000_000), "broken"),
)

POISON = (
    *((name, "csv", build, answer) for name, build, answer in TABLES),
    *((name, "email", build, answer) for name, build, answer in MAILS),
    *MESSAGES,
)
