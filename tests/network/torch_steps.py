"""Steps run by PyTorch itself, on tensors without numbers: what its shapes, its parameters and its own count of
multiplications are. Needs torch; what torch has no call for is `Unsaid`."""

from __future__ import annotations

from math import prod

import torch
from network_walk import FOR_FLAT, MERGES, Tensor, resolved
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode


class Unsaid(Exception):  # noqa: N818 (no error: these steps are left out)
    """PyTorch has no call for this."""


class Ran:
    """A network of steps that PyTorch has run."""

    def __init__(self, steps, input_shape):
        self.parameters = [0]
        outputs = [torch.empty(1, *input_shape, device="meta")]
        tensors = [Tensor(tuple(input_shape), tuple(input_shape[1:]))]
        with FlopCounterMode(display=False) as counter:
            for step in steps[1:]:
                self.made = 0
                inputs = [outputs[source] for source in step.inputs]
                before = tensors[step.inputs[0]]
                if before.flat and step.kind not in (*FOR_FLAT, *MERGES):
                    raise Unsaid
                outputs.append(getattr(self, f"_{step.kind}")(step.settings, *inputs))
                after = tuple(outputs[-1].shape[1:])
                tensors.append(Tensor(after, after[1:]))
                self.parameters.append(self.made)
        self.shapes = [tensor.shape for tensor in tensors]
        self.macs, rest = divmod(counter.get_total_flops(), 2)
        assert not rest

    def new(self, *shape):
        """A parameter."""
        self.made += prod(shape)
        return torch.empty(shape, device="meta")

    def _windows(self, settings, x):
        """x padded, and the settings that are left for the call."""
        sizes = x.shape[2:]
        per_axis = zip(*(settings[name] for name in ("padding", "kernel", "stride", "dilation")), sizes, strict=True)
        sides = [resolved(p, size, k, s, d) for p, k, s, d, size in per_axis]
        flat = [side for pair in sides[::-1] for side in pair]
        return padded(x, flat)

    def _conv(self, settings, x):
        features, groups, channels = settings["features"], settings["groups"], x.shape[1]
        if groups is None:
            features, groups = channels * settings["multiplier"], channels
        weight = self.new(features, channels // groups, *settings["kernel"])
        bias = self.new(features) if settings["bias"] else None
        call = getattr(functional, f"conv{x.dim() - 2}d")
        x = self._windows(settings, x)
        return call(x, weight, bias, settings["stride"], 0, settings["dilation"], groups)

    def _transposed(self, settings, x):
        features, groups, channels = settings["features"], settings["groups"], x.shape[1]
        if groups is None:
            features, groups = channels * settings["multiplier"], channels
        sides = [
            resolved(p, 1, k, 1, d)
            for p, k, d in zip(settings["padding"], settings["kernel"], settings["dilation"], strict=True)
        ]
        weight = self.new(channels, features // groups, *settings["kernel"])
        bias = self.new(features) if settings["bias"] else None
        call = getattr(functional, f"conv_transpose{x.dim() - 2}d")
        whole = all(before == after >= 0 for before, after in sides)
        padding = tuple(before for before, _ in sides) if whole else 0  # what it cannot say is cropped afterwards
        y = call(
            *(x, weight, bias, settings["stride"], padding, settings["output_padding"], groups, settings["dilation"])
        )
        return y if whole else padded(y, [-side for pair in sides[::-1] for side in pair])

    def _pool(self, settings, x):
        """Shapes are the same for every kind of pooling."""
        call = getattr(functional, f"max_pool{x.dim() - 2}d")
        options = {"stride": settings["stride"], "dilation": settings["dilation"]}
        if not settings["ceil_mode"]:
            return call(self._windows(settings, x), settings["kernel"], **options)
        padding = [side if type(side) is tuple else (-1, 0) for side in settings["padding"]]
        if any(b != a or not 0 <= b <= kernel // 2 for (b, a), kernel in zip(padding, settings["kernel"], strict=True)):
            raise Unsaid
        return call(x, settings["kernel"], padding=tuple(b for b, _ in padding), ceil_mode=True, **options)

    def _adaptive(self, settings, x):
        size = tuple(own or given for own, given in zip(settings["size"], x.shape[2:], strict=True))
        return getattr(functional, f"adaptive_avg_pool{x.dim() - 2}d")(x, size)

    def _global(self, settings, x):
        axes = tuple(range(2, x.dim()))
        return x.mean(axes, keepdim=settings["keep"])

    def _upsample(self, settings, x):
        mode = "nearest" if settings["mode"] == "nearest" else ("linear", "bilinear", "trilinear")[x.dim() - 3]
        corners = settings["corners"] if mode != "nearest" else None
        if "size" in settings:
            return functional.interpolate(x, settings["size"], mode=mode, align_corners=corners)
        return functional.interpolate(x, scale_factor=settings["factor"], mode=mode, align_corners=corners)

    def _pad(self, settings, x):
        flat = [side for pair in settings["sides"][::-1] for side in pair]
        crop = [min(side, 0) for side in flat]
        mode = "constant" if settings["mode"] == "zeros" else settings["mode"]
        return functional.pad(functional.pad(x, crop), [max(side, 0) for side in flat], mode=mode)

    def _shuffle(self, settings, x):
        if x.dim() != 4:
            raise Unsaid
        return functional.pixel_shuffle(x, settings["by"])

    def _flatten(self, _, x):
        return x.flatten(1)

    def _unflatten(self, settings, x):
        return x.unflatten(1, settings["shape"])

    def _fc(self, settings, x):
        x = x.flatten(1)
        weight = self.new(settings["features"], x.shape[1])
        return functional.linear(x, weight, self.new(settings["features"]) if settings["bias"] else None)

    def _norm(self, settings, x):
        affine = settings["affine"]
        weight, bias = (self.new(x.shape[1]) if affine else None for _ in range(2))
        mean, variance = (torch.empty(x.shape[1], device="meta") for _ in range(2))
        return functional.batch_norm(x, mean, variance, weight, bias)

    def _unchanged(self, settings, x):
        self.made += settings["parameters"]
        return functional.relu(x)

    def _unknown(self, _, x):
        return x

    def _sum(self, settings, *inputs):
        return sum(self._cropped(settings, inputs))

    def _cat(self, settings, *inputs):
        return torch.cat(self._cropped(settings, inputs), 1)

    def _product(self, _, *inputs):
        found = inputs[0]
        for x in inputs[1:]:
            found = found * x
        return found

    def _crop(self, settings, x, like):
        for axis in range(2, x.dim()):
            size, wanted = x.shape[axis], like.shape[axis]
            offset = (size - wanted) // 2 if settings["offset"] is None else settings["offset"]
            x = x.narrow(axis, offset, wanted)
        return x

    def _cropped(self, settings, inputs):
        if not settings["crop"] or inputs[0].dim() == 2:
            return inputs
        found = []
        for x in inputs:
            for axis in range(2, x.dim()):
                least = min(each.shape[axis] for each in inputs)
                x = x.narrow(axis, (x.shape[axis] - least) // 2, least)
            found.append(x)
        return found


def padded(x, sides):
    """x padded with zeros and then cropped, so that padding can be cropped, too."""
    if not any(sides):
        return x
    return functional.pad(functional.pad(x, [max(side, 0) for side in sides]), [min(side, 0) for side in sides])
