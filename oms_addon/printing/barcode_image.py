"""Bar codes as bitmaps without reportlab's own bitmap writer. No ORM here.

reportlab lays a bar code out, but since its version 4 it paints bitmaps only through
rlPyCairo, whose pycairo has no wheel for Linux: a host installed with pip has none
and Odoo's pick list, batch list and location labels stop with an error. The
renderer here paints the same drawing with Pillow, which every Odoo has.
"""

import functools
import io
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.graphics.renderbase import (
    Renderer,
    getStateDelta,
    renderScaledDrawing,
)
from reportlab.graphics.shapes import Drawing

#: Painted this many times larger, then reduced: the edges of bars fall between pixels.
OVERSAMPLING = 4
#: Vera's capitals are taller than Courier's, for which reportlab leaves the room.
_FONT_SCALE = 0.77
_FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@functools.lru_cache(1)
def reportlab_paints_bitmaps():
    """Whether reportlab finds a library of its own to write a PNG.

    :rtype: bool
    """
    try:
        return bool(Drawing(1, 1).asString("png"))
    except Exception:  # each version raises another error
        return False


def paint_barcode(symbology, value, *, mask=None, **options):
    """A bar code as PNG.

    :param str symbology: as reportlab names it, such as ``Code128``, ``QR``
    :param callable mask: changes the drawing before it is painted
    :param options: width and height in pixels and what reportlab knows besides
    :return: the PNG's bytes
    :rtype: bytes
    :raise ValueError: when the value can't be written in this symbology
    """
    try:
        drawing = createBarcodeDrawing(symbology, value=value, format="png", **options)
        if mask:
            mask(options["width"], options["height"], drawing)
        return paint(drawing)
    except (AttributeError, KeyError) as error:
        raise ValueError(f"{value} is no {symbology}") from error


def paint(drawing):
    """A drawing of reportlab as PNG, in its own size.

    :param Drawing drawing: rectangles, polygons, lines, text and images
    :rtype: bytes
    """
    drawing = renderScaledDrawing(drawing)
    size = max(round(drawing.width), 1), max(round(drawing.height), 1)
    canvas = _Canvas(*size)
    _PillowRenderer().draw(drawing, canvas, 0, 0, showBoundary=0)
    stream = io.BytesIO()
    canvas.image.resize(size, Image.Resampling.BOX).save(stream, "PNG")
    return stream.getvalue()


@functools.lru_cache(8)
def _font(size):
    """The font for the text below the bars."""
    try:
        return ImageFont.truetype(str(_FONT), size)
    except OSError:  # a distribution may ship reportlab without its fonts
        return ImageFont.load_default()


class _Canvas:
    """The bitmap that a drawing is painted on."""

    def __init__(self, width, height):
        self.height = height
        self.image = Image.new(
            "L", (width * OVERSAMPLING, height * OVERSAMPLING), "white"
        )
        self.pen = ImageDraw.Draw(self.image)

    def saveState(self):
        """Nothing to keep: the renderer tracks the state."""

    restoreState = saveState

    def place(self, points, matrix):
        """Points of the drawing on the bitmap, whose origin is at the top.

        :rtype: list[tuple]
        """
        a, b, c, d, e, f = matrix
        return [
            (
                (a * x + c * y + e) * OVERSAMPLING,
                (self.height - (b * x + d * y + f)) * OVERSAMPLING,
            )
            for x, y in points
        ]


class _PillowRenderer(Renderer):
    """Paints the shapes of bar codes; curves don't occur in them."""

    def drawNode(self, node):
        self._tracker.push(getStateDelta(node))
        self.drawNodeDispatcher(node)
        self._tracker.pop()

    def applyStateChanges(self, delta, newState):
        """The state is read from the tracker whenever something is painted."""

    def drawRect(self, rect):
        right, top = rect.x + rect.width, rect.y + rect.height
        self._polygon([(rect.x, rect.y), (right, rect.y), (right, top), (rect.x, top)])

    def drawPolygon(self, p):
        self._polygon(list(zip(p.points[::2], p.points[1::2], strict=True)))

    def drawLine(self, line):
        matrix = self._tracker.getCTM()
        points = self._canvas.place([(line.x1, line.y1), (line.x2, line.y2)], matrix)
        width = self._tracker["strokeWidth"] * abs(matrix[0]) * OVERSAMPLING
        ink = _grey(self._tracker["strokeColor"])
        if ink is not None:
            self._canvas.pen.line(points, fill=ink, width=max(round(width), 1))

    def drawString(self, stringObj):
        matrix = self._tracker.getCTM()
        (point,) = self._canvas.place([(stringObj.x, stringObj.y)], matrix)
        size = self._tracker["fontSize"] * abs(matrix[3]) * OVERSAMPLING * _FONT_SCALE
        font = _font(max(round(size), 1))
        width = self._canvas.pen.textlength(stringObj.text, font=font)
        shift = {"middle": width / 2, "end": width}.get(self._tracker["textAnchor"], 0)
        ink = _grey(self._tracker["fillColor"])
        _left, top, _right, bottom = font.getbbox("0")
        self._canvas.pen.text(
            (point[0] - shift, point[1] - bottom), stringObj.text, fill=ink, font=font
        )

    def drawImage(self, node):
        corners = [(node.x, node.y + node.height), (node.x + node.width, node.y)]
        (left, top), (right, low) = self._canvas.place(corners, self._tracker.getCTM())
        picture = node.path if isinstance(node.path, Image.Image) else None
        picture = (picture or Image.open(node.path)).convert("L")
        size = max(round(right - left), 1), max(round(low - top), 1)
        self._canvas.image.paste(picture.resize(size), (round(left), round(top)))

    def _polygon(self, points):
        placed = self._canvas.place(points, self._tracker.getCTM())
        ink = _grey(self._tracker["fillColor"])
        if ink is None:
            return
        if len(placed) == 4:  # a bar: Pillow would paint its far edge as well
            self._bar(placed, ink)
        else:
            self._canvas.pen.polygon(placed, fill=ink)

    def _bar(self, points, ink):
        across, down = zip(*points, strict=True)
        left, right = round(min(across)), round(max(across))
        top, low = round(min(down)), round(max(down))
        if right > left and low > top:
            self._canvas.pen.rectangle((left, top, right - 1, low - 1), fill=ink)


def _grey(color):
    """Brightness of a colour of reportlab, none for no colour."""
    if color is None:
        return None
    return round(255 * (0.299 * color.red + 0.587 * color.green + 0.114 * color.blue))
