"""Plots over the depth of a network: sizes, parameters, MACs and receptive fields of its layers, in four panels.

matplotlib and not the painters of this package: plots need axes, ticks and legends that find their own place, which it
does well. No pyplot: nothing is opened, chosen or remembered, and the user's own settings are left aside, so that the
same network gives the same bytes. matplotlib takes long to import, so the functions import it themselves.
"""

from __future__ import annotations

import os
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from convarith.errors import ParameterError, axis_name
from convarith.network.table import tabulate
from convarith.render.animation import Animation
from convarith.render.arrangement import MARGIN, README_PX, SIDE_LIMIT_PX, TEXT_SIZE
from convarith.render.lettering import wrapped
from convarith.render.networks.layer_naming import ROLE_NAMES, role_of, shape_text
from convarith.render.networks.ordering import owners
from convarith.render.pages import TITLE_SIZE
from convarith.render.theme_files import theme_named
from convarith.render.writing import LARGEST_SCALE, between
from convarith.saving import check_target, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import SupportsIndex

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from convarith.network.graph import Network
    from convarith.network.table import Table
    from convarith.render.themes import Theme

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 100
LEAST_WIDTH = 400
BESIDE_PX = 640
"""In a narrower picture the panels stand one below the other."""

PANEL_PX = 260
DASHES: tuple[str | tuple[int, tuple[int, ...]], ...] = ("-", (0, (5, 3)), (0, (1, 2)))
"""Of the lines of several axes."""

LIMIT_DASH = (0, (8, 3, 1, 3))

HATCHES = {"rising": "////", "falling": "\\\\\\\\", "dots": "..", "lines": "---", "cross": "xx"}
"""A theme's texture -> matplotlib's hatching."""

MOST_TICKS = 8
MOST_EDGED = 60
"""The bars of more layers have no outline."""


class Depth(NamedTuple):
    """What is plotted: for each layer that is shown."""

    title: str
    names: list[str]
    roles: list[str]
    sizes: list[tuple[int, ...]]
    """Per axis; 1 on every axis of a flat tensor."""
    parameters: list[int]
    macs: list[int]
    fields: list[tuple[int | None, ...]]
    input_sizes: tuple[int, ...]
    alt: str


def write_depth(
    network: Network,
    path: str | os.PathLike[str],
    input_shape: Sequence[SupportsIndex] | None,
    *,
    theme: str | Theme | os.PathLike[str],
    width: int | None,
    scale: int,
    caption: bool,
    force: bool,
) -> Animation:
    """Write the plots; arguments and errors as for `draw_network`."""
    target = Path(path)
    suffix = _suffix(path)
    look = theme_named(theme)
    wide = README_PX if width is None else between("width", width, LEAST_WIDTH, SIDE_LIMIT_PX - 2 * MARGIN)
    times = between("scale", scale, 1, LARGEST_SCALE)
    check_target(target, force=force)
    depth = depth_of(tabulate(network, input_shape))
    content, height = _painted(depth, look, wide, times, suffix, caption=caption)
    write_whole(target, content)
    pixels = times if suffix == ".png" else 1
    return Animation(target, depth.title, depth.alt, 1, wide * pixels, height * pixels, pixels)


def _suffix(path: str | os.PathLike[str]) -> str:
    """The suffix of a plot.

    Raises:
        ParameterError: it is none of a plot's.
    """
    name = os.fspath(path)
    suffix = "" if name.endswith(("/", os.sep)) else Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ParameterError(
            f"a plot over depth is no {suffix or 'folder'} ({str(name)!r}); write a {', '.join(SUFFIXES[:-1])} or "
            f"{SUFFIXES[-1]}",
            value=suffix,
        )
    return suffix


def depth_of(table: Table) -> Depth:
    """What is plotted of a table: each layer that changes a number, with what hangs on it."""
    found, nodes = table.trace, table.network.nodes
    owner = owners(found)
    place: dict[int, int] = {}
    for number in dict.fromkeys(owner[1:]):
        if number:
            place[number] = len(place)
    parameters, macs = [0] * len(place), [0] * len(place)
    for row in table.rows:
        if owner[row.number] in place:
            parameters[place[owner[row.number]]] += row.parameters
            macs[place[owner[row.number]]] += row.macs
    rows = [table.rows[number - 1] for number in place]
    name = " ".join(table.network.title.split()) or "A network"
    title = f"{name} on {shape_text(table.input_shape)}, layer by layer"
    sizes = [found.met[number].positions for number in place]
    fields = [row.receptive_field for row in rows]
    told = [
        f"{row.name}: {shape_text(row.output_shape)}, {own:,} parameters, {cost:,} MACs, receptive field "
        f"{'×'.join('?' if size is None else str(size) for size in field)}"
        for row, own, cost, field in zip(rows, parameters, macs, fields, strict=True)
    ]
    return Depth(
        title,
        [row.name for row in rows],
        [role_of(nodes[number].operation) for number in place],
        sizes,
        parameters,
        macs,
        fields,
        found.met[0].positions,
        f"{title}, as plots of sizes, parameters ({table.parameters:,}), MACs ({table.macs:,}) and nominal receptive "
        f"fields. {'; '.join(told)}.",
    )


