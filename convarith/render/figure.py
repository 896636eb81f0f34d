"""A drawing by matplotlib: as pages of a PDF, and on axes of the user's own.

PDF needs fonts embedded and laid out, which matplotlib does well; and those who write papers have figures in matplotlib
already, where our picture can be one of the axes. Only public calls of Axes are used, and no pyplot: nothing is opened,
chosen or remembered. matplotlib takes long to import, so the functions import it themselves.
"""

from __future__ import annotations

from io import BytesIO
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from convarith.render.drawing import Path, Text
from convarith.render.lettering import font_path, text_width
from convarith.render.vector import HALF_PX, corners, is_closed, sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Literal

    from matplotlib.axes import Axes

    from convarith.render.drawing import Drawing, Point, Primitive

PX_PT = 0.75
"""A pixel of 96 to the inch in matplotlib's points, of which 72 are an inch."""

PT_PER_INCH = 72

SEAM_PX = 0.25
"""Areas without an outline get one this thin in their own colour, as viewers leave a gap between neighbours."""

ALIGNMENT: dict[str, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}


def pdf_bytes(drawing: Drawing) -> bytes:
    """The drawing as a PDF: a page for each frame, without margins, with its title and alternative text as metadata.

    The user's own settings of matplotlib are left aside: the same drawing gives the same bytes.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    words = {"Title": drawing.title, "Subject": drawing.alt, "Creator": "convarith", "CreationDate": None}
    inches = [side * PX_PT / PT_PER_INCH for side in (drawing.width, drawing.height)]
    stream = BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["pdf.fonttype"] = 42  # TrueType, whose letters can be searched and copied
        with PdfPages(stream, metadata=words) as pages:
            for still in drawing.stills():
                figure = Figure(figsize=(inches[0], inches[1]))
                paint_on(figure.add_axes((0, 0, 1, 1)), still)
                pages.savefig(figure)
    return stream.getvalue()


def paint_on(axes: Axes, drawing: Drawing) -> None:
    """Paint a drawing (of several frames, its poster) onto axes, which become its page: limits, aspect, no ticks.

    Lines and letters are as large as suits the axes at the time of the call; they do not follow when the axes change
    later. What is added to the axes afterwards lies over the picture.
    """
    from matplotlib.font_manager import FontProperties

    extent = axes.get_window_extent()
    pt = min(extent.width / drawing.width, extent.height / drawing.height) * PT_PER_INCH / axes.figure.dpi
    axes.set_xlim(-HALF_PX, drawing.width - HALF_PX)
    axes.set_ylim(drawing.height - HALF_PX, -HALF_PX)
    axes.set_aspect("equal")
    axes.set_axis_off()
    font = FontProperties(fname=font_path())
    layers = list(_layers([_page(drawing), *drawing.still()]))
    for order, (paths, texts) in enumerate(layers):
        height = order / len(layers)  # below 1, where the user's own artists begin
        _add_paths(axes, paths, pt, height)
        for text in texts:
            letters = axes.text(
                text.x,
                text.y,
                text.string,
                color=text.color,
                fontproperties=font,
                fontsize=text.size * pt,
                horizontalalignment=ALIGNMENT[text.anchor],
                verticalalignment="baseline",
                zorder=height,
                parse_math=False,
                usetex=False,
            )
            if hasattr(letters, "set_fontfeatures"):  # hats as the font places them: 3.11 leaves gaps where it does
                letters.set_fontfeatures(["-mark"])


def _layers(primitives: Iterable[Primitive]) -> Iterator[tuple[list[Path], list[Text]]]:
    """Paths and the texts over them, as few times as keeps every text above what it is above.

    A collection of many paths is drawn far faster than as many collections, and texts stand in cells that no later
    path touches.
    """
    paths: list[Path] = []
    texts: list[Text] = []
    boxes: list[Box] = []
    for primitive in primitives:
        if isinstance(primitive, Text):
            texts.append(primitive)
            boxes.append(_text_box(primitive))
            continue
        if _meets_any(_path_box(primitive), boxes):
            yield paths, texts
            paths, texts, boxes = [], [], []
        paths.append(primitive)
    yield paths, texts


Box = tuple[float, float, float, float]


def _path_box(path: Path) -> Box:
    across, down = zip(*path.points, strict=True)
    return min(across) - path.width, min(down) - path.width, max(across) + path.width, max(down) + path.width


def _text_box(text: Text) -> Box:
    """Where the letters are, and a little more."""
    width = text_width(text.string, text.size)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return left - 1, text.y - text.size, left + width + 1, text.y + text.size / 2


def _meets_any(box: Box, others: list[Box]) -> bool:
    left, top, right, bottom = box
    return any(left < to and right > at and top < below and bottom > above for at, above, to, below in others)


def _page(drawing: Drawing) -> Path:
    left, top, right, bottom = -HALF_PX, -HALF_PX, drawing.width - HALF_PX, drawing.height - HALF_PX
    return Path(((left, top), (right, top), (right, bottom), (left, bottom)), drawing.page)


class _Stroke(NamedTuple):
    """One thing to paint: its lines, colours (or ``none``), the line's width, and its dashes."""

    lines: list[list[Point]]
    closed: bool
    face: str
    edge: str
    width: float
    dash: tuple[int, ...] = ()


def _strokes(path: Path) -> Iterator[_Stroke]:
    """A path; as two where it has dashes, which begin anew at each corner."""
    points = list(corners(path))
    if path.fill is not None:
        solid = path.stroke is not None and not path.dash
        edge, width = (str(path.stroke), path.width) if solid else (path.fill, SEAM_PX)
        yield _Stroke([points], True, path.fill, edge, width)
    if path.stroke is not None and path.dash:
        reach = path.width / 2  # dashes are counted in pixels, the first of which has its middle on the corner
        yield _Stroke(
            [_longer(*side, reach) for side in sides(path)], False, "none", path.stroke, path.width, path.dash
        )
    elif path.stroke is not None and path.fill is None:
        yield _Stroke([points], is_closed(path), "none", path.stroke, path.width)


def _longer(start: Point, end: Point, reach: float) -> list[Point]:
    """A line that goes on beyond both of its ends."""
    right, down = end[0] - start[0], end[1] - start[1]
    part = reach / (hypot(right, down) or 1)
    return [
        (start[0] - part * right, start[1] - part * down),
        (end[0] + part * right, end[1] + part * down),
    ]


def _add_paths(axes: Axes, paths: list[Path], pt: float, height: float) -> None:
    """Paths in painting order, as one collection."""
    import matplotlib as mpl
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path as Outline

    strokes = [stroke for path in paths for stroke in _strokes(path)]
    outlines = [
        Outline.make_compound_path(
            *(Outline(_ring(line, stroke.closed), closed=stroke.closed) for line in stroke.lines)
        )
        for stroke in strokes
    ]
    with mpl.rc_context({"lines.scale_dashes": False}):  # these are in points, not in widths of their line
        collection = PathCollection(
            outlines,
            facecolors=[stroke.face for stroke in strokes],
            edgecolors=[stroke.edge for stroke in strokes],
            linewidths=[stroke.width * pt for stroke in strokes],
            linestyles=[(0, [part * pt for part in stroke.dash] or None) for stroke in strokes],
            joinstyle="miter",
            capstyle="butt",
            antialiaseds=True,
            zorder=height,
        )
    collection.set_transform(axes.transData)
    axes.add_collection(collection, autolim=False)


def _ring(line: list[Point], closed: bool) -> list[Point]:
    """A closed line with the point that matplotlib wants for its end."""
    return [*line, line[0]] if closed else line
