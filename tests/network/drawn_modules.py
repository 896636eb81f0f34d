"""PyTorch layers drawn at random, of every class that the readers know, each with an input it is made for."""

from __future__ import annotations


def words(text):
    return text.split()


KEPT = words(
    "AlphaDropout CELU ChannelShuffle CrossMapLRN2d Dropout Dropout1d Dropout2d Dropout3d ELU FeatureAlphaDropout GELU "
    "Hardshrink Hardsigmoid Hardswish Hardtanh Identity LeakyReLU LocalResponseNorm LogSigmoid LogSoftmax Mish PReLU "
    "RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink "
    "Threshold"
)
NEEDED = {  # what they cannot be made without
    "ChannelShuffle": (2,),
    "CrossMapLRN2d": (5,),
    "LocalResponseNorm": (2,),
    "LogSoftmax": (1,),
    "Softmax": (1,),
    "Softmin": (1,),
    "Threshold": (0.5, 20.0),
}
RANKED = words(
    "AdaptiveAvgPool AdaptiveMaxPool AvgPool BatchNorm CircularPad ConstantPad Conv ConvTranspose InstanceNorm LPPool "
    "LazyBatchNorm LazyConv LazyConvTranspose LazyInstanceNorm MaxPool ReflectionPad ReplicationPad ZeroPad"
)
PLAIN = words(
    "Flatten GroupNorm LayerNorm LazyLinear Linear PixelShuffle RMSNorm SyncBatchNorm Unflatten Upsample "
    "UpsamplingBilinear2d UpsamplingNearest2d"
)
CLASSES = [*KEPT, *PLAIN, *[f"{name}{ndim}d" for name in RANKED for ndim in (1, 2, 3)]]


