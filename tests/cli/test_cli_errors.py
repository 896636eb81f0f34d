"""Errors: one sentence on standard error, an exit code that says whose fault it is, and never a traceback."""

from __future__ import annotations

import errno
import os

import pytest
from run_words import process, run

import convarith as ca
from convarith.arithmetic import explanation

DIGITS = "9" * 5000

IMPOSSIBLE = {
    "conv 5 -k 7": "kernel 7 does not fit in input 5 with padding 0; it needs padding of at least 1 on each side, or a "
    "kernel of at most 5",
    "conv 9x5 -k 7": "axis 1 (width): kernel 7 does not fit in input 5 with padding 0; it needs padding of at least 1 "
    "on each side, or a kernel of at most 5",
    "conv 6x6 -k 3x3x3": "the layer has 3 axes and the input_shape (6, 6) has 2",
    "conv 6x6x6 -k 3 -s 2x1": "the layer has 2 axes and the input_shape (6, 6, 6) has 3",
    "conv 5 -k 2 -p -3": "does not fit in input 5",
    f"conv 5 -k {2**70}": f"kernel {2**70} does not fit in input 5",
    "pool 3x3 -k 9 -s 1 --ceil": "kernel 9 does not fit",
    "transpose 1 -k 1 -p 5": "leaves an output of -9, below 1",
    "matrix 2 -k 3": "kernel 3 does not fit in input 2",
    "solve conv --input 6x6 --output 3 -k 3": "has 2 axes and output_shape (3,) has 1",
    "conv 6x6 --framework torch -k 9": "(PyTorch: kernel size can't be greater than actual input size)",
    "transpose 5 --framework tensorflow -k 3 -s 2 --output-shape 11": "output size 11 does not come from input 5",
    "conv 0 --framework torch -k 3": "the input has size 0; it needs at least 3 (PyTorch: only zero batch",
    "code 'conv -k 9' --input 5 --to torch": "kernel 9 does not fit in input 5 with padding 0",
    "code 'conv -k 9' --input 5": "kernel 9 does not fit in input 5 with padding 0",
    "network nin --mirror": "which no output_padding takes back; leave out ceil_mode",
}