def depth_figure(depth: Depth, theme: Theme, width: int = README_PX, scale: int = 1, *, caption: bool = True) -> Figure:
    """The plots as a figure with a canvas of its own; to be made and saved with the settings of `plot_settings`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = 2 if width >= BESIDE_PX else 4
    lines = wrapped(depth.title, TITLE_SIZE, width - 2 * MARGIN) if caption else []
    height = rows * PANEL_PX + 24 * len(lines) + (60 if caption else 10)
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI * scale, layout="constrained")
    FigureCanvasAgg(figure)
    _panels(figure, depth, theme, rows)
    if caption:
        _words(figure, theme, lines)
    return figure


def _painted(depth: Depth, theme: Theme, width: int, scale: int, suffix: str, *, caption: bool) -> tuple[bytes, int]:
    """The bytes of the file, and the height of the picture."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        parameters: Any = mpl.rcParams  # whose type differs from version to version
        parameters.update(plot_settings(theme))
        figure = depth_figure(depth, theme, width, scale, caption=caption)
        stream = BytesIO()
        figure.savefig(stream, format=suffix[1:], facecolor=theme.page, metadata=_metadata(depth, suffix))
    content = stream.getvalue()
    return (_described(content, depth) if suffix == ".svg" else content), round(figure.get_figheight() * DPI)


def plot_settings(theme: Theme) -> dict[str, object]:
    """Letters of 16 pixels, and a theme's colours."""
    letters = TEXT_SIZE * 72 / DPI
    return {
        "font.size": letters,
        "axes.titlesize": letters,
        "axes.labelsize": letters,
        "axes.labelcolor": theme.ink,
        "axes.edgecolor": theme.ink,
        "axes.facecolor": theme.page,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": theme.ink,
        "text.parse_math": False,
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
        "hatch.linewidth": 0.7,
        "pdf.fonttype": 42,
        "svg.hashsalt": "convarith",
    }


def _metadata(depth: Depth, suffix: str) -> dict[str, str | None]:
    if suffix == ".png":
        return {"Title": depth.title, "Description": depth.alt, "Software": "convarith"}
    if suffix == ".svg":
        return {"Title": depth.title, "Date": None, "Creator": "convarith"}
    return {"Title": depth.title, "Subject": depth.alt, "Creator": "convarith", "CreationDate": None}


def _described(content: bytes, depth: Depth) -> bytes:
    """An SVG with its words where readers for the blind look for them."""
    text = content.decode("utf-8")
    start = text.index("<svg")
    end = text.index(">", start)
    words = f"<title>{escape(depth.title, quote=False)}</title><desc>{escape(depth.alt, quote=False)}</desc>"
    return f'{text[:end]} role="img">{words}{text[end + 1 :]}'.encode()


# The panels


def _panels(figure: Figure, depth: Depth, theme: Theme, rows: int) -> None:
    axes = figure.subplots(rows, 4 // rows, squeeze=False).ravel()
    sizes, parameters, macs, fields = axes
    _curves(sizes, "Size", depth.sizes, theme)
    _bars(parameters, f"Parameters: {short(sum(depth.parameters))}", depth.parameters, depth, theme)
    _bars(macs, f"MACs: {short(sum(depth.macs))}", depth.macs, depth, theme)
    _curves(fields, "Receptive field (nominal)", depth.fields, theme, depth.input_sizes)
    for panel in axes:
        _depth_axis(panel, len(depth.names))
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)  # type: ignore[union-attr, call-arg]  # the constrained one


def _depth_axis(panel: Axes, count: int) -> None:
    from matplotlib.ticker import MaxNLocator

    panel.set_xlim(0.4, count + 0.6)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    panel.set_xlabel("layer")


