"""What cannot be read: one sentence that says where, what, and which word was probably meant."""

from __future__ import annotations

import pytest

from convarith import ParameterError
from convarith.network.readers.notation import parse

REFUSED = [
    # slips
    ("3-1Conv64 -> 3-2MaxPol", "at character 14, layer 2: '3-2MaxPol' is no layer; did you mean MaxPool, as in 3-2"),
    ("Rleu", "at character 1, layer 1: 'Rleu' is no layer; did you mean ReLU? A layer of that name is Unknown(Rleu)"),
    ("3Conv64 (Rleu)", "at character 10, layer 2: 'Rleu' is no layer; did you mean ReLU? A layer of that name is "),
    ("MaxPol(2)", "'MaxPol(2)' is no layer; did you mean MaxPool, as in 3-2MaxPool?"),
    ("Droppout", "'Droppout' is no layer; did you mean Dropout?"),
    ("Batchnrom", "'Batchnrom' is no layer; did you mean BN?"),
    ("GlobalAvgPol", "'GlobalAvgPol' is no layer; did you mean GlobalAvgPool?"),
    ("Upsampel2", "'Upsampel2' is no layer; did you mean Upsample, as in Upsample2?"),
    ("3-1-1Cnov64", "'3-1-1Cnov64' is no layer; did you mean Conv, as in 3-1-1Conv64?"),
    ("3-1-1Foo64", "'3-1-1Foo64' is no layer; did you mean Conv"),
    ("3-1-1Frobnicate64", "'3-1-1Frobnicate64' is no layer; layers are written as 3-1-1Conv64, 4-2-1ConvT64"),
    ("cta(3Conv4 | )", "at character 1, layer 1: 'cta' joins no branches; did you mean cat?"),
    ("foo(3Conv4 | )", "'foo' joins no branches; what does is res, sum, add, cat, concat, mul, "),
    ("3Conv64 nobais", "at character 9, layer 1: 'nobais' means nothing after Conv; did you mean nobias?"),
    ("3Conv64 smae", "'smae' means nothing after Conv; did you mean same?"),
    ("a: 3Conv4 -> 3Conv4 -> cat( | @b)", "at character 31: no layer has the label 'b'; known are input, a, and a"),
    ("skip: 3Conv4 -> ReLU -> cat( | @skpi)", "no layer has the label 'skpi'; did you mean 'skip'?"),
    # a layer that lacks something, or has one thing too many
    ("Conv64", "'Conv64' says no kernel size; write it as 3-1-1Conv64"),
    ("3Conv", "'3Conv' says no number of features; write it as 3-1-1Conv64"),
    ("3Conv6a", "'3Conv6a' has '6a' where its number of features stands; write it as 3-1-1Conv64"),
    ("FC", "'FC' says no number of features; write it as FC4096"),
    ("AvgPool", "'AvgPool' says no kernel size; write it as 3-2AvgPool"),
    ("MaxPool2", "'MaxPool2' has its size behind it; write it before the word, as 3-2MaxPool"),
    ("2MaxPool64", "'2MaxPool64' has '64' behind its word, which it takes no number after"),
    ("pool5", "'pool5' does not say which pooling it is; write it as 3-2MaxPool or 3-2AvgPool"),
    ("3DWConv64", "'3DWConv64' has as many features as channels come in; leave the number out; x2 gives two for each"),
    ("3Flatten", "'3Flatten' has numbers before its word, where it takes none; write it as Flatten"),
    ("Upsample", "'Upsample' says no factor; write it as Upsample2"),
    ("AdaptiveAvgPool", "'AdaptiveAvgPool' says no output size; write it as AdaptiveAvgPool7x7"),
    ("Pad", "'Pad' says no padding; write it as Pad1"),
    ("Padx", "'Padx' is no layer; did you mean Pad, as in Pad1?"),
    ("PixelShuffle2x2", "'PixelShuffle2x2' has a factor for each axis; give one for all, as PixelShuffle2"),
    ("Conv2d(3, 64, 3)", "'Conv2d' has numbers in parentheses behind it; here sizes stand about the word, as "),
    ("3Conv64 (3)", "'3Conv64' has numbers in parentheses behind it"),
    ("3-1Conv2d", "'3-1Conv2d' is a framework's word; here sizes stand before and after it, as 3-1-1Conv64"),
    ("3--1Conv64", "'3--1Conv64' says a padding and no stride, which stands before it"),
    ("3-1-1Conv64 p2", "'3-1-1Conv64' says the padding twice; keep one of them"),
    ("3-1Conv64 s2", "'3-1Conv64' says the stride twice; keep one of them"),
    ("3Conv64 same half", "'3Conv64' has both half and same; keep one of them"),
    ("3Conv64 d2 d3", "at character 12, layer 1: 'd3' says again what was said of Conv before; keep one of them"),
    ("3Conv64 nobias bias", "'3Conv64' has both bias and nobias; keep one of them"),
    ("3Conv64 d", "at character 9, layer 1: 'd' after Conv lacks its number; write d2 (dilation)"),
    ("3Conv64 g2x2", "g2x2 after Conv is one number, not one for each axis"),
    ("3Conv64 d=x", "'x' is no number; give one as 3, or one for each axis as 3x5"),
    ("3Conv64 p=blue", "'blue' is no padding; give it as 1, 0:1 (before:after) or 1x2 (for each axis), or "),
    ("3Conv64 a1", "'a1' means nothing after Conv; what does is s2 (stride), "),
    ("Flatten d2", "'d2' means nothing after Flatten, which has no words behind it; leave it out"),
    ("ReLU d2", "'d2' means nothing after a layer that changes nothing; what does is w64 (parameters)"),
    ("ReLU w=x", "wx is no number of parameters; write it as w64"),
    ("3Conv64 reflect", "'3Conv64' has reflect and no padding; leave reflect out"),
    ("3-1-1Conv64 reflect e2", "'3-1-1Conv64' has reflect and an input dilation; leave reflect out"),
    ("3-2-sameConv64 reflect", "padding same with stride 2 depends on the input; give it in numbers, as 0:1"),
    ("3×3, 64, 128", "'3x3 64 128' says 64 and 128 as its features; write it as 3x3, 64"),
    ("224x224x3 -> 3Conv4", "write it as 3x3, 64, and the shape of an input as input 3x224x224"),
    ("3×3 max pool, C=2", "'3x3 max pool C=2' has groups, which a pooling has not; leave them out"),
    ("[3×3, 64, stride 2; 3×3×3, 64] × 2", "the kernels of a residual block are of different numbers of axes"),
    # what the layers themselves refuse
    ("3-0Conv64", "at character 1, layer 1: stride 0 is below 1; the smallest stride is 1"),
    ("ReLU -> 3x3-1x1x1Conv64", "at character 9, layer 2: kernel_size is given for 2 axes and stride for 3; "),
    ("4-2-1ConvT64 a5", "output_padding 5 with stride 2 and dilation 1 is out of range; it can be 0 to 1"),
    ("3ConvT64 p1 same", "'3ConvT64' has both p and same; keep one of them"),
    ("3ConvT64 same", "padding 'same' depends on the input of the direct convolution; take "),
    ("3Conv63 g2", "63 features are not divisible by 2 groups; give a multiple of 2, as 64"),
    ("Unflatten512", "unflatten needs channels and at least one axis"),
    ('" "', "at character 1, layer 1: name is empty; give it a word"),
    # what stands beside one another
    ("3Conv64 2MaxPool", "at character 9, layer 1: '2MaxPool' is a layer of its own; put -> before it"),
    ("3Conv64 ReLU", "'ReLU' is a layer of its own; put -> before it, or parentheses around it"),
    ("3Conv64 BN", "'BN' is a layer of its own; put -> before it"),
    ("3Conv64 + ReLU", "at character 9, layer 1: '+' is no word of this notation; put -> between layers"),
    ("Frob nicate", "'Frob nicate' is no layer; put -> between layers; "),
    ("2 x 3Conv64", "'2 x 3Conv64' is repeated without parentheses; write 2 x (3Conv64)"),
    ("3Conv64 x 2", "at character 9, layer 1: 'x' repeats no single layer; write 2 x (...) about it"),
    ("conv1:3Conv64", "'conv1:3Conv64' has no space behind its label; write conv1: 3Conv64"),
    ("3Conv64, nobias", "at character 10, layer 2: 'nobias' belongs to a layer; put it behind one, after a space"),
    ("3Conv64 -> d2", "'d2' belongs to a layer"),
    ("res -> 3Conv4", "'res' joins branches, which stand in parentheses behind it, as res(3-1-1Conv64 | )"),
    ("ReLU -> input 3x2x2", "the input goes first, as input 3x224x224; to go on from it later, write @input"),
    ("input 3", "at character 7: '3' is no shape of an input; give channels and sizes of at least 1, as input 3x"),
    ("input 3x0x2 -> ReLU", "'3x0x2' is no shape of an input; give channels and sizes of at least 1"),
    # arrows
    ("", "at character 1: there are no layers; write some, as 3-1-1Conv64 -> 2MaxPool -> FC10"),
    (" # nothing", "there are no layers"),
    ("-> 3Conv4", "at character 1: nothing stands before this arrow; put a layer there, or drop it"),
    ("3Conv4 -> -> ReLU", "at character 11: nothing stands before this arrow; put a layer there, or drop it"),
    ("3Conv4 ->", "at character 8: nothing stands after this arrow; put a layer there, or drop it"),
    ("cat(3Conv4, | 3Conv4)", "at character 11: nothing stands after this ','; put a layer there, or drop it"),
    ("(3Conv4) ReLU", "at character 10: 'ReLU' follows without an arrow; put -> before it"),
    ("3Conv4 [ReLU]", "at character 8: '[' follows without an arrow; put -> before it"),
    # parentheses
    ("(3Conv4", "at character 1: this ( is never closed; put ) where it ends"),
    ("3Conv4 (ReLU", "at character 8: this ( is never closed; put ) where it ends"),
    ("3Conv4)", "at character 7: ')' closes or parts nothing; leave it out"),
    ("3Conv4 | ReLU", "at character 8: '|' closes or parts nothing; leave it out"),
    ("(3Conv4]", "at character 8: ']' closes what '(' opened; put ')' there"),
    ("()", "at character 1: nothing stands in these parentheses; put a layer there, or drop them"),
    ("(3Conv4 | ReLU)", "at character 9: a | parts branches, and this is none; name what joins them, as res(a | b)"),
    ("3Conv4 (FC10)", "at character 8: only activations, dropout, normalization and the like stand in parentheses"),
    ("mul(3Conv4)", "at character 1, layer 1: mul has one branch; give two, as mul(3-1-1Conv64 | ), where an empty"),
    ("cat()", "cat has one branch; give two"),
    ("crop(3Conv4 | | )", "crop has 3 branches; give two, first what is cropped and then what has the size"),
    # repeats
    ("0 x (ReLU)", "nothing can be repeated 0 times; give at least 1, or leave it out"),
    ("3 (ReLU)", "'3' stands before parentheses without an x; write 3 x (...)"),
    ("(ReLU) x", "at character 8: an x behind parentheses lacks its number; write it as (...) x 3"),
    ("2 x (ReLU) x 3", "the repeats are said both before and behind the parentheses; keep one of them"),
    ("3Conv4 (ReLU) x 3", "at character 8: it is unclear whether the layer before these parentheses is repeated, too"),
    ("3 x (a: ReLU)", "at character 6: the label 'a' would be given to 3 layers; take it out of what is repeated"),
    ("[a: 3×3, 4; 3×3, 4] × 2", "at character 2: the label 'a' would be given to 2 layers"),
    # labels and references
    ("a: 3Conv4 -> a: ReLU", "at character 14: the label 'a' is there already; give each layer a name of its own"),
    ("input: 3Conv4", "at character 1: the label 'input' is there already"),
    ("a: b: 3Conv4", "at character 4: 'b:' is a second label before one layer; keep one of them"),
    ("a:", "the label 'a' stands before nothing; put its layer after the colon"),
    ("a: (3Conv4)", "the label 'a' stands before parentheses; put it before one layer"),
    ("a: @input", "the label 'a' stands before a reference; put it before a layer"),
    ('"": 3Conv4', "at character 1: a label needs a name; write one before the colon"),
    ("3Conv4 -> @a -> a: ReLU", "at character 11: '@a' comes before the layer with that label; a reference goes back"),
    ("3Conv4 -> @input", "the text ends with a reference, and what a network gives is its last layer; put a "),
    ("3Conv4 -> @ -> ReLU", "at character 11: '@' is no reference; write @ and a label, as @skip, or @\"any name\""),
    ('3Conv4 -> "Re', "at character 11: a \" begins a name in quotes that is never closed"),
    # more than there may be
    ("100001 x (ReLU)", "at character 1: 100001 repeats are too many; 100000 layers are the most that are read"),
    ("50000 x (ReLU -> ReLU -> ReLU)", "this is repeated into 150000 layers; 100000 are the most that are read"),
    ("100000 x (100000 x (@input))", "this is repeated into 10000000000 layers; 100000 are the most that are read"),
    ("60000 x (ReLU) -> 60000 x (ReLU)", "these are 120000 layers; 100000 are the most that are read"),
    ("(" * 51 + "ReLU" + ")" * 51, "at character 51: parentheses are in one another more than 50 deep; give inner "),
    ("3Conv" + "9" * 401, "the number 99999999999999999999... has 401 digits; 400 are the most that are read"),
    ("9" * 4500 + " x (ReLU)", "99999999999999999999 repeats are too many"),
    ("input 3x" + "9" * 4500, "is no shape of an input"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[text[:40] for text, _ in REFUSED])
def test_what_cannot_be_read_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(ParameterError) as refused:
        parse(text)
    message = str(refused.value)
    assert sentence in message
    assert message.startswith("at ")
    assert "\n" not in message
    assert refused.value.__cause__ is None


def test_lines_are_counted_where_there_are_several():
    with pytest.raises(ParameterError, match=r"^at line 3, character 4, layer 2: 'Rleu' is no layer") as refused:
        parse("3Conv64 -> # first\n\n   Rleu")
    assert (refused.value.line, refused.value.character, refused.value.layer) == (3, 4, 2)


def test_numbers_of_a_refusal_are_kept():
    with pytest.raises(ParameterError) as refused:
        parse("3-1Conv63 g2")
    assert (refused.value.features, refused.value.groups, refused.value.character) == (63, 2, 1)


@pytest.mark.parametrize("given", [None, 3, b"3Conv64", ["3Conv64"]])
def test_only_text_is_read(given):
    with pytest.raises(ParameterError, match="a network is told in text; got"):
        parse(given)


def test_long_pieces_are_cut_where_they_are_quoted():
    for text in ("x:" * 5000, "{" * 5000, "3Conv" + "a" * 5000, "@" * 5000, "ReLU " * 5000, "Rleu(" + "1" * 5000 + ")"):
        with pytest.raises(ParameterError) as refused:
            parse(text)
        assert len(str(refused.value)) < 400


def test_what_is_advised_is_read():
    advised = (
        "3-2MaxPool", "Unknown(Rleu)", "3-1-1Conv64", "2 x (3Conv64)", "conv1: 3Conv64", "res(3-1-1Conv64 | )",
        "FC4096", "input 3x224x224", "3-1-1Conv64 -> 2MaxPool -> FC10", "AdaptiveAvgPool7x7", "3x3, 64", "PReLU w64",
    )  # fmt: skip
    for text in advised:
        parse(text)
