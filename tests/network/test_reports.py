"""The answers of networks in words: tables as text, Markdown, CSV and HTML, what goes unread and what mends it."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from drawn_networks import networks
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import convarith as ca
from convarith.network.fit_reports import fits_data, fits_report
from convarith.network.layer_words import in_words
from convarith.network.mending import mends
from convarith.network.merging import Concatenation, CropTo, Sum
from convarith.network.number_words import bytes_words, fraction_words, shortened
from convarith.network.operations import (
    AdaptivePooling,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalPooling,
    Normalization,
    Padding,
    PixelShuffle,
    Pooling,
    TransposedConvolution,
    Unchanged,
    Unknown,
    Upsampling,
)
from convarith.network.reports import region_text, table_csv, table_data, table_html, table_markdown, table_text
from convarith.network.table import tabulate
from convarith.network.tracing import trace
from convarith.network.unread_rows import unread


def conv(kernel, features=8, **parameters):
    return Convolution(ca.Conv(kernel, **parameters), features)


def pool(kernel, reduction="max", **parameters):
    return Pooling(ca.Pool(kernel, **parameters), reduction)


def up(kernel, features=8, **parameters):
    return TransposedConvolution(ca.ConvTranspose(kernel, **parameters), features)


def chain(*operations, **wishes):
    """A network of operations one after the other; a pair is (name, operation)."""
    builder = ca.network.Builder()
    for each in operations:
        name, operation = each if isinstance(each, tuple) else ("", each)
        builder.add(operation, name=name)
    return builder.build(**wishes)


def alexnet(*before):
    """The layers of AlexNet without groups; at 227 it makes 55, 27, 13, 6."""
    return chain(
        *before,
        conv(11, 96, stride=4),
        Unchanged("ReLU"),
        pool(3, stride=2),
        conv(5, 256, padding=2),
        pool(3, stride=2),
        conv(3, 384, padding=1),
        conv(3, 384, padding=1),
        conv(3, 256, padding=1),
        pool(3, stride=2),
        FullyConnected(4096),
        Unchanged("Dropout"),
        FullyConnected(4096),
        FullyConnected(1000),
        title="AlexNet",
    )


def cells(text, name):
    """What stands in the row of a layer, by the words of the heading; cells have no two spaces in them."""
    rows = text.split("\n\n")[1].splitlines()
    heads = [(match.group(), match.start(), match.end()) for match in re.finditer(r"\S+", rows[0])]
    row = next(row for row in rows if row.split()[0] == name)
    found = {}
    for word, start, end in heads:
        low, high = start, end
        while low and row[low - 1 : low].strip() and word not in ("layer", "what"):
            low -= 1
        while high < len(row) and (row[high] != " " or (word == "what" and row[high : high + 2] != "  ")):
            high += 1
        found[word] = row[low:high].strip()
    return found


def words_of(text, title):
    """The block below a title, with each run of spaces as one."""
    block = next(block for block in text.split("\n\n") if block.splitlines()[0] == title)
    return " ".join(" ".join(block.splitlines()[1:]).split())


class TestTheRows:
    text = table_text(alexnet().table((3, 227, 227)), width=None)

    def test_the_numbers_that_everybody_knows(self):
        assert self.text.startswith("AlexNet\ninput 3x227x227 -> output 1000\n\n")
        assert cells(self.text, "conv1") == {
            "layer": "conv1",
            "what": "conv 11x11 s4 → 96",
            "output": "96x55x55",
            "parameters": "34,944",  # 11 · 11 · 3 · 96 weights and 96 biases
            "MACs": "105,415,200",  # 34,848 weights at 55 · 55 positions
            "memory": "1.16 MB",  # 4 bytes for each of 96 · 55 · 55
            "field": "11",
            "jump": "4",
            "first": "5",
        }
        last_pool = cells(self.text, "pool3")
        assert (last_pool["output"], last_pool["field"], last_pool["jump"]) == ("256x6x6", "195", "32")
        assert cells(self.text, "total")["parameters"] == "62,378,344"

    def test_one_unit_has_no_next_one(self):
        assert cells(self.text, "fc3")["jump"] == "-"

    def test_layers_that_keep_everything_are_left_out_and_that_is_said(self):
        assert "relu1" not in self.text
        assert "2 layers that keep everything (ReLU, Dropout) are not shown; --all (every=True) shows them" in words_of(
            self.text, "To know"
        )
        whole = table_text(alexnet().table((3, 227, 227)), width=None, every=True)
        assert cells(whole, "relu1")["output"] == "96x55x55"
        assert "not shown" not in whole

    def test_a_norm_has_parameters_and_stays(self):
        text = table_text(chain(conv(3), Normalization(), Unchanged("PReLU", 8)).table((3, 9, 9)))
        assert cells(text, "norm1")["parameters"] == "16"
        assert cells(text, "prelu1")["parameters"] == "8"
        assert "not shown" not in text

    def test_the_convention_of_macs_is_always_named(self):
        for text in (self.text, table_markdown(alexnet().table((3, 227, 227)))):
            assert "weights × output positions" in " ".join(text.split())
        assert "FLOPs" not in self.text

    def test_flops_are_two_for_each_mac(self):
        text = table_text(alexnet().table((3, 227, 227)), width=None, flops=True)
        assert cells(text, "conv1")["FLOPs"] == "210,830,400"
        assert "two for each MAC" in words_of(text, "In all")

    def test_half_a_pixel_more(self):
        text = table_text(alexnet().table((3, 227, 227)), centres="half-pixel")
        assert cells(text, "conv1")["first"] == "5.5"
        assert "counted from 0.5" in words_of(text, "To know")
        with pytest.raises(ca.ParameterError, match="unknown centres 'halfpixel'; did you mean 'half-pixel'"):
            table_text(alexnet().table((3, 227, 227)), centres="halfpixel")

    def test_the_parts_of_the_parameters(self):
        network = chain(conv(3), Normalization())
        words = words_of(table_text(network.table((2, 9, 9))), "In all")
        assert words.startswith("parameters 168: 144 weights, 8 biases, 16 of normalization")

    def test_memory_is_that_of_all_outputs(self):
        words = words_of(table_text(chain(conv(1, 1), Unchanged("ReLU")).table((1, 10, 10))), "In all")
        assert "800 B of outputs, those not shown included, the largest 400 B (conv1); 8 B of parameters" in words

    def test_a_table_prints_itself(self):
        table = alexnet().table((3, 227, 227))
        assert str(table) == table_text(table)
        assert table._repr_html_() == table_html(table)
        assert max(map(len, str(table).splitlines())) <= 80


class TestFields:
    def test_square_ones_are_said_once_and_others_along_each_axis(self):
        text = table_text(chain(conv((1, 7), stride=(1, 2)), conv(3)).table((3, 20, 30)), width=None)
        row = next(line for line in text.splitlines() if line.startswith("conv1"))
        assert row.split("  ")[-3:] == [" 1 × 7", "1 × 2", "0 × 3"]

    def test_units_that_differ(self):
        """A 3×3 of stride 2 and a transposed one with k = 3, s = 2: their fields alternate between 3 and 5."""
        text = table_text(chain(conv(3, stride=2), up(3, stride=2)).table((1, 21, 21)), width=None)
        row = cells(text, "upconv1")
        assert (row["field"], row["jump"]) == ("3–5", "≈1")
        assert "units differ" in words_of(text, "To know")
        assert "units differ" not in table_text(chain(conv(3, stride=2)).table((1, 21, 21)))

    def test_units_that_read_nothing(self):
        text = table_text(chain(up(2, stride=2, dilation=2)).table((1, 5, 5)), width=None)
        assert cells(text, "upconv1")["field"].startswith("0–")
        assert "some units read nothing" in text

    def test_branches_that_drift_apart(self):
        builder = ca.network.Builder()
        builder.add(conv(3, stride=2, padding=1))
        down = builder.at
        builder.at = 0
        builder.add(AdaptivePooling(4))
        builder.add(conv(1))
        builder.add(Concatenation(), [down, builder.at])
        text = table_text(builder.build().table((1, 7, 7)), width=None)
        assert cells(text, "cat1")["field"] == "varies"

    def test_fractions_of_a_pixel(self):
        """Four layers of stride 2 the other way: 16 units to a position of the input."""
        text = table_text(chain(*[up(4, stride=2, padding=1)] * 4).table((1, 3, 3)), width=None)
        assert [cells(text, f"upconv{n}")["jump"] for n in (1, 2, 3, 4)] == ["≈0.5", "≈0.25", "≈0.125", "≈1/16"]


WIDE = chain(
    *[(f"encoder.stage{n}.block{n}.convolution", conv((3, 5), 512, stride=(1, 2), padding=1)) for n in range(4)],
    *[up((3, 4), 512, stride=2)] * 2,
    GlobalPooling(),
    FullyConnected(1000),
)


class TestWidths:
    @pytest.mark.parametrize("width", [20, 30, 40, 60, 72, 80, 100, 120, 140])
    @pytest.mark.parametrize("flops", [False, True])
    def test_rows_fit_the_terminal(self, width, flops):
        rows = table_text(WIDE.table((3, 100, 400)), width, flops=flops).split("\n\n")[1].splitlines()
        assert max(map(len, rows)) <= max(width, 36)
        assert len(rows) == len(WIDE) + 2

    def test_what_is_left_out_is_named_and_there_without_a_limit(self):
        table = WIDE.table((3, 100, 400))
        full = table_text(table, None)
        heads = full.split("\n\n")[1].splitlines()[0].split()
        assert heads == ["layer", "what", "output", "parameters", "MACs", "memory", "field", "jump", "first"]
        assert "no room" not in full
        for width in range(20, 200):
            text = table_text(table, width)
            shown = text.split("\n\n")[1].splitlines()[0].split()
            gone = [head for head in heads if head not in shown]
            told = re.search("no room for (.*?);", words_of(text, "To know"))
            assert sorted(told.group(1).split(", ") if told else []) == sorted(gone), width

    def test_more_room_never_shows_less(self):
        table = WIDE.table((3, 100, 400))
        shown = [len(table_text(table, width).split("\n\n")[1].splitlines()[0].split()) for width in range(20, 200)]
        assert shown == sorted(shown)

    def test_numbers_are_shortened_before_anything_is_left_out(self):
        rows = table_text(alexnet().table((3, 227, 227)), 79).split("\n\n")[1].splitlines()
        assert rows[0].split()[-4:] == ["memory", "field", "jump", "first"]
        assert "105M" in rows[1]
        assert "62,378,344" in rows[-1]

    @pytest.mark.parametrize("width", [60, 80, 140])
    def test_what_stands_around_the_rows_fits_80_columns(self, width):
        blocks = table_text(alexnet().table((3, 224, 224)), width).split("\n\n")
        assert all(len(line) <= 80 for block in blocks[2:] for line in block.splitlines())

    def test_without_any_layer(self):
        assert "input 3x4x4 -> output 3x4x4" in table_text(ca.network.Builder().build().table((3, 4, 4)))


class TestWords:
    @pytest.mark.parametrize(
        ("operation", "ndim", "words"),
        [
            (conv(3, 64, padding=1), 2, "conv 3x3 p1 → 64"),
            (conv(3, 64, stride=(2, 1), padding=((0, 1), (1, 1))), 2, "conv 3x3 s2x1 p0:1x1 → 64"),
            (conv(3, 64, padding=((0, 1),), dilation=2), 3, "conv 3x3x3 p0:1 d2 → 64"),
            (conv(2, 8, padding="causal", dilation=4), 1, "conv 2 causal d4 → 8"),
            (conv(3, 8, padding=("same", 1)), 2, "conv 3x3 psamex1 → 8"),
            (Convolution(ca.Conv(3), 8, groups=4), 2, "conv 3x3 g4 → 8"),
            (Convolution(ca.Conv(3), None, None, multiplier=2), 2, "depthwise conv 3x3 x2"),
            (up(3, 8, stride=2, padding=1, output_padding=1), 2, "upconv 3x3 s2 p1 a1 → 8"),
            (pool(2), 2, "max pool 2x2 s2"),
            (pool(3, "avg", stride=1, padding=1, ceil_mode=True), 2, "avg pool 3x3 s1 p1 ceil"),
            (GlobalPooling("max"), 2, "global max pool"),
            (AdaptivePooling((7, None)), 2, "adaptive avg pool 7xany"),
            (AdaptivePooling(7), 2, "adaptive avg pool 7x7"),
            (Upsampling(2), 2, "nearest x2"),
            (Upsampling(2, mode="linear", align_corners=True), 2, "bilinear x2 corners"),
            (Upsampling(size=(8, 9), mode="linear"), 2, "bilinear to 8x9"),
            (Upsampling(2, mode="linear"), 1, "linear x2"),
            (Padding(3, "reflect"), 2, "reflect pad 3"),
            (Padding(-2), 2, "crop 2"),
            (Padding(((-1, 0),)), 2, "crop 1:0"),
            (PixelShuffle(2), 2, "pixel shuffle x2"),
            (Flatten(), 2, "flatten"),
            (FullyConnected(10), 2, "fc → 10"),
            (Normalization("group"), 2, "group norm"),
            (Unchanged("LRN"), 2, "LRN"),
            (Unknown("MyOp"), 2, "unknown: MyOp"),
            (Sum(), 2, "sum"),
            (Concatenation(crop=True), 2, "cropped cat"),
            (CropTo(19), 2, "crop from 19"),
            (CropTo(), 2, "crop"),
        ],
    )
    def test_a_layer_in_its_shortest_words(self, operation, ndim, words):
        assert in_words(operation, ndim) == words

    def test_a_branch_says_what_it_takes(self):
        """Who stands before a layer that is not shown is named in its place."""
        builder = ca.network.Builder()
        builder.add(conv(3, padding=1))
        begin = builder.add(Unchanged("ReLU"))
        builder.add(conv(3, padding=1))
        main = builder.add(Unchanged("ReLU"))
        builder.at = begin
        short = builder.add(conv(1))
        builder.add(Sum(), [main, short])
        text = table_text(builder.build().table((1, 8, 8)), width=None)
        assert cells(text, "conv2")["what"] == "conv 3x3 p1 → 8"
        assert cells(text, "conv3")["what"] == "conv 1x1 → 8 of conv1"
        assert cells(text, "sum1")["what"] == "sum of conv2, conv3"

    @pytest.mark.parametrize(
        ("number", "words"),
        [(0, "0"), (999, "999"), (1000, "1.00k"), (12_345, "12.3k"), (999_499, "999k"), (999_500, "1.00M")],
    )
    def test_short_numbers(self, number, words):
        assert shortened(number) == words

    @given(st.integers(0, 10**30))
    def test_short_numbers_are_true_to_three_digits(self, number):
        match = re.fullmatch(r"([\d.,]+)([kMGTPE]?)", shortened(number))
        value = float(match[1].replace(",", "")) * 1000 ** " kMGTPE".index(match[2] or " ")
        assert abs(value - number) <= 0.005 * number
        if number < 10**20:
            assert len(shortened(number)) <= 5

    def test_bytes_and_fractions(self):
        assert [bytes_words(number) for number in (4, 1_161_600)] == ["4 B", "1.16 MB"]
        assert [fraction_words(*pair) for pair in ((3, 1), (6, 4), (1, 3), (125, 1000))] == ["3", "1.5", "1/3", "0.125"]


class TestRefusals:
    table = tabulate(alexnet(), (3, 60, 60), partial=True)

    def test_the_reason_stands_in_place_and_what_follows_is_not_reached(self):
        text = table_text(self.table)
        assert "input 3x60x60 -> none: pool3 does not fit" in text
        rows = text.split("\n\n")[1].splitlines()
        names = [row.split()[0] for row in rows]
        assert names[names.index("conv5") + 1 :][:3] == ["so", "!", "needs"]
        together = " ".join(" ".join(rows).split())
        assert "! pool3 max pool 3x3 s2: kernel 3 does not fit in input 2 with padding 0;" in together
        assert "not reached: fc1 to fc3 (4 layers)" in together
        assert "kernel 3 does not fit" in table_markdown(self.table)
        assert "kernel 3 does not fit" in table_html(self.table)

    def test_data_has_the_whole_sentence(self):
        data = table_data(self.table)
        assert data["refusal"].startswith("pool3: kernel 3 does not fit in input 2")
        assert [layer["name"] for layer in data["layers"]][-1] == "conv5"
        assert table_data(alexnet().table((3, 227, 227)))["refusal"] is None

    def test_the_very_first_layer(self):
        text = table_text(tabulate(alexnet(), (3, 5, 5), partial=True))
        assert "none: conv1 does not fit" in text
        assert table_csv(tabulate(alexnet(), (3, 5, 5), partial=True)).count("\n") == 1

    def test_skips_that_are_not_reached_are_not_called_unread(self):
        """What the joining layer would have read is no loss of the pooling's."""
        builder = ca.network.Builder()
        skip = builder.add(conv(3, padding=1))
        builder.add(pool(2))
        builder.add(up(2, stride=2))
        builder.add(Concatenation(), [skip, builder.at])
        table = tabulate(builder.build(), (1, 9, 9), partial=True)
        assert table.refusal is not None
        assert "Never read" not in table_text(table)


