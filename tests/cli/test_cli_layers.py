"""``conv``, ``pool`` and ``transpose``: the answers of the documented examples, as text and as JSON."""

from __future__ import annotations

import pytest
from run_words import data_of, lines_of, output_of

import convarith as ca

KEYS = [
    "layer",
    "input_shape",
    "output_shape",
    "relationship",
    "dilated",
    "formula",
    "lines",
    "unused",
    "cropped",
    "notes",
    "input_shapes",
]


class TestAPaddedStridedConvolution:
    """The layer of Figure 2.7."""

    words = "conv 6x6 -k 3 -s 2 -p 1"

    def test_the_size_the_relationship_and_the_numbers_put_in(self):
        lines = lines_of(self.words)
        assert lines[:2] == ["Conv(kernel_size=3, stride=2, padding=1)", "input 6x6 -> output 3x3"]
        assert "Relationship 6: any padding, any stride" in lines
        assert "o = ⌊(i + 2p - k)/s⌋ + 1" in lines
        assert "axis 0 (height) o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3" in lines
        assert "axis 1 (width) o = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3" in lines

    def test_what_is_unread_and_who_else_gives_it(self):
        lines = lines_of(self.words)
        assert "each axis 1 of 8 padded positions, after the last window; none of them" in lines
        assert lines[lines.index("Inputs that give the same output") + 1] == "each axis 5 to 6"

    def test_as_json(self):
        data = data_of(self.words)
        assert list(data) == KEYS
        assert data["layer"] == "Conv(kernel_size=3, stride=2, padding=1)"
        assert (data["input_shape"], data["output_shape"]) == ([6, 6], [3, 3])
        assert (data["relationship"], data["dilated"]) == (6, False)
        assert data["formula"] == "o = ⌊(i + 2p - k)/s⌋ + 1"
        assert data["unused"] == [{"before": 0, "between": 0, "after": 1, "input": 0}] * 2
        assert data["input_shapes"] == [[5, 6], [5, 6]]
        assert data["lines"] == [
            {
                "name": "output",
                "axis": axis,
                "formula": "o = ⌊(i + 2p - k)/s⌋ + 1",
                "substituted": "⌊(6 + 2·1 - 3)/2⌋ + 1",
                "value": 3,
            }
            for axis in (0, 1)
        ]


class TestThePoolingThatRoundsUp:
    words = "pool 112x112 -k 3 -s 2 -p 1"

    def test_rounded_down_it_gives_56_by_the_guides_relationship_6(self):
        lines = lines_of(self.words)
        assert "input 112x112 -> output 56x56" in lines
        assert "Relationship 6: any padding, any stride" in lines

    def test_rounded_up_it_gives_57_by_none_of_them(self):
        lines = lines_of(f"{self.words} --ceil")
        assert "input 112x112 -> output 57x57" in lines
        assert "None of the guide's relationships; the general rule" in lines
        assert "axis 0 (height) o = ⌈(112 + 2·1 - 3)/2⌉ + 1 = 57" in lines
        assert "each axis nothing, every padded position is read" in lines

    def test_as_json(self):
        data = data_of(f"{self.words} --ceil")
        assert list(data) == KEYS
        assert data["relationship"] is None
        assert data["output_shape"] == [57, 57]
        assert data["input_shapes"] == [[112, 113], [112, 113]]

    def test_the_stride_is_the_kernel_size_unless_given(self):
        assert data_of("pool 6x6 -k 2")["output_shape"] == [3, 3]
        assert data_of("pool 6x6 -k 2 -s 1")["output_shape"] == [5, 5]
        assert data_of("pool 6x6 -k 2")["relationship"] == 7


class TestATransposedConvolution:
    """The layer of Figure 4.7."""

    words = "transpose 3x3 -k 3 -s 2 -p 1 -a 1"

    def test_the_size_and_the_whole_equivalent_convolution(self):
        text = " ".join(output_of(self.words).split())
        for part in (
            "input 3x3 -> output 6x6",
            "Relationship 14",
            "o' = s(i' - 1) + a + k - 2p",
            "o' = 2·(3 - 1) + 1 + 3 - 2·1 = 6",
            "Between neighbouring inputs put 1 zero: 3x3 becomes 5x5.",
            "Pad 1 before and 2 after (1 of them the added zeros a): it becomes 8x8.",
            "Convolve with the 3x3 kernel rotated by 180°, stride 1: 6x6 comes out.",
            "Conv(kernel_size=3, stride=2, padding=1) on input 6x6",
        ):
            assert part in text

    def test_as_json(self):
        data = data_of(self.words)
        assert list(data) == [*KEYS, "equivalent", "direct"]
        assert data["relationship"] == 14
        assert data["output_shape"] == [6, 6]
        assert data["equivalent"] == {
            "stretched_shape": [5, 5],
            "inserted_zeros": [1, 1],
            "kernel_size": [3, 3],
            "padding": [[1, 2], [1, 2]],
            "dilation": [1, 1],
            "rotated": True,
        }
        assert data["direct"] == "Conv(kernel_size=3, stride=2, padding=1)"
        assert data["input_shapes"] == [[3, 3], [3, 3]]

    def test_a_size_that_no_input_gives_has_an_empty_list(self):
        """With stride 2 the outputs are odd; what an input of 3 gives, only 3 gives."""
        assert data_of("transpose 3 -k 3 -s 2 -p 1")["input_shapes"] == [[3, 3]]


