"""Numbers from files: arrays, tables and images, and all that is wrong with them, in one sentence each."""

from __future__ import annotations

import gc
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

import convarith as ca
from convarith.render.sources import IMAGE_SUFFIXES, numbers_of

NUMBERS = np.array([[1, 2, 3], [4, 5, 6]])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(layer, shape, **wishes):
    scene = ca.render.compose(layer, shape, **wishes)
    return [
        [cell.text for cell in grid.cells.values() if cell.role in ("input", "weight")]
        for grid in scene.grids()
        if grid.name in ("input", "kernel")
    ]


def refused(kind, shape, **wishes):
    with pytest.raises(kind) as refusal:
        ca.render.compose(ca.Conv(1), shape, **wishes)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


class TestArrays:
    def test_one_from_numpy(self, folder):
        np.save("x.npy", NUMBERS)
        np.save("w.npy", [[7, 8]])
        for x, w in (("x.npy", "w.npy"), (folder / "x.npy", folder / "w.npy")):
            assert shown(ca.Conv((1, 2)), (2, 3), input=x, kernel=w) == [list("123456"), ["7", "8"]]

    @pytest.mark.parametrize("text", ["1,2,3\n4,5,6\n", "1;2;3\r\n4;5;6", "\ufeff1 2 3\n\n4\t5 6\n"])
    @pytest.mark.parametrize("suffix", [".csv", ".txt", ".CSV"])
    def test_rows_of_a_table(self, folder, text, suffix):
        (folder / f"x{suffix}").write_text(text, encoding="utf-8")
        assert shown(ca.Conv(1), (2, 3), input=f"x{suffix}")[0] == list("123456")

    @pytest.mark.parametrize("text", ["1,-2,2.5", "1\n-2\n2.5\n"])
    def test_a_lone_row_or_column_is_a_vector(self, folder, text):
        (folder / "x.csv").write_text(text, encoding="utf-8")
        assert shown(ca.Conv(1), (3,), input="x.csv")[0] == ["1", "-2", "2.5"]

    def test_three_axes_from_numpy(self):
        np.save("x.npy", np.arange(8).reshape(2, 2, 2))
        assert shown(ca.Conv(1), (2, 2, 2), input="x.npy")[0] == list("01234567")

    def test_for_a_pooling_for_stamps_for_a_pair_and_for_all_that_are_compared(self):
        np.save("x.npy", [3, 1, 2])
        np.save("w.npy", [1, 2])
        assert shown(ca.Pool(2), (3,), input="x.npy") == [["3", "1", "2"]]
        up = ca.ConvTranspose(2)
        assert shown(up, (3,), input="x.npy", kernel="w.npy", show="stamp") == [["3", "1", "2"], ["1", "2"]]
        assert shown(ca.Conv(2), (3,), input="x.npy", kernel="w.npy", show="pair") == [["3", "1", "2"]]
        scene = ca.render.compose_together([ca.Conv(2), ca.Pool(2), up], (3,), input="x.npy", kernel="w.npy")
        for grid in scene.rows[0]:
            assert [cell.text for cell in grid.cells.values() if cell.role == "input"] == ["3", "1", "2"]

    def test_what_would_run_code_is_not_loaded(self, folder):
        ran = folder / "ran"

        class Trap:
            def __reduce__(self):
                return type(ran).touch, (ran,)

        np.save("x.npy", np.array([Trap()], dtype=object), allow_pickle=True)
        assert refused(ca.ParameterError, (1,), input="x.npy") == (
            "'x.npy' holds no array of numbers; save one with numpy.save"
        )
        assert not ran.exists()

    @pytest.mark.parametrize(
        "header",
        [b"", b"{", b"(", b"{'descr': '<i8', 'fortran_order': False, 'shape': (3", b"{'shape': 3}", b"\x00\xff"],
    )
    def test_a_broken_header(self, folder, header):
        data = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
        (folder / "x.npy").write_bytes(data)
        assert refused(ca.ParameterError, (3,), input="x.npy").startswith("'x.npy' holds no array of numbers")

    @pytest.mark.parametrize("shape", ["(3,)", f"({2**55},)", f"({2**60}, {2**40})"])
    def test_a_header_that_promises_too_much(self, folder, shape):
        header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
        (folder / "x.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(8))
        assert refused(ca.ParameterError, (3,), input="x.npy").startswith("'x.npy' holds no array of numbers")

    @pytest.mark.parametrize("keep", [0, 1, 5, 7, 9, 20, 100, 130])
    def test_an_array_cut_short(self, folder, keep):
        np.save("x.npy", NUMBERS)
        (folder / "x.npy").write_bytes((folder / "x.npy").read_bytes()[:keep])
        refused(ca.ParameterError, (2, 3), input="x.npy")

    def test_several_arrays(self, folder):
        np.savez("x.npz", a=[1])
        (folder / "x.npz").rename("x.npy")
        refused(ca.ParameterError, (1,), input="x.npy")
        gc.collect()  # an open file would be a warning here

    def test_words_complex_numbers_and_another_shape(self, folder):
        np.save("x.npy", ["a"])
        assert "give an array of numbers" in refused(ca.ParameterError, (1,), input="x.npy")
        np.save("x.npy", [1j])
        assert refused(ca.ParameterError, (1,), input="x.npy") == ("input has the dtype complex128; give real numbers")
        (folder / "x.csv").write_text("1,2\n3,x\n", encoding="utf-8")
        assert refused(ca.ParameterError, (2, 2), input="x.csv") == (
            "'x.csv', line 2: 'x' is no number; give rows of numbers"
        )
        (folder / "x.csv").write_text("1,2\n3\n", encoding="utf-8")
        assert "line 2 has 1 numbers and the first row 2" in refused(ca.ParameterError, (2, 2), input="x.csv")
        (folder / "x.csv").write_text("1,2\n3,4\n", encoding="utf-8")
        assert refused(ca.ShapeError, (2, 3), input="x.csv") == (
            "input has the shape (2, 2) and the picture shows (2, 3); give input that shape"
        )
        assert shown(ca.Conv(1), (2, 2), input="x.csv")[0] == list("1234")
        assert refused(ca.ShapeError, (1,), kernel="x.csv") == (
            "kernel has the shape (2, 2) and the picture shows (1,); give kernel that shape"
        )


GREY = np.array([[0, 10, 20, 30], [40, 50, 60, 70], [200, 201, 202, 255]], np.uint8)
LOSSLESS = [".png", ".gif", ".bmp", ".tif", ".tiff", ".pgm", ".webp"]


def save(name, pixels, **how):
    Image.fromarray(pixels).save(name, **how)


class TestImages:
    @pytest.mark.parametrize("suffix", LOSSLESS)
    def test_grey_values_as_they_are(self, suffix):
        save(f"x{suffix}", GREY, **({"lossless": True} if suffix == ".webp" else {}))
        found = numbers_of(f"x{suffix}", (3, 4))
        assert np.array_equal(found, GREY)
        assert found.dtype == int

    @pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".JPG"])
    def test_grey_values_of_a_photograph_are_near(self, suffix):
        save(f"x{suffix}", GREY, format="JPEG", quality=100)
        assert abs(numbers_of(f"x{suffix}", (3, 4)) - GREY).max() <= 3

    def test_every_suffix_is_tried(self):
        assert {*LOSSLESS, ".jpg", ".jpeg"} == set(IMAGE_SUFFIXES)

    def test_height_before_width_in_the_cells(self):
        save("x.png", GREY)
        assert shown(ca.Conv(1), (3, 4), input="x.png")[0] == [str(value) for value in GREY.ravel()]

    def test_whole_numbers_that_do_not_overflow(self):
        save("x.png", np.full((2, 2), 255, np.uint8))
        save("w.png", np.full((2, 2), 255, np.uint8))
        scene = ca.render.compose(ca.Conv(2), (2, 2), input="x.png", kernel="w.png")
        assert scene.steps[0].note.endswith(f" = {4 * 255 * 255}")

    def test_a_larger_one_is_averaged(self):
        """Each cell is the mean of its block of 4 × 2 pixels, not the nearest of them."""
        blocks = np.arange(6).reshape(3, 2) * 40
        pixels = np.kron(blocks, np.ones((4, 2))) + np.tile([[8, 0], [0, 0], [0, 0], [0, 16]], (3, 2))
        save("x.png", pixels.astype(np.uint8))
        assert np.array_equal(numbers_of("x.png", (3, 2)), blocks + 3)

    def test_a_smaller_one_is_enlarged(self):
        save("x.png", np.array([[0, 200]], np.uint8))
        assert np.array_equal(numbers_of("x.png", (2, 4)), [[0, 0, 200, 200]] * 2)

    def test_colours_become_grey(self):
        """By ITU-R 601: 299/1000 red, 587/1000 green, 114/1000 blue."""
        save("x.png", np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8))
        assert np.array_equal(numbers_of("x.png", (1, 4)), [[76, 150, 29, 255]])

    @pytest.mark.parametrize("suffix", [".png", ".tif"])
    def test_16_bits_become_8_and_are_not_cut_off(self, suffix):
        save(f"x{suffix}", np.array([[0, 256, 32768, 65535]], np.uint16))
        assert np.array_equal(numbers_of(f"x{suffix}", (1, 4)), [[0, 1, 128, 255]])

    @pytest.mark.parametrize("dtype", [np.int32, np.float32])
    def test_32_bits_are_no_grey_values(self, dtype):
        save("x.tif", np.array([[0, 1]], dtype))
        assert refused(ca.ParameterError, (1, 2), input="x.tif") == (
            "'x.tif' has pixels of 32 bits, not grey values; save it as a .npy, or with 8 bits"
        )

    def test_black_and_white(self):
        Image.fromarray(np.array([[True, False]])).save("x.png")
        assert np.array_equal(numbers_of("x.png", (1, 2)), [[255, 0]])

    def test_transparent_colours_of_a_palette_are_read_without_a_warning(self):
        image = Image.new("P", (2, 1))
        image.putpalette([0, 0, 0, 90, 90, 90])
        image.putpixel((1, 0), 1)
        image.save("x.png", transparency=bytes([0, 128]))
        assert np.array_equal(numbers_of("x.png", (1, 2)), [[0, 90]])

    @pytest.mark.parametrize("shape", [(4,), (2, 2, 2)])
    def test_an_image_has_two_axes(self, shape):
        save("x.png", GREY)
        assert refused(ca.ParameterError, shape, input="x.png") == (
            f"'x.png' is an image, and the picture has {len(shape)} axes; give an array, or a shape of 2 axes"
        )
        assert shown(ca.Conv(1), (2, 2), input="x.png")
        np.save("x.npy", np.zeros(shape))
        assert shown(ca.Conv(1), shape, input="x.npy")

    @pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
    @pytest.mark.parametrize("content", [b"", b"1,2,3\n4,5,6\n", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
    def test_what_is_no_image(self, folder, suffix, content):
        (folder / f"x{suffix}").write_bytes(content)
        assert refused(ca.ParameterError, (2, 3), input=f"x{suffix}") == (
            f"'x{suffix}' is no image that can be read; save it as a .png"
        )

    def test_a_broken_one(self, folder):
        random = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
        save("x.png", random)
        whole = (folder / "x.png").read_bytes()
        (folder / "x.png").write_bytes(whole[: len(whole) // 2])
        words = refused(ca.ParameterError, (2, 2), input="x.png")
        assert words.startswith("'x.png' is a broken image (")
        assert words.endswith("); save it again")
        (folder / "x.png").write_bytes(whole)
        assert shown(ca.Conv(1), (2, 2), input="x.png")

    @pytest.mark.parametrize("suffix", IMAGE_SUFFIXES)
    def test_one_with_flipped_bytes_is_read_or_refused(self, folder, suffix):
        random = np.random.default_rng(1)
        save(f"x{suffix}", random.integers(0, 256, (6, 8)).astype(np.uint8))
        whole = (folder / f"x{suffix}").read_bytes()
        for number in range(60):
            data = bytearray(whole[: random.integers(len(whole)) if number % 3 == 0 else None])
            for at in random.integers(0, max(len(data), 1), 3)[: len(data)]:
                data[at] = random.integers(256)
            (folder / f"x{suffix}").write_bytes(data)
            with suppress(ca.ParameterError):
                found = numbers_of(f"x{suffix}", (3, 4))
                assert found.shape == (3, 4)
                assert 0 <= found.min() <= found.max() <= 255

    @pytest.mark.parametrize("most", [11, 7, 5, 1])
    def test_one_of_too_many_pixels(self, monkeypatch, most):
        """Pillow warns above its limit, and refuses above twice that."""
        save("x.png", GREY)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        assert refused(ca.ParameterError, (3, 4), input="x.png") == (
            f"'x.png' has more than {most} pixels, the limit of Pillow; make it smaller"
        )
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", GREY.size)
        assert shown(ca.Conv(1), (3, 4), input="x.png")

    def test_a_small_file_of_a_huge_image(self, folder):
        """Nothing of it is decoded: 2 GB are promised in 60 bytes."""

        def chunk(name, data):
            return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

        header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
        data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
        (folder / "x.png").write_bytes(data)
        assert "more than" in refused(ca.ParameterError, (3, 4), input="x.png")


class TestPaths:
    @pytest.mark.parametrize("suffix", [".npy", ".csv", ".png"])
    def test_a_missing_file(self, suffix):
        with pytest.raises(FileNotFoundError) as refusal:
            ca.render.compose(ca.Conv(1), (2, 2), input=f"missing{suffix}")
        assert f"missing{suffix}" in str(refusal.value.filename)

    @pytest.mark.parametrize("suffix", [".npy", ".csv", ".png"])
    def test_a_folder(self, folder, suffix):
        (folder / f"x{suffix}").mkdir()
        with pytest.raises(IsADirectoryError):
            ca.render.compose(ca.Conv(1), (2, 2), kernel=f"x{suffix}", input=f"x{suffix}")

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("x.nyp", "unknown suffix '.nyp' of 'x.nyp'; did you mean '.npy'? Known are .npy, .csv, .txt, .png, "),
            ("x.PGN", "unknown suffix '.PGN' of 'x.PGN'; did you mean '.png'? Known are "),
            ("x", "unknown suffix '' of 'x'; known are .npy, "),
            ("x.docx", "unknown suffix '.docx' of 'x.docx'; "),
        ],
    )
    def test_an_unknown_suffix(self, name, words):
        assert refused(ca.ParameterError, (2, 2), input=name).startswith(words)

    def test_nothing_is_read_where_cells_show_no_numbers(self):
        assert "show no numbers" in refused(ca.ParameterError, (2, 2), input="missing.npy", cells="symbols")