MISUSED = {
    "conv 0 -k 3": "0 is below 1",
    "conv -- -1 -k 3": "Missing option",
    "conv -k 3 -- -1": "-1 is below 1",
    "conv 6x0 -k 3": "0 is below 1",
    "conv 6 -k 0": "kernel_size 0 is below 1",
    "conv 6 -k -1": "kernel_size -1 is below 1",
    "conv 6 -k 3 -s 0": "stride 0 is below 1",
    "conv 6 -k 3 -s -2": "stride -2 is below 1",
    "conv 6 -k 3 -d 0": "dilation 0 is below 1",
    "conv 6 -k 3 -e 0": "input_dilation 0 is below 1",
    "conv 1.5 -k 3": "'1.5' is not a whole number",
    "conv 6 -k 1.5": "'1.5' is not a whole number",
    "conv 6 -k 1e3": "'1e3' is not a whole number",
    "conv 6 -k nan": "'nan' is not a whole number",
    "conv 6 -k 1_0": "'1_0' is not a whole number",
    "conv 6 -k ٣": "'٣' is not a whole number",
    "conv six -k 3": "in 'six', 'si' is not a whole number",
    "conv six-k -k 3": "is not a whole number",
    "conv '' -k 3": "'' is not a whole number",
    "conv 6x -k 3": "'' is not a whole number",
    "conv x6 -k 3": "'' is not a whole number",
    "conv 6xx6 -k 3": "'' is not a whole number",
    "conv '6 x 6' -k 3": "is not a whole number",
    "conv 6 -k 0x10": "0 is below 1",
    "conv 6 -k ''": "'' is not a whole number",
    f"conv {DIGITS} -k 3": "a number of 5000 digits is too long to read; write fewer",
    f"conv 6 -k 3 -p {DIGITS}": "a number of 5000 digits is too long to read; write fewer",
    f"conv 6 -k 3 -p 0:{DIGITS}": "a number of 5000 digits is too long to read; write fewer",
    "conv 6 -k 3 -p ''": "'' is no padding; write 1, 0:1 (before:after), or a name such as same",
    "conv 6 -k 3 -p 0:1:2": "'0:1:2' is no padding",
    "conv 6 -k 3 -p 1.5": "'1.5' is no padding",
    "conv 6 -k 3 -p :": "':' is no padding",
    "conv 6 -k 3 -p 1,2": "'1,2' is no padding",
    "conv 6 -k 3 -p sane": "did you mean 'same'?",
    "conv 6 -k 3 -p SAME_UPPER": "padding",
    "conv 6 -k 3x3 -s 2x2x2": "kernel_size is given for 2 axes and stride for 3",
    "conv 6": "Missing option '-k'",
    "conv -k 3": "Missing argument 'SIZE'",
    "conv 6 6 -k 3": "unexpected extra argument",
    "conv 6 -k": "requires an argument",
    "conv 6 -k 3 --ceil": "No such option",
    "conv 6 -k 3 --jsno": "No such option",
    "pool 6 -k 3 -e 2": "No such option",
    "transpose 3 -k 3 -s 2 -a 2": "output_padding 2 with stride 2 and dilation 1 is out of range; it can be 0 to 1",
    "transpose 3 -k 3 -a -1": "output_padding -1",
    "transpose 3 -k 3 -p same": "padding 'same' depends on the input of the direct convolution",
    "cnov 6 -k 3": "there is no command 'cnov'; did you mean 'conv'?",
    "poool 6 -k 3": "did you mean 'pool'?",
    "comapre 6 -k 3": "there is no command 'comapre'; did you mean 'compare'?",
    "conv 6 --framework keros -k 3": "unknown framework 'keros'; did you mean 'keras'? Known are torch, keras",
    "conv 6 -k 3 --framework": "Option '--framework' requires an argument",
    "conv 6 --framework torch": "Missing option '--kernel-size'",
    "conv 6 --framework torch -k 3 --strides 2": "No such option '--strides'",
    "conv 6 --framework torch -k 3 -s 2 -p same": "(PyTorch: padding='same' is not supported for strided convolutions)",
    "code 'conv -k 3' --input 0": "input size 0 is below 1",
    "conv 6 --framework torch -k 3 --gruops 2": "No such option '--gruops'",
    "pool 6 --framework torch -k 3 --operation conv": "unknown word 'conv'; known are max_pool, avg_pool, lp_pool",
    "pool 6 --framework keras -k 3 --operation lp_pool": "keras has no 'lp_pool' with windows; it has conv, ",
    "compare 6x6": "Missing option '-k'",
    "compare 6x6 -k 3 --same -p 1": "--same and --padding exclude each other; give one",
    "compare 6x6 -k 3 -p sane": "unknown padding 'sane'; did you mean 'same'?",
    "compare 6x6 -k 3 --only keros": "unknown framework 'keros'; did you mean 'keras'?",
    "compare 6x6 -k 3 --operation pool": "unknown word 'pool'; did you mean 'lp_pool'?",
    "compare 6x6 -k 3x3x3": "kernel_size (3, 3, 3) is for 3 axes and the input has 2",
    "compare 3 -k 5 -o none.gif": "no framework has an answer that could be drawn; leave -o out",
    "compare 6x6 -k 3 --same -o same.gfi": "unknown suffix '.gfi'",
    "compare 0 -k 3": "0 is below 1",
    "code": "Missing argument 'LAYER'",
    "code 'cnov -k 3'": "'cnov -k 3' begins with no layer; did you mean 'conv'? Known are conv, pool, transpose",
    "code ''": "'' begins with no layer; known are conv, pool, transpose",
    "code conv": "in 'conv': Missing option '-k' / '--kernel-size'",
    "code 'conv -k 3' --to keros": "unknown framework 'keros'; did you mean 'keras'?",
    "code 'conv -k 3' --operation avg_pool": "--operation says which pooling is meant, and this is a convolution",
    "code 'conv --framework keros -k 3'": "in 'conv --framework keros -k 3': unknown framework 'keros'",
    "code 'conv -k 3 -s 2 -p same' --to torch": "padding 'same' has no one call of torch for every input",
    "code 'conv -k 3 -s 2 -d 2' --to keras": "stride 2 and dilation 2 do not go together, on whatever axes",
    "zzzzzz": "known are conv, pool, transpose, solve, matrix, relationships, compare, code, network, verify, animate",
    "'' 6": "there is no command ''",
    "--nonsense": "No such option",
    "matrix 4x4 -k 3 --latex --json": "exclude each other",
    "matrix 4x4 -k 3 --npz c.npz --latex": "--latex and --npz exclude each other",
    "matrix 4x4 -k 3 --weights w.npy": "--weights is for --npz; give it, too, or leave it out",
    "matrix 4x4 -k 3 --groups 2": "--groups is for --npz; give it, too, or leave it out",
    "matrix 4x4 -k 3 --npz c.gif": "'c.gif' does not end in .npz; give a name that does",
    "verify --jobs 0": "0 is not in the range x>=1",
    "verify --quik": "No such option",
    "relationships 99": "there is no Relationship 99",
    f"relationships {DIGITS}": "is not a valid integer",
    "animate conv 5 -k 3 -o odd.gfi": "unknown suffix '.gfi'",
    "solve conv --input 6 --output 0 -k 3": "0 is below 1",
    "netwrok vgg16": "there is no command 'netwrok'; did you mean 'network'?",
    "network": "which network? Give a line of text, a file, or a name; --list shows the names",
    "network alexnet --unit 6,0 --layer pool5": "pool5 has no unit 6 on axis 0; they go from 0 to 5",
    "animate cnov 5 -k 3 -o odd.gif": "there is no command 'cnov'; did you mean 'conv'?",
}


