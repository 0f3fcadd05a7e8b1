"""Several PDF documents as one, with its table of contents. No ORM here."""

import io

from odoo.tools.pdf import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfFileReader,
    PdfFileWriter,
    createStringObject,
)


def join_documents(documents):
    """One PDF of several, with an outline that names each document's first page.

    Odoo cuts a PDF of several records apart by the outline that the patched
    wkhtmltopdf writes; this one has the same form (names that lead to page numbers).

    :param list documents: bytes of a PDF each
    :rtype: bytes
    """
    writer = PdfFileWriter()
    starts = []
    for document in documents:
        starts.append(writer.getNumPages())
        writer.appendPagesFromReader(PdfFileReader(io.BytesIO(document), strict=False))
    _write_outline(writer, starts)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _write_outline(writer, starts):
    items = [
        DictionaryObject(
            {
                NameObject("/Title"): createStringObject(str(number)),
                NameObject("/Dest"): NameObject(f"/document{number}"),
            }
        )
        for number in range(1, len(starts) + 1)
    ]
    places = [writer._addObject(item) for item in items]
    for item, after in zip(items, places[1:], strict=False):
        item[NameObject("/Next")] = after
    outline = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Outlines"),
            NameObject("/First"): places[0],
            NameObject("/Last"): places[-1],
            NameObject("/Count"): NumberObject(len(places)),
        }
    )
    parent = writer._addObject(outline)
    for item in items:
        item[NameObject("/Parent")] = parent
    writer._root_object[NameObject("/Outlines")] = parent
    writer._root_object[NameObject("/Dests")] = DictionaryObject(
        {
            NameObject(f"/document{number}"): ArrayObject(
                [NumberObject(start), NameObject("/Fit")]
            )
            for number, start in enumerate(starts, 1)
        }
    )
