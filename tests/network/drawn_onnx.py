"""ONNX models drawn at random with `onnx.helper`: every node is named as its output, so that shapes can be compared."""

from __future__ import annotations


class Drawing:
    """A random graph from one tensor to one, of 1 to 3 spatial axes; `model` makes it."""

    def __init__(self, rng, onnx, numpy, opset):
        self.rng = rng
        self.onnx = onnx
        self.numpy = numpy
        self.opset = opset
        self.ndim = rng.choice((1, 2, 2, 2, 3))
        self.sizes = [rng.randint(5, 14 if self.ndim < 3 else 8) for _ in range(self.ndim)]
        self.channels = rng.choice((1, 2, 3, 4, 8))
        self.nodes, self.stored, self.count = [], [], 0
        self.shape = [self.channels, *self.sizes]
        self.now = self.sizes
        """The spatial sizes that a layer is drawn for."""

    def weights(self, dims):
        name = f"w{len(self.stored)}"
        self.stored.append(self.onnx.numpy_helper.from_array(self.numpy.zeros(dims, dtype="float32"), name))
        return name

    def numbers(self, values, kind="int64"):
        name = f"w{len(self.stored)}"
        self.stored.append(self.onnx.numpy_helper.from_array(self.numpy.array(values, dtype=kind), name))
        return name

    def node(self, op, inputs, **attributes):
        self.count += 1
        name = f"t{self.count}"
        given = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(self.onnx.helper.make_node(op, inputs, [name], name=name, **given))
        return name

    def each(self, *choices):
        return [self.rng.choice(choices) for _ in range(self.ndim)]

    def windows(self, kernel, dilations=None):
        """Strides, and paddings in numbers or by a name."""
        given = {"strides": self.each(1, 1, 2, 3), "dilations": dilations}
        if self.rng.random() < 0.3 and (dilations is None or set(dilations) == {1}):
            return {**given, "auto_pad": self.rng.choice(("SAME_UPPER", "SAME_LOWER", "VALID"))}
        return {**given, "pads": [self.rng.randint(0, min(2, size - 1)) for size in kernel * 2]}

    def conv(self, at, channels):
        groups = self.rng.choice([n for n in (1, 1, 2, channels) if channels % n == 0])
        features = groups * self.rng.randint(1, 3)
        kernel = self.each(1, 2, 3)
        bias = [self.weights([features])] if self.rng.random() < 0.5 else []
        inputs = [at, self.weights([features, channels // groups, *kernel]), *bias]
        dilations = self.each(1, 2) if self.rng.random() < 0.3 else None
        return self.node("Conv", inputs, group=groups, **self.windows(kernel, dilations))

    def conv_transpose(self, at, channels):
        features, kernel = self.rng.randint(1, 4), self.each(2, 3, 4)
        strides = self.each(1, 2, 3)
        inputs = [at, self.weights([channels, features, *kernel])]
        way = self.rng.randrange(3)
        if way == 0:  # beyond the kernel, onnxruntime parts from the text
            strides = [min(pair) for pair in zip(strides, kernel, strict=True)]
            return self.node("ConvTranspose", inputs, strides=strides, auto_pad="SAME_UPPER")
        more = {"output_padding": [self.rng.randrange(stride) for stride in strides]} if way == 1 else {}
        pads = [self.rng.randint(0, 1) for _ in kernel * 2]
        return self.node("ConvTranspose", inputs, strides=strides, pads=pads, **more)

    def pool(self, at, _):
        kernel = [min(pair) for pair in zip(self.each(2, 3), self.now, strict=True)]  # beyond, it rounds otherwise
        op = self.rng.choice(("MaxPool", "AveragePool", "LpPool"))
        given = self.windows(kernel)
        if op != "LpPool" and "auto_pad" not in given and self.opset >= 10 and self.rng.random() < 0.5:
            given["ceil_mode"] = 1
        return self.node(op, [at], kernel_shape=kernel, **given)

    def pad(self, at, _):
        pads = [0, 0, *self.each(0, 1, 2), 0, 0, *self.each(0, 1, 2)]
        mode = self.rng.choice(("constant", "reflect", "edge"))
        if self.opset < 11:
            return self.node("Pad", [at], pads=pads, mode=mode)
        return self.node("Pad", [at, self.numbers(pads)], mode=mode)

    def crop(self, at, _):
        axes = [axis for axis in range(2, 2 + self.ndim) if self.rng.random() < 0.7] or [2]
        starts = [self.rng.randint(0, 2) for _ in axes]
        ends = [self.rng.choice((-1, -2, 2**31 - 1, 5)) for _ in axes]
        if self.opset < 10:
            return self.node("Slice", [at], starts=starts, ends=ends, axes=axes)
        return self.node("Slice", [at, self.numbers(starts), self.numbers(ends), self.numbers(axes)])

    def resize(self, at, _):
        scales = [1.0, 1.0, *self.each(1.0, 2.0, 2.0, 3.0, 1.5, 0.5, 0.7)]
        if self.opset < 11:
            return self.node("Upsample", [at, self.numbers([max(scale, 1.0) for scale in scales], "float32")])
        given = {
            "mode": self.rng.choice(("nearest", "linear")),
            "coordinate_transformation_mode": self.rng.choice(
                ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
            ),
        }
        return self.node("Resize", [at, "", self.numbers(scales, "float32")], **given)

    def norm(self, at, channels):
        inputs = [at, *[self.weights([channels]) for _ in range(4)]]
        if self.rng.random() < 0.3:
            return self.node("InstanceNormalization", inputs[:3])
        return self.node("BatchNormalization", inputs)

    def noop(self, at, channels):
        op = self.rng.choice(("Relu", "Sigmoid", "LeakyRelu", "Elu", "LRN", "Softplus", "PRelu", "Mul", "Add", "Clip"))
        ones = [1] * self.ndim
        more = {"PRelu": [[channels, *ones]], "Mul": [[1, channels, *ones]], "Add": [[1]]}.get(op, [])
        given = {"size": 3} if op == "LRN" else {}
        if op == "LRN" and self.ndim != 2:
            return at
        return self.node(op, [at, *[self.weights(dims) for dims in more]], **given)

    def exchanged(self, at, channels):
        """Through channels last and back, with a fully connected layer at every position."""
        back = [0, self.ndim + 1, *range(1, self.ndim + 1)]
        there = [0, *range(2, self.ndim + 2), 1]
        features = self.rng.randint(1, 4)
        held = self.node("Transpose", [at], perm=there)
        held = self.node("MatMul", [held, self.weights([channels, features])])
        if self.rng.random() < 0.5:
            held = self.node("Add", [held, self.weights([features])])
        return self.node("Transpose", [held], perm=back)

    def residual(self, at, channels):
        other = self.node(
            "Conv", [at, self.weights([channels, channels, *[3] * self.ndim])], pads=[1] * (2 * self.ndim)
        )
        op = self.rng.choice(("Add", "Sum", "Max", "Mul", "Concat", "gate"))
        if op == "Concat":
            return self.node("Concat", [at, other, at], axis=1)
        if op == "gate":
            pooled = self.node("GlobalAveragePool", [other])
            return self.node("Mul", [at, self.node("Sigmoid", [pooled])])
        return self.node(op, [at, other])

    def shuffled(self, at, channels):
        if self.ndim != 2 or channels % 4:
            return at
        return self.node("DepthToSpace", [at], blocksize=2)

    def layer(self, at, channels):
        draw = self.rng.choice(
            (
                *(self.conv, self.conv, self.conv, self.conv_transpose, self.pool, self.pool, self.pad, self.crop),
                *(self.resize, self.norm, self.noop, self.noop, self.exchanged, self.residual, self.residual),
                self.shuffled,
            )
        )
        return draw(at, channels)

    def ending(self, at, shape):
        """To features, in one of the ways that exporters have."""
        way = self.rng.choice(("none", "flatten", "reshape", "global", "computed"))
        total = 1
        for size in shape[1:]:
            total *= size
        if way == "none":
            return at
        if way == "flatten":
            at = self.node("Flatten", [at])
        elif way == "reshape":
            at = self.node("Reshape", [at, self.numbers(self.rng.choice(([1, -1], [0, -1], [-1, total])))])
        elif way == "global":
            at, total = self.node("GlobalAveragePool", [at]), shape[1]
            at = self.node("Reshape", [at, self.numbers([0, -1])])
        else:
            batch = self.node("Gather", [self.node("Shape", [at]), self.numbers(0)], axis=0)
            row = self.node("Reshape", [batch, self.numbers([1])])
            at = self.node("Reshape", [at, self.node("Concat", [row, self.numbers([-1])], axis=0)])
        features = self.rng.randint(1, 5)
        if self.rng.random() < 0.5:
            return self.node("Gemm", [at, self.weights([features, total]), self.weights([features])], transB=1)
        at = self.node("MatMul", [at, self.weights([total, features])])
        return self.node("Add", [at, self.weights([features])]) if self.rng.random() < 0.5 else at

    def model(self, output):
        helper, kind = self.onnx.helper, self.onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self.nodes,
            "drawn",
            [helper.make_tensor_value_info("data", kind, [1, *self.shape])],
            [helper.make_tensor_value_info(output, kind, None)],
            self.stored,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)


def run_shapes(model, feed, runtime):
    """The shape of every tensor, as onnxruntime computes them."""
    asked = type(model)()
    asked.CopyFrom(model)
    names = [name for node in asked.graph.node for name in node.output]
    del asked.graph.output[:]
    asked.graph.output.extend([type(model.graph.output[0])(name=name) for name in names])
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = runtime.InferenceSession(asked.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return {name: value.shape for name, value in zip(names, session.run(names, feed), strict=True)}


def drawn(rng, onnx, numpy, runtime, opset):
    """A model, and the shape of every tensor of it; a layer that onnxruntime refuses is left out."""
    drawing = Drawing(rng, onnx, numpy, opset)
    feed = {"data": numpy.zeros((1, *drawing.shape), dtype="float32")}
    at, shapes = "data", {"data": (1, *drawing.shape)}
    for step in range(rng.randint(2, 7)):
        before = (list(drawing.nodes), list(drawing.stored))
        try:
            drawing.now = shapes[at][2:]
            found = drawing.layer(at, shapes[at][1]) if step < 5 else drawing.ending(at, shapes[at])
            run = run_shapes(drawing.model(found), feed, runtime) if found != at else {}
        except Exception:  # noqa: BLE001  # onnxruntime has kinds of its own for what it refuses
            run = {}
        if not run or any(0 in shape for shape in run.values()):
            drawing.nodes, drawing.stored = before
            continue
        at, shapes = found, {"data": shapes["data"], **run}
        if len(shapes[at]) == 2 or max(shapes[at]) > 60:
            break
    if not drawing.nodes:
        at = drawing.node("Relu", ["data"])
        shapes = run_shapes(drawing.model(at), feed, runtime)
    return drawing.model(at), shapes