def check_refused(result, code, sentence):
    assert result.exit_code == code, result.output
    assert not result.stdout
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    assert result.stderr.count("Error: ") == 1


@pytest.mark.parametrize("words", IMPOSSIBLE)
def test_impossible_geometry_is_exit_1_and_nothing_but_a_sentence(words):
    result = run(words)
    check_refused(result, 1, IMPOSSIBLE[words])
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", MISUSED, ids=lambda words: words[:30])
def test_wrong_usage_is_exit_2(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_refused(run(words), 2, MISUSED[words])
    assert list(tmp_path.iterdir()) == []


def test_the_advice_of_an_error_works():
    assert run("conv 9x5 -k 7 -p 1").exit_code == 0
    assert run("conv 9x5 -k 5").exit_code == 0
    assert run("conv 9x5 -k 6").exit_code == 1


@pytest.fixture
def raising(monkeypatch):
    """Make every command raise something where it asks the library."""

    def make(error):
        def failing(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(explanation, "explain", failing)

    return make


def test_an_interrupt_is_exit_130_and_says_so(raising):
    raising(KeyboardInterrupt())
    result = run("conv 6 -k 3")
    assert result.exit_code == 130
    assert result.stderr == "interrupted\n"
    assert not result.stdout


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), f"Error: {os.strerror(errno.ENOSPC)}\n"),
        (OSError(errno.EACCES, "Permission denied", "odd.gif"), "Error: odd.gif: Permission denied\n"),
        (FileNotFoundError("the folder is gone; make it"), "Error: the folder is gone; make it\n"),
        (ca.ShapeError("it does not fit"), "Error: it does not fit\n"),
        (ModuleNotFoundError("it needs more; install it"), "Error: it needs more; install it\n"),
        (MemoryError(), "Error: this needs more memory than there is; make the input or the kernel smaller\n"),
    ],
)
def test_what_the_system_and_the_library_refuse_is_exit_1(raising, error, sentence):
    raising(error)
    result = run("conv 6 -k 3")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)


def test_a_parameter_refused_by_the_library_is_exit_2(raising):
    raising(ca.ParameterError("that is never right"))
    result = run("conv 6 -k 3")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "Error: that is never right\n")


@pytest.mark.parametrize("error", [ZeroDivisionError(), ModuleNotFoundError("No module named 'layer'", name="layer")])
def test_a_mistake_of_ours_is_not_dressed_up_as_one_of_the_users(raising, error):
    raising(error)
    assert run("conv 6 -k 3").exception is error


def test_a_reader_that_goes_away_is_no_error_to_speak_of(raising):
    raising(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
    result = run("conv 6 -k 3")
    assert not result.stdout
    assert not result.stderr
    assert result.exit_code == 1


def test_a_full_disk_leaves_the_old_picture_and_one_sentence(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "odd.gif"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    result = run(["animate", "conv", "5", "-k", "3", "--force", "-o", str(path)])
    assert (result.exit_code, result.stderr) == (1, f"Error: {os.strerror(errno.ENOSPC)}\n")
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["odd.gif"]


@pytest.mark.parametrize(
    ("words", "code"), [(("conv", "6", "-k", "3"), 0), (("conv", "5", "-k", "7"), 1), (("conv", "5", "-k", "0"), 2)]
)
def test_the_exit_codes_of_a_real_process(words, code):
    finished = process(*words)
    assert finished.returncode == code
    assert bool(finished.stdout) == (code == 0)
    assert bool(finished.stderr) == (code != 0)
    assert b"Traceback" not in finished.stderr