SPELLINGS = {
    "conv 9x9 -k 3x5 -s 2x1 -p 1x2": ca.Conv((3, 5), stride=(2, 1), padding=(1, 2)),
    "conv 9x9 -k 3X5 -s 2×1 -p 1X2": ca.Conv((3, 5), stride=(2, 1), padding=(1, 2)),
    "conv 9x9 -k 3 -p 0:1": ca.Conv(3, padding=((0, 1),)),
    "conv 9x9 -k 3 -p 0:1x1:1": ca.Conv(3, padding=((0, 1), (1, 1))),
    "conv 9x9 -k 3 -p 0:1x2": ca.Conv(3, padding=((0, 1), 2)),
    "conv 9x9 -k 3 -p 0:1X2": ca.Conv(3, padding=((0, 1), 2)),
    "conv 9x9 -k 3 -p 2×0:1": ca.Conv(3, padding=(2, (0, 1))),
    "conv 9x9 -k 3 -p 0:1X1:2": ca.Conv(3, padding=((0, 1), (1, 2))),
    "conv 9x9 -k 3 -p 0:1×1:2": ca.Conv(3, padding=((0, 1), (1, 2))),
    "conv 9x9 -k 3 -p -1": ca.Conv(3, padding=-1),
    "conv 9x9 -k 3 -p -1x+2": ca.Conv(3, padding=(-1, 2)),
    "conv 9x9 -k 3 -p -1:2": ca.Conv(3, padding=((-1, 2),)),
    "conv 9x9 -k 3 -p same": ca.Conv(3, padding="same"),
    "conv 9x9 -k 3 -p same_lower -s 2": ca.Conv(3, stride=2, padding="same_lower"),
    "conv 9x9 -k 3 -p validxfull": ca.Conv(3, padding=("valid", "full")),
    "conv 9x9 -k 3 -p halfx0:1": ca.Conv(3, padding=("half", (0, 1))),
    "conv 9x9 -k 3 -p causal -d 2": ca.Conv(3, padding="causal", dilation=2),
    "conv 9x9 -k 3 -d 2x1 -e 1x3": ca.Conv(3, dilation=(2, 1), input_dilation=(1, 3)),
    "conv 9x9 --kernel-size 3 --stride 2 --padding 1 --dilation 2 --input-dilation 2": ca.Conv(
        3, stride=2, padding=1, dilation=2, input_dilation=2
    ),
    "pool 9x9 -k 3x2 --ceil": ca.Pool((3, 2), ceil_mode=True),
    "pool 9x9 -k 3x2 -s 1 -d 2": ca.Pool((3, 2), stride=1, dilation=2),
    "transpose 9x9 -k 3 -s 2x3 -a 1x2": ca.ConvTranspose(3, stride=(2, 3), output_padding=(1, 2)),
    "transpose 9x9 -k 3 -p -1:0 --output-padding 0": ca.ConvTranspose(3, padding=((-1, 0),)),
    "transpose 9x9 -k 3 -p full": ca.ConvTranspose(3, padding="full"),
}


@pytest.mark.parametrize("words", SPELLINGS)
def test_every_spelling_is_the_layer_it_says(words):
    data = data_of(words)
    assert eval(data["layer"], vars(ca)) == SPELLINGS[words]
    assert data["output_shape"] == list(SPELLINGS[words].output_shape((9, 9)))


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        ("conv 5 -k 3", [3]),
        ("conv 6X7 -k 3", [4, 5]),
        ("conv 6×7 -k 3", [4, 5]),
        ("conv 4x5x6 -k 3", [2, 3, 4]),
        ("conv 3x3x3x3 -k 2", [2, 2, 2, 2]),
        ("conv ' 5 ' -k 3", [3]),
        (f"conv {2**60} -k 3", [2**60 - 2]),
        ("conv 16000 -k 2 -d 512 -p causal", [16000]),
        ("conv 224x224 -k 7 -s 2 -p 3", [112, 112]),
        ("conv 6x8 -k 3x5 -s 2x1 -p 0:1x2:2", [3, 8]),
        ("transpose 7x7 -k 4 -s 2 -p 1", [14, 14]),
        ("transpose 2x2 -k 3", [4, 4]),
    ],
)
def test_sizes_and_what_comes_out_of_them(words, shape):
    """By hand: causal keeps 16000; (6 + 1 - 3)//2 + 1 = 3 and 8 + 4 - 5 + 1 = 8; 2·6 - 2 + 4 = 14."""
    assert data_of(words)["output_shape"] == shape


def test_relationship_15_stands_beside_the_other():
    data = data_of("conv 7x7 -k 3 -d 2")
    assert (data["relationship"], data["dilated"], data["output_shape"]) == (1, True, [3, 3])
    assert [line["value"] for line in data["lines"] if line["name"] == "span"] == [5, 5]
    assert "Relationship 1: no padding, unit stride; Relationship 15: k̂ for k" in lines_of("conv 7x7 -k 3 -d 2")