class TestUnknownLayers:
    def test_they_are_reported_in_place_with_a_warning(self):
        network = chain(conv(3), Unknown("Mystery\x1b[31m"), conv(3), warnings=["padding was taken to be 0"])
        text = table_text(network.table((1, 9, 9)))
        assert cells(text, "unknown1")["what"].startswith("unknown: Mystery\\x1b[31m")
        assert "\x1b" not in text
        assert "padding was taken to be 0" in words_of(text, "Warnings")
        assert "unknown1" in words_of(text, "Warnings")
        assert cells(text, "conv2")["output"] == "8x5x5"

    def test_names_are_on_one_line(self):
        text = table_text(chain(("two\nlines", conv(3)), title="a\ttitle").table((1, 9, 9)))
        assert "two\\nlines" in text
        assert text.startswith("a\\ttitle\n")


class Tags(HTMLParser):
    """Every tag is closed; the texts of rows and of everything else."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.texts = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, _):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


class TestFormats:
    nasty = chain(("a|b <i>&", conv(3)), ('=1+1, "x"', conv(3)), title="<script>", warnings=["<b> & |"])

    def test_html_is_whole_and_escaped(self):
        text = table_html(self.nasty.table((1, 9, 9)))
        parsed = Tags(text)
        assert {len(row) for row in parsed.rows} == {9}
        assert parsed.rows[1][0] == "a|b <i>&"
        assert "<script>" not in text
        assert "<b>" not in text
        assert "<b> & |" in parsed.texts

    def test_markdown_has_the_same_cells_in_every_row(self):
        text = table_markdown(self.nasty.table((1, 9, 9)))
        rows = [row for row in text.splitlines() if row.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {10}
        assert rows[2].startswith(r"| a\|b \<i>& |")
        assert rows[-1].startswith("| **total** |")

    def test_csv_has_every_layer_and_numbers_alone(self):
        table = alexnet().table((3, 227, 227))
        rows = list(csv.DictReader(io.StringIO(table_csv(table, flops=True))))
        assert len(rows) == len(table) == 13
        assert rows[0] == {
            "name": "conv1",
            "kind": "convolution",
            "what": "conv 11x11 s4 → 96",
            "output_shape": "96x55x55",
            "parameters": "34944",
            "weights": "34848",
            "biases": "96",
            "norm": "0",
            "macs": "105415200",
            "flops": "210830400",
            "memory": "1161600",
            "receptive_field_0": "11",
            "receptive_field_1": "11",
            "jump_0": "4",
            "jump_1": "4",
            "start_0": "5",
            "start_1": "5",
            "varies_0": "false",
            "varies_1": "false",
        }
        assert sum(int(row["macs"]) for row in rows) == 1_135_256_096

    def test_csv_of_names_with_commas_and_of_other_centres(self):
        rows = list(csv.DictReader(io.StringIO(table_csv(self.nasty.table((1, 9, 9)), centres="half-pixel"))))
        assert rows[1]["name"] == '=1+1, "x"'
        assert rows[0]["start_0"] == "1.5"

    def test_a_lost_axis_of_channels_can_be_seen(self):
        """Sizes alone are channels and one axis: 224x224 looks like an image, and is not."""
        assert "input 224x224 (224 channels of 224) -> output 8x222" in table_text(chain(conv(3)).table((224, 224)))


def read_by(size, kernel, stride, before, dilation, outputs):
    """The positions that windows read, walked one by one."""
    walked = {stride * o - before + dilation * t for o in outputs for t in range(kernel)}
    return walked & set(range(size))


LAYERS = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(1, 2), st.booleans())


def of(kernel, stride, padding, dilation, pooled):
    if pooled:
        return pool(kernel, stride=stride, padding=min(padding, kernel // 2), dilation=dilation)
    return conv(kernel, 1, stride=stride, padding=padding, dilation=dilation)


def unread_of(network, size):
    """{layer: (lost, between)}: positions of its input that it does not read, though a further window would, and those
    that none would; by walking. None where a layer does not fit."""
    found = {}
    for node in network.nodes[1:]:
        layer = node.operation.layer
        extent = size + 2 * layer.padding - layer.dilation * (layer.kernel_size - 1) - 1
        if extent < 0:
            return None
        count = extent // layer.stride + 1
        window = (size, layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        missing = set(range(size)) - read_by(*window, range(count))
        further = read_by(*window, range(count, count + size + 1))
        if missing:
            found[node.name] = (missing & further, missing - further)
        size = count
    return found


def loses(network, size):
    """Whether any layer loses a row to the floor, or does not even fit."""
    found = unread_of(network, size)
    return found is None or any(lost for lost, _ in found.values())


class TestAnyNetwork:
    """Networks of every operation, branches and all: every report of them is made, and is whole."""

    @settings(max_examples=150, deadline=None)
    @given(networks(), st.integers(20, 160), st.booleans(), st.booleans())
    def test_text_has_a_row_for_every_layer_and_fits(self, drawn, width, flops, every):
        table = drawn.network.table(drawn.input_shape)
        text = table_text(table, width, flops=flops, every=every)
        rows = text.split("\n\n")[1].splitlines()
        hidden = 0 if every else sum(type(row.node.operation) is Unchanged and not row.parameters for row in table.rows)
        assert len(rows) == len(table.rows) - hidden + 2
        assert max(map(len, rows)) <= max(width, 40)
        assert all(len(line) <= 80 for block in text.split("\n\n")[2:] for line in block.splitlines())
        assert text.isprintable() or set(re.findall(r"[^ -~]", text)) <= set("\n→×≈–·≥≠…")

    @settings(max_examples=60, deadline=None)
    @given(networks())
    def test_the_other_formats(self, drawn):
        table = drawn.network.table(drawn.input_shape)
        assert {len(row) for row in Tags(table_html(table, every=True)).rows} == {9}
        rows = [row for row in table_markdown(table, every=True).splitlines() if row.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {10}
        read = list(csv.DictReader(io.StringIO(table_csv(table))))
        assert [row["name"] for row in read] == [row.name for row in table.rows]
        assert sum(int(row["parameters"]) for row in read) == table.parameters
        table_data(table)

    @settings(max_examples=100, deadline=None)
    @given(networks(), st.data())
    def test_regions(self, drawn, data):
        table = drawn.network.table(drawn.input_shape)
        assume(table.rows)
        row = data.draw(st.sampled_from(table.rows))
        unit = [data.draw(st.integers(0, size - 1)) for size in table.trace.met[row.number].positions]
        text = region_text(drawn.network.unit(unit, row.name, drawn.input_shape))
        assert text.startswith(f"unit {','.join(map(str, unit))} of {row.name} reads, of the input (")
        assert max(map(len, text.splitlines())) <= 80
        position = [data.draw(st.integers(0, size - 1)) for size in drawn.input_shape[1:]]
        assert (
            max(map(len, region_text(drawn.network.reached(position, row.name, drawn.input_shape)).splitlines())) <= 80
        )

    @settings(max_examples=60, deadline=None)
    @given(networks(), st.lists(st.integers(1, 30), min_size=3, max_size=3))
    def test_where_it_does_not_fit(self, drawn, sizes):
        given_sizes = sizes[: len(drawn.input_shape) - 1]
        table = tabulate(drawn.network, (drawn.input_shape[0], *given_sizes), partial=True)
        text = table_text(table)
        assert (table.refusal is not None) == ("\n! " in text)
        assert len(Tags(table_html(table)).rows) >= 2


class TestUnread:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(LAYERS, min_size=1, max_size=4), st.integers(1, 40))
    def test_it_is_what_a_walk_does_not_meet(self, layers, size):
        network = chain(*[of(*layer) for layer in layers])
        expected = unread_of(network, size)
        found = trace(network, (1, size))
        assert (expected is None) == (found.refusal is not None)
        if expected is not None:
            told = [(each.layers[0], each.between, set(each.positions[0])) for each in unread(found)]
            walked = [(name, kind, missing[kind]) for name, missing in expected.items() for kind in (False, True)]
            assert told == [each for each in walked if each[2]]

    @settings(max_examples=150, deadline=None)
    @given(st.lists(LAYERS, min_size=1, max_size=3), st.integers(1, 60))
    def test_every_mend_mends_it_and_there_is_none_nearer(self, layers, size):
        network = chain(*[of(*layer) for layer in layers])
        assume(unread_of(network, size) is not None)
        told = mends(trace(network, (1, size))).found
        good = [n for n in range(1, 4 * size + 200) if not loses(network, n)]
        above = min([n for n in good if n > size], default=None)
        below = max([n for n in good if n < size], default=None)
        sizes = [mend.input_shape[1] for mend in told if not mend.layer]
        assert sizes == ([n for n in (above, below) if n is not None] if loses(network, size) else [])
        for mend in told:
            if mend.layer:
                assert mend.layer == "conv1"
                assert mend.input_shape == (1, size)
                assert mend.output_shape == trace(network, (1, above)).output_shape

    def test_alexnet_at_224_says_where_and_what_to_do(self):
        text = table_text(alexnet().table((3, 224, 224)))
        never = words_of(text, "Never read")
        assert "conv1 (224 - 11)/4 leaves 1: the last row and column of its input (224x224)" in never
        mend = words_of(text, "What mends it")
        assert "input 3x227x227 3 more: conv1 makes 96x55x55, pool3 makes 256x6x6" in mend
        assert "padding 2 in conv1: conv1 makes 96x55x55, pool3 makes 256x6x6" in mend
        assert "any input n = 3 mod 32, n ≥ 67" in mend

    @pytest.mark.parametrize("shape", [(3, 227, 227), (3, 67, 99)])
    def test_nothing_is_said_where_all_is_read(self, shape):
        text = table_text(alexnet().table(shape))
        assert "Never read" not in text
        assert "mends" not in text

    def test_padding_that_goes_unread_is_no_loss(self):
        """224 with 7×7, stride 2 and padding 3, as a ResNet has it: one row of the padding is left."""
        assert unread(trace(chain(conv(7, stride=2, padding=3)), (3, 224, 224))) == ()
        assert unread(trace(chain(Padding(3, "reflect"), conv(7, stride=2)), (3, 224, 224))) == ()
        assert unread(trace(chain(Padding(1), Unchanged("ReLU"), conv(3, stride=2)), (3, 8, 8))) == ()
        assert len(unread(trace(chain(Padding(((2, 0),)), conv(3, stride=2)), (3, 8, 8)))) == 1

    def test_what_another_branch_reads_is_read(self):
        builder = ca.network.Builder()
        short = builder.add(conv(1, stride=2))
        builder.at = 0
        main = builder.add(conv(3, stride=2, padding=1))
        builder.add(Sum(), [main, short])
        assert unread(trace(builder.build(), (3, 56, 56))) == ()

    def test_both_branches_may_leave_it(self):
        builder = ca.network.Builder()
        begin = builder.add(conv(1))
        short = builder.add(conv(1, stride=2))
        builder.at = begin
        main = builder.add(conv(1, stride=2))
        builder.add(Sum(), [main, short])
        (one,) = unread(trace(builder.build(), (3, 56, 56)))
        assert one.layers == ("conv2", "conv3")
        assert str(one) == "28 of 56 rows and columns of their input (56x56), between windows of stride 2"
        assert mends(trace(builder.build(), (3, 56, 56))).found == ()

    @pytest.mark.parametrize(
        ("shape", "words"),
        [
            ((1, 8), "the last position of its input (8)"),
            ((1, 8, 7), "the last row of its input (8x7)"),
            ((1, 7, 8), "the last column of its input (7x8)"),
            ((1, 8, 8, 8), "the last slice and row and column of its input (8x8x8)"),
            ((1, 8, 7, 7, 7), "the last index along axis 0 of its input (8x7x7x7)"),
        ],
    )
    def test_what_it_is_called_along_each_axis(self, shape, words):
        (one,) = unread(trace(chain(conv(3, stride=2)), shape))
        assert str(one).endswith(words)

    def test_several_rows(self):
        lost, between = unread(trace(chain(conv(2, stride=4)), (1, 8, 9)))
        assert str(lost) == "the last column of its input (8x9)"
        assert str(between) == "4 of 8 rows and 4 of 9 columns of its input (8x9), between windows of stride 4"
        (one,) = unread(trace(chain(conv(3, stride=3)), (1, 8, 8)))
        assert str(one) == "(8 - 3)/3 leaves 2: the last 2 rows and columns of its input (8x8)"

    def test_padding_stands_in_the_formula(self):
        (one,) = unread(trace(chain(conv(5, stride=4, padding=1)), (1, 10, 10)))
        assert one.formula == "(10 + 2·1 - 5)/4 leaves 3"

    def test_many_of_them_are_not_all_told(self):
        text = table_text(chain(*[pool(2)] * 14).table((1, 2**15 - 1)))
        assert "and of 2 more layers" in words_of(text, "Never read")

    def test_a_table_does_not_wait_for_thousands_of_classes(self):
        assert mends(trace(chain(*[pool(2)] * 8), (1, 511))).found
        assert not mends(trace(chain(*[pool(2)] * 9), (1, 1023))).found

    def test_data_for_programs(self):
        data = table_data(alexnet().table((3, 224, 224)))
        assert data["unread"][0] == {"layers": ["conv1"], "of": [224, 224], "count": [1, 1], "between": False}
        assert data["mends"][-1] == {
            "input_shape": [3, 224, 224],
            "output_shape": [1000],
            "layer": "conv1",
            "padding": 2,
        }
        assert [mend["input_shape"] for mend in data["mends"][:2]] == [[3, 227, 227], [3, 195, 195]]


class TestRegions:
    def test_a_unit_in_a_corner(self):
        text = region_text(
            chain(conv(3, stride=2, padding=1), conv(3, stride=2, padding=1)).unit((0, 1), None, (3, 9, 9))
        )
        assert text.splitlines() == [
            "unit 0,1 of conv2 reads, of the input (9x9)",
            "  rows     0 to 3, 4 in all; if nothing were clipped -3 to 3, 7 in all",
            "  columns  1 to 7, 7 in all",
            "  centre   0,4 as indices from 0, if nothing is clipped",
            "  read     28 positions",
        ]

    def test_other_centres(self):
        region = chain(conv(3)).unit((0,), None, (1, 5))
        assert "centre     1 as indices from 0" in region_text(region)
        assert "centre     1.5 where the first pixel is at 0.5" in region_text(region, "half-pixel")

    def test_gaps(self):
        text = region_text(chain(conv(3, dilation=2)).unit((0,), None, (1, 5)))
        assert "0 to 4, 3 of these 5" in text
        assert "3 positions" in text

    def test_what_padding_alone_gives(self):
        text = region_text(chain(conv(1, padding=2)).unit((0, 0), None, (1, 5, 5)))
        assert text.splitlines()[1] == "  nothing: all that it would read is padding"

    def test_what_one_position_reaches(self):
        network = chain(conv(3, stride=2, padding=1))
        text = region_text(network.reached((1, 2), None, (1, 8, 8)))
        assert text.splitlines() == [
            "position 1,2 of the input reaches, of conv1 (4x4)",
            "  rows     0 to 1, 2 in all",
            "  columns  1, 1 in all",
            "  reached  2 units",
        ]
        lost = region_text(chain(conv(1, stride=2)).reached((1, 1), None, (1, 4, 4)))
        assert "no unit: none of them reads it" in lost

    def test_a_cross_is_no_rectangle(self):
        """A horizontal and a vertical kernel: 5 + 5 - 1 positions of the 25 that their rows and columns cross in."""
        builder = ca.network.Builder()
        first = builder.add(conv((1, 5), padding=(0, 2)))
        builder.at = 0
        second = builder.add(conv((5, 1), padding=(2, 0)))
        builder.add(Sum(), [first, second])
        text = region_text(builder.build().unit((4, 4), None, (1, 9, 9)))
        assert "read     9 positions of the 25 that these rows and columns cross in" in text

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.tuples(st.integers(1, 127), st.integers(1, 127), st.integers(1, 127)), min_size=1, max_size=5))
    def test_positions_are_counted_once(self, boxes):
        from convarith.network.regions import Region

        region = Region("conv1", (0, 0, 0), "input", (7, 7, 7), tuple(boxes), (None,) * 3)
        every = [(a, b, c) for a in range(7) for b in range(7) for c in range(7)]
        number = sum(position in region for position in every)
        assert re.search(rf"read +{number} position", region_text(region))


class TestFits:
    unet = chain(conv(3, padding=1), pool(2), pool(2))

    def test_both_axes_at_once_where_they_are_alike(self):
        text = fits_report(self.unet.fits((1, 30, 30)))
        assert text.startswith("Every axis: the input size n\n  runs")
        assert text.count("runs  ") == 1
        assert "32 (pad by 2)" in text

    def test_each_for_itself_where_they_are_not(self):
        text = fits_report(self.unet.fits((1, 30, 32)))
        assert [line for line in text.splitlines() if line.startswith("Axis")] == [
            "Axis 0 (height): the input size n",
            "Axis 1 (width): the input size n",
        ]

    def test_the_inputs_for_an_output(self):
        """Two poolings by 2: 7 comes of 28 to 31."""
        assert "pool2 has 7 for n = 28 to 31" in fits_report(self.unet.fits((1, 30, 30)), (7,))
        both = fits_report(self.unet.fits((1, 30, 30)), (7, 8))
        assert "pool2 has 7 along axis 0 for n = 28 to 31" in both
        assert "pool2 has 8 along axis 1 for n = 32 to 35" in both
        data = fits_data(self.unet.fits((1, 30, 30)), (7, 8))
        assert [(each["output"], each["axes"]) for each in data[0]["inputs"]] == [(7, [0]), (8, [1])]
        with pytest.raises(ca.ParameterError, match="wanted output 7x7x7 has 3 sizes, and there are 2 axes"):
            fits_report(self.unet.fits((1, 30, 30)), (7, 7, 7))

    @pytest.mark.parametrize("shape", [(3, 224, 224), (3, 30, 400), (3, 67, 67)])
    def test_no_line_is_wider_than_80_columns(self, shape):
        assert max(map(len, fits_report(alexnet().fits(shape), (6,)).splitlines())) <= 80
