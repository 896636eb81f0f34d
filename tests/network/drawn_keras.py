"""Keras models drawn at random, with real Keras, and the same models as Keras 2 wrote them.

Every layer is named l0, l1 ..., so that what the reader makes of it is known again by what stands before the first _.
"""

from __future__ import annotations

import json


class Drawing:
    """A random model of one kind of data: ``functional`` or sequential."""

    def __init__(self, rng, keras):
        self.rng = rng
        self.layers = keras.layers
        self.keras = keras
        self.ndim = rng.choice((1, 2, 2, 2, 3))
        self.last = rng.random() < 0.7
        self.format = "channels_last" if self.last else "channels_first"
        self.count = 0
        sizes = tuple(rng.randint(5, 16 if self.ndim < 3 else 9) for _ in range(self.ndim))
        self.channels = rng.choice((1, 2, 3, 4, 6))
        self.input = keras.Input((*sizes, self.channels) if self.last else (self.channels, *sizes), name="data")

    def name(self):
        self.count += 1
        return f"l{self.count - 1}"

    def made(self, name, *arguments, **settings):
        return getattr(self.layers, name)(*arguments, name=self.name(), **settings)

    def each(self, *choices):
        """A number for all axes, or one for each."""
        if self.rng.random() < 0.6:
            return self.rng.choice(choices)
        return tuple(self.rng.choice(choices) for _ in range(self.ndim))

    def strided(self):
        """Strides and dilations, not both above 1."""
        if self.rng.random() < 0.3:
            return {"dilation_rate": self.each(1, 2)}
        return {"strides": self.each(1, 1, 2, 3)}

    def padding(self):
        return self.rng.choice(("same", "same", "valid"))

    def activation(self):
        return self.rng.choice((None, None, "relu", "linear", "softmax", "swish"))

    def bias(self):
        return self.rng.random() < 0.5

    def channels_of(self, tensor):
        return tensor.shape[-1 if self.last else 1]

    def conv(self, tensor):
        groups = self.rng.choice([n for n in (1, 1, 2, 3) if self.channels_of(tensor) % n == 0])
        padding = self.padding() if self.ndim > 1 else self.rng.choice(("same", "valid", "causal"))
        return self.made(
            f"Conv{self.ndim}D",
            groups * self.rng.randint(1, 4),
            self.each(1, 2, 3, 4),
            padding=padding,
            groups=groups,
            data_format=self.format,
            activation=self.activation(),
            use_bias=self.bias(),
            **self.strided(),
        )

    def conv_transpose(self, _):
        strides = self.each(1, 2, 3)
        least = min(strides) if isinstance(strides, tuple) else strides
        added = self.rng.choice((None, None, 0, least - 1))
        return self.made(
            f"Conv{self.ndim}DTranspose",
            self.rng.randint(1, 4),
            self.each(1, 2, 3, 4, 5),
            strides=strides,
            padding=self.padding(),
            output_padding=added,
            data_format=self.format,
            activation=self.activation(),
            use_bias=self.bias(),
        )

    def depthwise(self, _):
        return self.made(
            f"DepthwiseConv{min(self.ndim, 2)}D",
            self.rng.randint(1, 3),
            strides=self.rng.choice((1, 2)),
            padding=self.padding(),
            depth_multiplier=self.rng.choice((1, 1, 2)),
            data_format=self.format,
            activation=self.activation(),
            use_bias=self.bias(),
        )

    def separable(self, _):
        return self.made(
            f"SeparableConv{min(self.ndim, 2)}D",
            self.rng.randint(1, 4),
            self.rng.randint(1, 3),
            strides=self.rng.choice((1, 2)),
            padding=self.padding(),
            depth_multiplier=self.rng.choice((1, 1, 2)),
            data_format=self.format,
            activation=self.activation(),
            use_bias=self.bias(),
        )

    def pool(self, _):
        return self.made(
            f"{self.rng.choice(('Max', 'Average'))}Pooling{self.ndim}D",
            self.each(1, 2, 3),
            strides=self.rng.choice((None, 1, 2, 3)),
            padding=self.padding(),
            data_format=self.format,
        )

    def zero_padding(self, _):
        return self.made(f"ZeroPadding{self.ndim}D", self.sides(), data_format=self.format)

    def cropping(self, _):
        if self.ndim == 1:
            return self.made("Cropping1D", self.sides()) if self.last else None
        return self.made(f"Cropping{self.ndim}D", self.sides(), data_format=self.format)

    def sides(self):
        if self.ndim == 1:
            return (self.rng.randint(0, 2), self.rng.randint(0, 2))
        return tuple((self.rng.randint(0, 2), self.rng.randint(0, 2)) for _ in range(self.ndim))

    def upsampling(self, _):
        if self.ndim == 1:
            return self.made("UpSampling1D", self.rng.randint(1, 3)) if self.last else None
        mode = {"interpolation": self.rng.choice(("nearest", "bilinear"))} if self.ndim == 2 else {}
        return self.made(f"UpSampling{self.ndim}D", self.each(1, 2), data_format=self.format, **mode)

    def resizing(self, _):
        if self.ndim != 2:
            return None
        return self.made("Resizing", self.rng.randint(1, 9), self.rng.randint(1, 9), data_format=self.format)

    def norm(self, tensor):
        axis = self.rng.choice((-1, len(tensor.shape) - 1)) if self.last else 1
        flags = {"scale": self.bias(), "center": self.bias()}
        kind = self.rng.choice(("BatchNormalization", "LayerNormalization", "GroupNormalization"))
        if kind == "GroupNormalization":
            flags["groups"] = self.channels_of(tensor)
        if kind == "LayerNormalization" and self.rng.random() < 0.3:
            axis = list(range(1, len(tensor.shape)))
        return self.made(kind, axis=axis, **flags)

    def noop(self, _):
        kind = self.rng.choice(("ReLU", "LeakyReLU", "Dropout", "Activation", "Softmax", "ELU", "GaussianNoise"))
        arguments = {"Dropout": (0.5,), "Activation": ("tanh",), "GaussianNoise": (0.1,)}.get(kind, ())
        return self.made(kind, *arguments)

    def prelu(self, tensor):
        axes = range(1, len(tensor.shape))
        shared = [axis for axis in axes if self.rng.random() < 0.5]
        return self.made("PReLU", shared_axes=shared or None)

    def dense(self, _):
        return self.made("Dense", self.rng.randint(1, 5), use_bias=self.bias(), activation=self.activation())

    def spatial_layer(self, tensor):
        draw = self.rng.choice(
            (
                *(self.conv, self.conv, self.conv_transpose, self.depthwise, self.separable, self.pool, self.pool),
                *(self.zero_padding, self.cropping, self.upsampling, self.norm, self.noop, self.prelu, self.resizing),
                *([self.dense] if self.last else []),
            )
        )
        if draw in (self.depthwise, self.separable) and self.ndim == 3:
            return None
        return draw(tensor)

    def flat_layer(self, tensor):
        draw = self.rng.choice((self.dense, self.dense, self.noop, self.norm, self.prelu))
        if len(tensor.shape) == 2 and draw == self.norm:
            return self.made("BatchNormalization", scale=self.bias())
        return draw(tensor)

    def applied(self, layer, tensor):
        """The layer's tensor, or the same one where Keras refuses, or what comes out is too large or empty."""
        if layer is None:
            return tensor
        try:
            found = layer(tensor)
        except (ValueError, TypeError, NotImplementedError, RuntimeError, ZeroDivisionError):
            return tensor
        sizes = [size for size in found.shape[1:] if size is not None]
        return tensor if min(sizes, default=1) < 1 or max(sizes, default=1) > 60 else found

    def branch(self, tensor, again=True):
        """Two branches of a functional model, and what joins them."""
        kind = self.rng.choice(("add", "concatenate", "gate", "shared", "nested", "operator"))
        norm = {"padding": "same", "data_format": self.format}
        width, channels = self.ndim, self.channels_of(tensor)
        if kind == "shared":
            layer = self.made(f"Conv{width}D", channels, 3, **norm)
            return layer(layer(tensor))
        if kind == "nested":
            start = self.keras.Input(tensor.shape[1:])
            end = self.applied(self.conv(start), self.applied(self.norm(start), start))
            if end is start:
                return tensor
            inner = self.keras.Model(start, end, name=self.name())
            return inner(tensor)
        if kind == "gate":
            pooled = self.made(f"GlobalAveragePooling{width}D", keepdims=self.bias(), data_format=self.format)(tensor)
            if len(pooled.shape) == 2:
                ones = (1,) * width
                pooled = self.made("Reshape", (*ones, channels) if self.last else (channels, *ones))(pooled)
            gate = self.made(f"Conv{width}D", channels, 1, activation="sigmoid", data_format=self.format)(pooled)
            return self.made("Multiply")([tensor, gate])
        other = self.made(f"Conv{width}D", channels, 3, **norm)(tensor)
        if again and self.rng.random() < 0.3:
            other = self.branch(other, again=False)
            if other.shape != tensor.shape:
                return tensor
        if kind == "concatenate":
            return self.made("Concatenate", axis=-1 if self.last else 1)([tensor, other, tensor])
        if kind == "operator":
            return self.keras.ops.relu(tensor + other) * 2.0
        return self.made(self.rng.choice(("Add", "Average", "Maximum", "Subtract")))([tensor, other])

    def ending(self, tensor):
        """What a classifier or a generator ends with."""
        kind = self.rng.choice(("none", "flatten", "global", "generator"))
        if kind == "none":
            return tensor
        if kind == "global":
            pooling = self.rng.choice(("Max", "Average"))
            tensor = self.made(f"Global{pooling}Pooling{self.ndim}D", data_format=self.format)(tensor)
        else:
            tensor = self.made("Flatten")(tensor)
        for _ in range(self.rng.randint(0, 2)):
            tensor = self.applied(self.flat_layer(tensor), tensor)
        if kind == "generator":
            sizes = [self.rng.randint(1, 3) for _ in range(self.ndim)]
            shape = (*sizes, 2) if self.last else (2, *sizes)
            total = 2
            for size in sizes:
                total *= size
            tensor = self.made("Dense", total)(tensor)
            tensor = self.made("Reshape", (-1, *shape[1:]) if self.rng.random() < 0.3 else shape)(tensor)
            tensor = self.applied(self.conv_transpose(tensor), tensor)
        return tensor

    def functional(self):
        tensor = self.input
        for _ in range(self.rng.randint(1, 5)):
            if self.rng.random() < 0.35:
                tensor = self.branch(tensor)
            else:
                tensor = self.applied(self.spatial_layer(tensor), tensor)
        tensor = self.ending(tensor)
        if tensor is self.input:
            tensor = self.made("Dropout", 0.5)(tensor)
        return self.keras.Model(self.input, tensor, name="drawn")

    def sequential(self):
        tensor, layers = self.input, []
        for _ in range(self.rng.randint(1, 7)):
            flat = len(tensor.shape) == 2
            if not flat and self.rng.random() < 0.1:
                layer = self.made("Flatten")
            else:
                layer = self.flat_layer(tensor) if flat else self.spatial_layer(tensor)
            found = self.applied(layer, tensor)
            if found is not tensor:
                layers.append(layer)
                tensor = found
        fresh = [layer.from_config(layer.get_config()) for layer in layers] or [self.made("Dropout", 0.5)]
        return self.keras.Sequential([self.keras.Input(self.input.shape[1:]), *fresh], name="drawn")