def _curves(
    panel: Axes, title: str, values: Sequence[tuple[int | None, ...]], theme: Theme, limit: tuple[int, ...] = ()
) -> None:
    """A line for each axis, or for those that agree, on a scale on which doubling is a step; and one at a limit."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    panel.set_title(title, loc="left")
    lines: dict[tuple[int | None, ...], list[int]] = {}
    for axis, along in enumerate(zip(*values, strict=True)):
        lines.setdefault(along, []).append(axis)
    marker = "o" if len(values) <= MOST_EDGED else None
    for place, (along, axes) in enumerate(lines.items()):
        panel.plot(
            range(1, len(values) + 1),
            [float("nan") if value is None else max(value, 1) for value in along],
            color=theme.ink,
            linestyle=DASHES[place % len(DASHES)],
            marker=marker,
            markersize=4,
            label=", ".join(_axis_word(axis, len(values[0])) for axis in axes) if len(lines) > 1 else None,
        )
    there = sorted({max(value, 1) for along in lines for value in along if value is not None}) or [1]
    if len(set(limit)) == 1 and there[0] <= limit[0] <= there[-1]:
        panel.axhline(limit[0], color=theme.ink, linestyle=LIMIT_DASH, linewidth=1, label=f"the input, {limit[0]}")
    panel.set_yscale("log", base=2)
    panel.yaxis.set_major_locator(FixedLocator(_ticks(there)))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: str(round(value))))
    panel.set_ylim(there[0] / 1.3, there[-1] * 1.3)
    panel.grid(axis="y", color=theme.ink, alpha=0.15)
    if panel.get_legend_handles_labels()[1]:
        panel.legend(frameon=False)


def _axis_word(axis: int, ndim: int) -> str:
    """``height``, or ``axis 0`` where axes have no names."""
    return axis_name(axis, ndim).partition("(")[2].rstrip(")") or f"axis {axis}"


def _ticks(values: Sequence[int]) -> list[int]:
    """Some of the values: the largest, and those that are far enough apart to be read."""
    apart = max((values[-1] / values[0]) ** (1 / MOST_TICKS), 1.15)
    ticks = [values[-1]]
    for value in reversed(values[:-1]):
        if ticks[-1] / value >= apart:
            ticks.append(value)
    return ticks[::-1]


def _bars(panel: Axes, title: str, values: Sequence[int], depth: Depth, theme: Theme) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    panel.set_title(title, loc="left")
    for role in ROLE_NAMES:
        own = [value if place == role else 0 for place, value in zip(depth.roles, values, strict=True)]
        if not any(own):
            continue
        style, label = theme.roles[role], ROLE_NAMES[role]
        if len(values) > MOST_EDGED:  # one outline is drawn far faster than as many bars
            panel.stairs(own, [place + 0.5 for place in range(len(own) + 1)], fill=True, color=style.fill, label=label)
            continue
        panel.bar(
            range(1, len(own) + 1),
            own,
            color=style.fill,
            edgecolor=style.stroke,
            linewidth=[0.8 if value else 0 for value in own],
            hatch=HATCHES.get(style.texture),
            label=label,
        )
    panel.set_ylim(0, max([*values, 1]) * 1.05)
    panel.yaxis.set_major_locator(MaxNLocator(nbins=4, min_n_ticks=2))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    panel.grid(axis="y", color=theme.ink, alpha=0.15)
    panel.set_axisbelow(True)


def _words(figure: Figure, theme: Theme, lines: Sequence[str]) -> None:
    figure.suptitle("\n".join(lines), x=MARGIN / (figure.get_figwidth() * DPI), ha="left", size=TITLE_SIZE * 72 / DPI)
    handles: dict[str, Artist] = {}
    for panel in figure.axes[1:3]:
        found, labels = panel.get_legend_handles_labels()
        handles.update(zip(labels, found, strict=True))
    if handles:
        named = [(words, handles[words]) for words in ROLE_NAMES.values() if words in handles]
        figure.legend(
            [handle for _, handle in named],
            [words for words, _ in named],
            loc="outside lower left",
            ncols=len(named),
            frameon=False,
            labelcolor=theme.ink,
        )


def short(number: float) -> str:
    """A number with the letter of its thousands.

    >>> short(0), short(61_706), short(15_470_264_320), short(2_500)
    ('0', '61.7 k', '15.5 G', '2.5 k')
    """
    for power, letter in ((12, " T"), (9, " G"), (6, " M"), (3, " k")):
        if number >= 10**power:
            return f"{number / 10**power:.1f}".removesuffix(".0") + letter
    return f"{number:.1f}".removesuffix(".0")
