"""``convarith network``: tables, which inputs fit, units, mirrors, other notations, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from run_words import data_of, output_of, process, run

import convarith as ca

ROOT = Path(__file__).parents[2]
ALEXNET = (
    "11-4Conv96 -> 3-2MaxPool -> 5-1-2Conv256 -> 3-2MaxPool -> 3-1-1Conv384 -> 3-1-1Conv384 -> 3-1-1Conv256 -> "
    "3-2MaxPool -> FC4096 -> FC4096 -> FC1000"
)
SMALL = "3-1-1Conv8 -> (ReLU) -> 2-2MaxPool -> FC10"


def words_of(text):
    return " ".join(text.split())


class TestTheTable:
    def test_a_student_with_alexnet_at_224_sees_where_and_what_to_do(self):
        text = output_of(["network", ALEXNET, "--input", "3x224x224"])
        assert "conv1  (224 - 11)/4 leaves 1: the last row and column of its input (224x224)" in text
        assert "input 3x227x227  3 more: conv1 makes 96x55x55, pool3 makes 256x6x6" in text
        assert "padding 2        in conv1: conv1 makes 96x55x55, pool3 makes 256x6x6" in text

    def test_the_advice_is_true(self):
        for words in (["network", ALEXNET, "--input", "3x227x227"],):
            text = output_of(words)
            assert "Never read" not in text
            assert "62,378,344" in text
        padded = ALEXNET.replace("11-4Conv96", "11-4-2Conv96")
        assert "62,378,344" in output_of(["network", padded, "--input", "3x224x224"])

    def test_someone_with_a_u_net_gets_the_sizes_that_work_and_the_reason(self):
        result = run("network unet-same --input 1x500x500")
        assert result.exit_code == 1
        assert "! dec3.cat" in result.stdout
        assert "not reached: dec3.conv1 to out" in result.stdout
        (sentence,) = result.stderr.splitlines()
        assert sentence.startswith("Error: dec3.cat: axis 0 (height): ")
        assert "size 125 and 124" in sentence
        assert "pool3 leaves 1 of its 125 rows over" in sentence
        assert "n a multiple of 16; nearest to 500: 496 (crop 4) and 512 (pad by 12)" in sentence
        for size in (496, 512):
            assert run(f"network unet-same --input 1x{size}x{size}").exit_code == 0
        for size in (497, 511):
            assert run(f"network unet-same --input 1x{size}x{size}").exit_code == 1

    @pytest.mark.parametrize("columns", [40, 60, 80, 100, 140, 200])
    def test_rows_fit_the_terminal(self, columns):
        text = output_of(["network", ALEXNET, "--input", "3x224x224"], env={"COLUMNS": str(columns)})
        rows = text.split("\n\n")[1].splitlines()
        assert max(map(len, rows)) <= columns
        assert ("memory" in rows[0].split()) == (columns >= 80)
        assert ("101,616,768" in text) == (columns >= 100)  # 34,848 weights at 54 · 54 positions

    def test_options_of_the_table(self):
        plain = output_of(["network", SMALL, "--input", "3x8x8"])
        assert "relu1" not in plain
        assert "relu1" in output_of(["network", SMALL, "--input", "3x8x8", "--all"])
        assert "FLOPs" in output_of(["network", SMALL, "--input", "3x8x8", "--flops"])
        assert "counted from 0.5" in words_of(output_of(["network", SMALL, "--input", "3x8x8", "--half-pixel"]))
        assert plain == output_of(["network", SMALL, "--input", "3x8x8", "--table"])

    def test_headings_are_bold_on_a_terminal_and_nothing_else_is(self):
        text = output_of(["network", SMALL, "--input", "3x8x8"], color=True)
        bold = re.findall("\x1b\\[1m(.*?)\x1b\\[0m", text)
        assert [line.split()[0] for line in bold] == ["input", "layer", "In", "To"]
        assert re.sub("\x1b\\[\\d+m", "", text) == output_of(["network", SMALL, "--input", "3x8x8"])
        assert "\x1b" not in output_of(["network", SMALL, "--input", "3x8x8"], color=True, env={"NO_COLOR": "1"})

    def test_in_plain_signs(self):
        finished = process("network", ALEXNET, "--input", "3x224x224", environment={"PYTHONIOENCODING": "ascii"})
        assert (finished.returncode, finished.stderr) == (0, b"")
        text = finished.stdout.decode("ascii")
        assert "?" not in text
        assert "conv 11x11 s4 -> 96" in text
        assert "n >= 67" in text

    @pytest.mark.parametrize("words", ["network fcn8s", "network unet-same --fits --input 1x500x400"])
    def test_other_answers_in_plain_signs(self, words):
        finished = process(*words.split(), environment={"PYTHONIOENCODING": "ascii"})
        assert finished.returncode == 0
        assert b"?" not in finished.stdout


class TestTheInput:
    @pytest.mark.parametrize("given", ["3x64x64", "64x64", "64"])
    def test_a_network_that_knows_its_channels_needs_sizes_alone(self, given):
        assert data_of(f"network resnet18 --input {given}")["input_shape"] == [3, 64, 64]

    def test_along_one_axis(self):
        assert data_of("network wavenet --input 4000")["input_shape"] == [256, 4000]

    def test_without_one_it_is_what_the_network_was_made_for(self):
        assert data_of("network alexnet")["input_shape"] == [3, 227, 227]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("network 3Conv8", "of which input? Give --input, channels and sizes, as --input 3x224x224"),
            ("network 3Conv8 --unit 0,0", "of which input?"),
            ("network 3Conv8 --mirror", "of which input?"),
            ("network 3Conv8 --input 5", "--input 5 has no channels; put them before the sizes, as 3x224x224"),
            ("network 3x3Conv8 --input 5x5", "--input 5x5 has no channels; put them before the sizes, as 3x5x5"),
            ("network 3x3Conv8 --input 5", "--input 5x5 has no channels"),
            ("network 3Conv8 --input 3x0x5", "input size 0 is below 1"),
            ("network 3Conv8 --input 3x5.5", "is not a whole number"),
        ],
    )
    def test_an_input_that_is_none_is_wrong_usage(self, words, sentence):
        result = run(words)
        assert result.exit_code == 2
        assert sentence in result.stderr
        assert not result.stdout


class TestJson:
    def test_the_table_has_the_keys_that_programs_expect(self):
        data = data_of("network alexnet")
        layer = next(each for each in data["layers"] if each["name"] == "pool5")
        assert {"name", "output_shape", "parameters", "macs", "receptive_field", "jump", "start"} <= layer.keys()
        assert (layer["output_shape"], layer["receptive_field"], layer["jump"]) == ([256, 6, 6], [195, 195], [32, 32])
        assert data["totals"]["parameters"] == 62_378_344
        assert data["totals"]["macs"] == 1_135_256_096
        assert data["warnings"] == []
        assert data["refusal"] is None

    def test_a_refusal_keeps_what_was_reached(self):
        result = run("network unet-same --input 1x500x500 --json")
        assert result.exit_code == 1
        data = json.loads(result.stdout)
        assert data["layers"][-1]["name"] == "up3"
        assert data["refusal"].startswith("dec3.cat: axis 0 (height)")

    @pytest.mark.parametrize(
        "words",
        [
            "network alexnet-224",
            "network alexnet --input 224 --fits --output 6",
            "network unet --fits --input 1x500x400",
            "network alexnet --unit 0,0",
            "network alexnet --reached 0,0 --layer conv1",
            "network --list",
        ],
    )
    def test_every_key_is_documented(self, words):
        help_text = words_of(output_of("network --help"))
        page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
        page_words = words_of(" ".join(line for line in page.splitlines() if "`network" in line))
        data = data_of(words)
        keys = set()
        for each in [data, *data] if isinstance(data, list) else [data, *data.get("layers", []), *data.get("axes", [])]:
            keys |= set(each) if isinstance(each, dict) else set()
        keys |= (
            {key for name in ("unread", "mends") for each in data.get(name, []) for key in each}
            if isinstance(data, dict)
            else set()
        )
        for key in keys:
            assert re.search(rf"\b{key}\b", help_text), key
            assert f"`{key}`" in page_words, key


class TestOtherFormats:
    def test_csv_is_read_by_the_standard_library(self):
        rows = list(csv.DictReader(io.StringIO(output_of("network alexnet --csv"))))
        assert sum(int(row["parameters"]) for row in rows) == 62_378_344
        assert rows[-1]["output_shape"] == "1000"

    def test_warnings_have_no_place_in_csv(self):
        result = run(["network", "3-1-1Conv8 -> Mystery", "--input", "3x8x8", "--csv"])
        assert result.exit_code == 0
        assert "Mystery" in result.stderr
        assert all(line.startswith("Warning: ") for line in result.stderr.splitlines())
        assert [row["name"] for row in csv.DictReader(io.StringIO(result.stdout))] == ["conv1", "unknown1"]

    def test_markdown_is_a_table(self):
        lines = output_of("network lenet5 --markdown").splitlines()
        assert lines[0] == "| layer | what | output | parameters | MACs | memory | field | jump | first |"
        assert lines[1].startswith("| --- | --- | ---: |")

    @pytest.mark.parametrize("name", ["lenet5", "resnet18", "unet"])
    def test_what_is_written_as_text_is_read_again(self, name):
        text = output_of(f"network {name} --to text")
        assert ca.network.parse(text) == ca.network.named(name)

    @pytest.mark.parametrize(("target", "read"), [("toml", ca.network.from_toml), ("json", ca.network.from_json)])
    def test_what_is_written_as_a_document_is_read_again(self, target, read, tmp_path):
        text = output_of(f"network vgg11 --to {target}")
        assert read(text) == ca.network.named("vgg11")
        path = tmp_path / f"mine.{target}"
        path.write_text(text, encoding="utf-8")
        assert data_of(f"network {path}")["totals"] == data_of("network vgg11")["totals"]

    @pytest.mark.parametrize(("target", "line"), [("torch", "from torch import nn"), ("keras", "import keras")])
    def test_source_code(self, target, line):
        text = output_of(f"network lenet5 --to {target}")
        assert line in text
        compile(text, "written", "exec")


class TestFits:
    def test_the_sizes_as_residue_classes_and_the_nearest(self):
        text = words_of(output_of("network unet --fits --input 1x500x500"))
        assert "n = 12 mod 16, n ≥ 188" in text
        assert "n - 184" in text
        assert "492 (crop 8) and 508 (pad by 8)" in text

    def test_the_smallest_and_what_fails_below(self):
        text = words_of(output_of("network alexnet --fits"))
        assert "smallest 67; one less, and pool5: kernel 3 does not fit in input 2" in text
        assert run("network alexnet --input 67").exit_code == 0
        assert run("network alexnet --input 66").exit_code == 1

    def test_the_inputs_for_an_output(self):
        assert "pool5 has 6 for n = 227 to 258" in output_of("network alexnet --fits --output 6")
        data = data_of("network alexnet --fits --output 6")
        assert data["axes"][0]["inputs"][0]["others"] == list(range(227, 259))

    def test_no_input_is_needed(self):
        assert "every n" in output_of("network 3-1-1Conv8 --fits")

    def test_it_is_an_answer_also_where_the_input_does_not_run(self):
        result = run("network unet-same --fits --input 1x500x500")
        assert result.exit_code == 0
        assert "496 (crop 4) and 512 (pad by 12)" in result.stdout


class TestUnits:
    def test_the_box_of_one_unit(self):
        assert output_of("network alexnet --unit 2,3 --layer pool5").splitlines() == [
            "unit 2,3 of pool5 reads, of the input (227x227)",
            "  rows     0 to 194, 195 in all",
            "  columns  32 to 226, 195 in all",
            "  centre   97,129 as indices from 0, if nothing is clipped",
            "  read     38,025 positions",
        ]
        assert "97.5,129.5" in output_of("network alexnet --unit 2,3 --layer pool5 --half-pixel")
        data = data_of("network alexnet --unit 2x3 --layer pool5")
        assert (data["span"], data["centre"]) == ([[0, 194], [32, 226]], [97, 129])

    def test_which_units_a_position_reaches(self):
        """Position 0 is in the first window of stride 2 alone; the one below it reaches back."""
        assert data_of("network 3-2Conv8 --input 1x9 --reached 0")["span"] == [[0, 0]]
        assert data_of("network 3-2Conv8 --input 1x9 --reached 2")["span"] == [[0, 1]]

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("--unit 6,0 --layer pool5", "pool5 has no unit 6 on axis 0; they go from 0 to 5"),
            ("--unit 0", "pool5 has 2 axes and (0,) names 1"),
            ("--unit 0 --layer fc8", "fc8 has 2 axes and (0,) names 1"),
            ("--unit 0,0 --layer pool6", "there is no layer 'pool6'; did you mean 'pool5'?"),
            ("--unit 0,a", "'a' is no index; write 3,4"),
            ("--unit -1,0", "'-1' is no index"),
            ("--unit 0,", "'' is no index"),
        ],
    )
    def test_no_such_unit(self, words, sentence):
        result = run(f"network alexnet {words}")
        assert (result.exit_code, result.stdout) == (2, "")
        assert sentence in result.stderr


class TestMirror:
    def test_its_table_ends_where_the_encoder_began(self):
        data = data_of("network '3-2-1Conv16 -> 3-2-1Conv32' --input 3x28x30 --mirror")
        assert (data["input_shape"], data["output_shape"]) == ([32, 7, 8], [3, 28, 30])

    def test_it_is_written_out_too(self):
        text = output_of("network '3-2-1Conv16 -> 3-2-1Conv32' --input 3x28x28 --mirror --to text")
        assert "3-2-1ConvT16 a1 -> 3-2-1ConvT3 a1" in text
        torch = output_of("network '3-2-1Conv16 -> 3-2-1Conv32' --input 3x28x28 --mirror --to torch")
        assert torch.count("output_padding=1") == 2

    def test_where_there_is_none_it_says_why(self):
        result = run("network nin --mirror")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "ceil_mode" in result.stderr


class TestPictures:
    def test_the_layers_as_boxes_in_words_too(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        text = output_of("network lenet5 -o net.svg")
        assert text.startswith("net.svg: 1 frame, ")
        assert "61,706 parameters" in text
        assert Path("net.svg").read_text(encoding="utf-8").startswith(("<?xml", "<svg"))

    def test_a_unit_asks_for_its_field(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        by_unit = data_of("network lenet5 --unit 3,4 --layer s2 -o one.png")
        by_name = data_of("network lenet5 --unit 3,4 --layer s2 --picture field -o two.png")
        assert by_unit["alt_text"] == by_name["alt_text"]
        assert "rows 6 to 11, columns 8 to 13" in by_unit["alt_text"]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "two.png"]

    def test_of_the_decoder(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert "net.svg" in output_of("network '3-2-1Conv8' --input 3x8x8 --mirror -o net.svg --markdown")

    @pytest.mark.parametrize(
        ("words", "code", "sentence"),
        [
            ("network lenet5 -o net.pgn", 2, "unknown suffix '.pgn'"),
            ("network lenet5 -o net.svg --picture boxs", 2, "unknown word 'boxs'; did you mean 'boxes'?"),
            ("network lenet5 -o net.svg --csv", 2, "--csv goes with --table; leave it out"),
            ("network lenet5 -o net.svg --fits", 2, "-o and --fits exclude each other; give one"),
            ("network lenet5 -o net.svg --picture boxes --unit 0,0", 2, "unit"),
            ("network lenet5 --theme dark", 2, "--theme goes with -o; leave it out"),
            ("network lenet5 --no-caption", 2, "--no-caption goes with -o; leave it out"),
            ("network alexnet --input 40 -o net.svg", 1, "nearest to 40: 67 (pad by 27)"),
            ("network lenet5 -o nowhere/net.svg", 1, "nowhere"),
        ],
    )
    def test_what_is_refused_writes_nothing(self, words, code, sentence, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        result = run(words)
        assert (result.exit_code, result.stdout) == (code, "")
        assert sentence in result.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_file_is_replaced_only_with_force(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("net.svg").write_text("old", encoding="utf-8")
        assert run("network lenet5 -o net.svg").exit_code == 1
        assert Path("net.svg").read_text(encoding="utf-8") == "old"
        assert run("network lenet5 -o net.svg --force").exit_code == 0


class TestTheList:
    def test_every_named_network_is_there_with_its_numbers(self):
        lines = output_of("network --list").splitlines()
        assert [line.split()[0] for line in lines[1 : lines.index("")]] == list(ca.network.names())
        row = next(line.split() for line in lines if line.startswith("alexnet "))
        assert row[1:3] == ["3x227x227", "62,378,344"]
        assert max(map(len, lines)) <= 80

    def test_as_data(self):
        data = {each["name"]: each for each in data_of("network --list")}
        assert data["alexnet-grouped"]["parameters"] == 60_965_224
        assert data["unet"]["output_shape"] == [2, 388, 388]


REFUSED = {
    "network": "which network? Give a line of text, a file, or a name; --list shows the names",
    "network 3-2MaxPool -": "the shell has cut the network into 2 words; put it in quotes",
    "network alexnet --fits --unit 0,0": "--fits and --unit exclude each other; give one",
    "network alexnet --table --to toml": "--table and --to exclude each other; give one",
    "network alexnet --csv --json": "--csv and --json exclude each other; give one",
    "network alexnet --fits --csv": "--csv goes with --table; leave it out",
    "network alexnet --fits --all": "--all goes with --table; leave it out",
    "network alexnet --to text --json": "--json goes with --table, --fits, --unit, --reached or -o; leave it out",
    "network alexnet --output 6": "--output goes with --fits; leave it out",
    "network alexnet --layer conv1": "--layer goes with --unit, --reached or -o; leave it out",
    "network alexnet --json --half-pixel": "--json gives centres as indices from 0; leave --half-pixel out",
    "network alexnet --mirror --fits": "--mirror writes a decoder, and --fits asks something else; give one of them",
    "network alexnet --to pytorch": "unknown word 'pytorch'; did you mean 'torch'?",
    "network alexnet --fits --output 6x6x6": "the wanted output 6x6x6 has 3 sizes, and there are 2 axes",
    "network --list alexnet": "--list takes no network and no other option but --json; leave them out",
    "network --list --flops": "--list takes no network and no other option but --json; leave them out",
    "network ''": "",
    "network '3-1-1Cnv8' --input 3x8x8": "did you mean Conv",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_never_right_is_wrong_usage_and_one_sentence(words):
    result = run(words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert REFUSED[words] in result.stderr
    assert result.stderr.count("Error: ") == 1
    assert "Traceback" not in result.stderr


def test_a_layer_that_does_not_fit_is_exit_1_in_a_real_process():
    finished = process("network", "alexnet", "--input", "60")
    assert finished.returncode == 1
    assert finished.stderr.startswith(b"Error: pool5: kernel 3 does not fit in input 2")
    assert b"conv5" in finished.stdout


def test_a_reader_that_goes_away_hears_nothing():
    import subprocess
    import sys

    words = [sys.executable, "-m", "convarith_cli", "network", "resnet152", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        started.stdout.read(10)
        started.stdout.close()
        assert started.stderr.read() == b""


def sessions():
    """(command, what it is said to print) of every console block of the pages about networks."""
    for path in sorted((ROOT / "docs").glob("*network*.md")):
        for block in re.findall(r"^```console\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            yield from re.findall(r"^\$ convarith (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


class TestThePages:
    @pytest.mark.parametrize(("command", "output"), list(sessions()), ids=[command for command, _ in sessions()])
    def test_it_shows_what_the_commands_print(self, command, output, monkeypatch):
        monkeypatch.setenv("COLUMNS", "80")
        assert run(command).output == output

    def test_it_shows_some(self):
        assert len(list(sessions())) >= 3

    def test_the_notation_that_is_shown_is_read(self):
        page = (ROOT / "docs" / "network-sources.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```(\w*)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        shown = [text for language, text in blocks if not language]
        assert len(shown) >= 4
        for text in shown:
            assert len(ca.network.parse(text)) > 3

    def test_the_documents_that_are_shown_are_one_network(self):
        page = (ROOT / "docs" / "network-sources.md").read_text(encoding="utf-8")
        (toml,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        (text,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        assert ca.network.from_toml(toml) == ca.network.from_json(text)
        assert ca.network.from_toml(toml).table().output_shape == (64, 56, 56)

    def test_every_named_network_has_its_row_with_its_numbers(self):
        page = (ROOT / "docs" / "named-networks.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| `([\w.-]+)` \| .* \| (\S+) \| ([\d,]+) \| ([\d,]+) \| (\S+) \|$", page, re.MULTILINE)
        families = {"resnet-cifar", "wrn", "densenet", "densenet-bc"}  # each stands at its best known member
        assert {name for name, *_ in rows} == set(ca.network.names()) - families
        for name, given, parameters, macs, made in rows:
            table = ca.network.named(name).table()
            assert given == "×".join(map(str, table.input_shape)), name
            assert made == "×".join(map(str, table.output_shape)), name
            assert (parameters, macs) == (f"{table.parameters:,}", f"{table.macs:,}"), name