class Drawing:
    """One layer of a class: ``module``, and ``shape``, an input for it with channels first and without batch."""

    def __init__(self, nn, draw, title):
        self.nn = nn
        self.draw = draw
        self.title = title
        self.ndim = int(title[-2]) if title[-2:] in ("1d", "2d", "3d") else draw.choice((1, 2, 3))
        if title == "PixelShuffle":
            self.ndim = 2
        self.channels = draw.choice((2, 4, 8))
        self.shape = (self.channels, *(draw.randint(4, 9) for _ in range(self.ndim)))
        stem = title[:-2].lower() if title[-2:] in ("1d", "2d", "3d") else title.lower()
        self.module = getattr(self, f"_{stem.removeprefix('lazy')}", self._kept)()

    def each(self, numbers, odds=0.5):
        """A number for all axes, or one for each."""
        draw = self.draw
        return draw.choice(numbers) if draw.random() < odds else tuple(draw.choice(numbers) for _ in range(self.ndim))

    def some(self, **settings):
        """Some of these arguments; the others stay at their defaults."""
        return {name: value for name, value in settings.items() if self.draw.random() < 0.6}

    def flag(self):
        return self.draw.random() < 0.5

    def made(self, *arguments, **settings):
        return getattr(self.nn, self.title)(*arguments, **settings)

    def _kept(self):
        if self.title in ("Dropout1d", "Softmax2d", "CrossMapLRN2d"):
            self.shape = self.shape[:1] + (5,) * (1 if self.title == "Dropout1d" else 2)
        if self.title == "PReLU":
            return self.made(**self.some(num_parameters=self.channels))
        return self.made(*NEEDED.get(self.title, ()))

    # Convolutions

    def _channels(self):
        lazy = self.title.startswith("Lazy")
        groups = self.draw.choice((1, 1, 2))
        features = groups * self.draw.choice((1, 3))
        return ([] if lazy else [self.channels]) + [features, self.each((1, 2, 3))], groups

    def _conv(self):
        arguments, groups = self._channels()
        settings = self.some(
            stride=self.each((1, 2, 3)),
            padding=self.draw.choice((self.each((0, 1, 2)), "same", "valid")),
            dilation=self.each((1, 2)),
            bias=self.flag(),
            padding_mode=self.draw.choice(("zeros", "reflect", "replicate", "circular")),
        )
        if settings.get("padding") == "same":
            settings.pop("stride", None)
        return self.made(*arguments, groups=groups, **settings)

    def _convtranspose(self):
        arguments, groups = self._channels()
        settings = self.some(padding=self.each((0, 1)), dilation=self.each((1, 2)), bias=self.flag())
        if self.flag():
            settings |= {"stride": self.each((2, 3)), "output_padding": self.each((0, 1))}
        return self.made(*arguments, groups=groups, **settings)

    def _linear(self):
        self.shape = self.shape[:1]
        inputs = [] if self.title.startswith("Lazy") else [self.channels]
        return self.made(*inputs, self.draw.choice((1, 10)), **self.some(bias=self.flag()))

    # Pooling

    def _maxpool(self):
        kernel = self.each((2, 3))
        return self.made(
            kernel,
            **self.some(stride=self.each((1, 2, 3)), padding=1, dilation=self.each((1, 2)), ceil_mode=self.flag()),
        )

    def _avgpool(self):
        return self.made(self.each((2, 3)), **self.some(stride=self.each((1, 2, 3)), padding=1, ceil_mode=self.flag()))

    def _lppool(self):
        kernel = self.draw.choice((2, 3)) if self.ndim == 1 else self.each((2, 3))
        stride = self.draw.choice((1, 2, 3)) if self.ndim == 1 else self.each((1, 2, 3))
        return self.made(2, kernel, **self.some(stride=stride, ceil_mode=self.flag()))

    def _adaptive(self):
        if self.ndim == 1 or self.flag():
            return self.made(self.draw.choice((1, 2, 7)))
        return self.made(self.each((1, 2, 7, None), odds=0))

    _adaptiveavgpool = _adaptivemaxpool = _adaptive

    # Sizes and borders

    def _pad(self):
        sides = self.draw.choice((1, tuple(self.draw.randint(0, 3) for _ in range(2 * self.ndim))))
        return self.made(sides)

    _circularpad = _reflectionpad = _replicationpad = _pad

    def _zeropad(self):
        return self.made(tuple(self.draw.randint(-1, 3) for _ in range(2 * self.ndim)))

    def _constantpad(self):
        return self.made(tuple(self.draw.randint(-1, 3) for _ in range(2 * self.ndim)), self.draw.choice((0, -1.5)))

    def _upsample(self):
        linear = ("linear", "bilinear", "trilinear")[self.ndim - 1]
        mode = self.draw.choice(("nearest", linear))
        settings = self._sizes()
        if mode == linear and self.flag():
            settings["align_corners"] = False
        return self.made(mode=mode, **settings)

    def _sizes(self):
        return self.draw.choice(({"scale_factor": self.each((1, 2, 3))}, {"size": self.each((3, 8))}))

    def _upsamplingnearest(self):
        return self.made(**self._sizes())

    _upsamplingbilinear = _upsamplingnearest

    def _pixelshuffle(self):
        factor = self.draw.choice((1, 2, 3))
        self.shape = (factor**2 * 2, *self.shape[1:])
        return self.made(factor)

    def _flatten(self):
        return self.made(**self.some(start_dim=1, end_dim=-1))

    def _unflatten(self):
        self.shape = (24, *(1,) * self.ndim)
        sizes = (self.draw.choice((2, 6)), *((2,) * (self.ndim - 1)))
        total = 24
        for size in sizes:
            total //= size
        return self.nn.Sequential(self.nn.Flatten(), self.nn.Linear(24, 24), self.made(1, (*sizes, total)))

    # Norms

    def _norm(self):
        lazy = self.title.startswith("Lazy")
        settings = self.some(eps=1e-3, momentum=0.2, affine=self.flag(), track_running_stats=self.flag())
        if not lazy:
            settings |= self.some(bias=self.flag())
        return self.made(*([] if lazy else [self.channels]), **settings)

    _batchnorm = _instancenorm = _syncbatchnorm = _norm

    def _groupnorm(self):
        return self.made(self.draw.choice((1, 2)), self.channels, **self.some(affine=self.flag(), bias=self.flag()))

    def _layernorm(self):
        last = self.draw.randint(1, len(self.shape))
        settings = self.some(elementwise_affine=self.flag(), eps=1e-3)
        if self.title == "LayerNorm":
            settings |= self.some(bias=self.flag())
        return self.made(self.shape[-last:], **settings)

    _rmsnorm = _layernorm