def all_layers(model):
    """Every layer of a model and of the models in it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from all_layers(layer)
        else:
            yield layer


def as_keras_2(text):
    """The JSON of a Keras 3 model in the format of Keras 2: other keys, and lists for inbound nodes."""
    return json.dumps({**_older(json.loads(text)), "keras_version": "2.15.0", "backend": "tensorflow"})


def _older(layer):
    config = dict(layer["config"])
    if "batch_shape" in config:
        config["batch_input_shape"] = config.pop("batch_shape")
    config.pop("build_input_shape", None)
    functional = "input_layers" in config
    if "layers" in config:
        config["layers"] = [_older(inner) for inner in config["layers"]]
        counts = (
            {inner["name"] for inner in config["layers"] if inner["class_name"] == "Functional"} if functional else ()
        )
        for inner in config["layers"] if functional else ():
            inner["inbound_nodes"] = [_older_node(node, counts) for node in inner["inbound_nodes"]]
        if functional:
            for key in ("input_layers", "output_layers"):
                config[key] = [config[key]] if isinstance(config[key][0], str) else config[key]
    kept = {key: layer[key] for key in ("class_name", "name", "inbound_nodes") if key in layer}
    return {**kept, "config": config}


def _older_node(node, models):
    """A list of [layer, call, tensor, other arguments]; Keras 2 counts the call that made a model as its first."""
    found = []
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, dict) and at.get("class_name") == "__keras_tensor__":
            name, call, tensor = at["config"]["keras_history"]
            found.append([name, call + (name in models), tensor, {}])
        elif isinstance(at, dict):
            stack.extend(reversed(list(at.values())))
        elif isinstance(at, list):
            stack.extend(reversed(at))
    return found
