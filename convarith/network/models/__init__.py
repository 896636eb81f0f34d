"""Networks that everybody knows, by id: the names, and what an id that is not one is answered.

The networks themselves are in the modules beside, and only that of the one asked for is imported.
"""

from __future__ import annotations

from convarith.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from convarith.network.graph import Network

__all__ = ["is_name", "named", "names"]

_NETWORKS: dict[str, tuple[str, str, *tuple[str | int, ...]]] = {
    "lenet5": ("classic", "lenet5"),
    "alexnet": ("classic", "alexnet"),
    "alexnet-grouped": ("classic", "alexnet", "grouped"),
    "alexnet-224": ("classic", "alexnet", "224"),
    "zfnet": ("classic", "zfnet"),
    "overfeat": ("classic", "overfeat", "fast"),
    "overfeat-accurate": ("classic", "overfeat", "accurate"),
    "vgg11": ("classic", "vgg", "11"),
    "vgg13": ("classic", "vgg", "13"),
    "vgg16": ("classic", "vgg", "16"),
    "vgg16c": ("classic", "vgg", "16c"),
    "vgg19": ("classic", "vgg", "19"),
    "nin": ("classic", "nin"),
    "nin-imagenet": ("classic", "nin", "imagenet"),
    "googlenet": ("inception", "googlenet"),
    "googlenet-paper": ("inception", "googlenet", "paper"),
    "resnet18": ("residual", "resnet", 18),
    "resnet34": ("residual", "resnet", 34),
    "resnet50": ("residual", "resnet", 50),
    "resnet101": ("residual", "resnet", 101),
    "resnet152": ("residual", "resnet", 152),
    "resnet50-v1.5": ("residual", "resnet", 50, "v1.5"),
    "resnet101-v1.5": ("residual", "resnet", 101, "v1.5"),
    "resnet152-v1.5": ("residual", "resnet", 152, "v1.5"),
    "resnet-cifar": ("residual", "resnet_cifar", 20),
    "wrn": ("residual", "wrn", 28, 10),
    "densenet121": ("dense", "densenet_imagenet", 121),
    "densenet161": ("dense", "densenet_imagenet", 161),
    "densenet169": ("dense", "densenet_imagenet", 169),
    "densenet201": ("dense", "densenet_imagenet", 201),
    "densenet": ("dense", "densenet", 40, 12),
    "densenet-bc": ("dense", "densenet_bc", 100, 12),
    "unet": ("segmentation", "unet"),
    "unet-same": ("segmentation", "unet", "same"),
    "fcn32s": ("segmentation", "fcn", 32),
    "fcn16s": ("segmentation", "fcn", 16),
    "fcn8s": ("segmentation", "fcn", 8),
    "dcgan": ("generating", "dcgan", "generator"),
    "dcgan-discriminator": ("generating", "dcgan", "discriminator"),
    "pastiche": ("generating", "pastiche"),
    "wavenet": ("generating", "wavenet"),
}
"""Module, function and its arguments, by id."""

_FAMILIES = {
    "resnet-cifar": ("residual", "resnet_cifar", ("depth",)),
    "resnet-cifar-basic": ("residual", "basic_cifar", ("depth",)),
    "resnet-cifar-bottleneck": ("residual", "bottleneck_cifar", ("depth",)),
    "wrn": ("residual", "wrn", ("depth", "width")),
    "densenet": ("dense", "densenet", ("depth", "growth")),
    "densenet-bc": ("dense", "densenet_bc", ("depth", "growth")),
}
"""Module, function and what its numbers are, by how an id of a family begins."""

_PUBLISHED = {
    "resnet-cifar": ("20", "32", "44", "56", "110", "164", "1001", "1202"),
    "wrn": ("16-8", "28-10", "40-4"),
    "densenet": ("40-12", "100-12", "100-24"),
    "densenet-bc": ("100-12", "190-40", "250-24"),
}
"""The sizes of a family that `names` lists."""

_OTHER_NAMES = {
    "fcn": "fcn8s",
    "inception": "googlenet",
    "inceptionv1": "googlenet",
    "networkinnetwork": "nin",
    "resnet": "resnet50",
    "vgg": "vgg16",
    "wideresnet": "wrn",
}
"""What else people call them, without hyphens."""

_LARGEST = 10_000
_LONGEST = 60


def names() -> tuple[str, ...]:
    """The ids of the named networks; a family of networks is there with published sizes, and takes others, too.

    >>> "vgg16" in names(), "wrn-28-10" in names(), "wrn-22-8" in names()
    (True, True, False)
    """
    listed = []
    for identifier in _NETWORKS:
        listed.append(identifier)
        listed += [f"{identifier}-{size}" for size in _PUBLISHED.get(identifier, ())]
    return tuple(listed)


def named(identifier: str) -> Network:
    """The network of an id, as ``resnet50``; of a family with its sizes, as ``wrn-22-8`` (depth 22, 8 times as wide).

    The families are ``resnet-cifar-DEPTH``, ``wrn-DEPTH-WIDTH``, ``densenet-DEPTH-GROWTH`` and
    ``densenet-bc-DEPTH-GROWTH``; their names alone are their best known members. Capitals do not matter.

    >>> named("lenet5")
    <Network LeNet-5 (LeCun et al., 1998) of 11 layers>
    >>> named("wrn-22-8").input_shape
    (3, 32, 32)
    >>> named("vgg15")
    Traceback (most recent call last):
    convarith.errors.ParameterError: unknown network 'vgg15'; did you mean 'vgg16'? network.names() lists them all

    Raises:
        ParameterError: there is no such network; the sentence names the nearest, or the depths that there are.
    """
    if not isinstance(identifier, str):
        raise ParameterError(f"a network's id is a text, as 'vgg16'; got {identifier!r}", identifier=identifier)
    word = identifier.strip().lower()
    module, function, *arguments = _NETWORKS.get(word) or _of_family(identifier, word)
    from importlib import import_module

    build = getattr(import_module(f"convarith.network.models.{module}"), function)
    network: Network = build(*arguments)
    return network


def is_name(text: str) -> bool:
    """Whether a text is an id, or begins as those of a family do: then `named` is to answer it, and no reader.

    >>> is_name("VGG16"), is_name("wrn-27-10"), is_name("3-1-1Conv64")
    (True, True, False)
    """
    word = text.strip().lower()
    return word in _NETWORKS or word.startswith(tuple(f"{family}-" for family in _FAMILIES))


def _of_family(identifier: str, word: str) -> tuple[str, str, *tuple[str | int, ...]]:
    """Where the network of a family is, with its numbers."""
    family = max((name for name in _FAMILIES if f"{word}-".startswith(f"{name}-")), key=len, default="")
    if not family:
        _refuse(identifier, word)
    module, function, parameters = _FAMILIES[family]
    given = word[len(family) + 1 :].split("-")
    if len(given) != len(parameters) or not all(entry.isascii() and entry.isdecimal() for entry in given):
        _refuse(identifier, word, f"{family}-{'-'.join(parameters).upper()}")
    sizes = []
    for name, entry in zip(parameters, given, strict=True):
        digits = entry.lstrip("0")
        if not digits or len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
            raise ParameterError(
                f"{_shown(word)}: its {name} has to be from 1 to {_LARGEST}, and is {_shown(entry)}",
                identifier=identifier,
            )
        sizes.append(int(digits))
    return module, function, *sizes


def _refuse(identifier: str, word: str, form: str = "") -> NoReturn:
    """Refuse an id, naming the nearest one."""
    if word in ("resnet18-v1.5", "resnet34-v1.5"):
        plain = word.removesuffix("-v1.5")
        raise ParameterError(
            f"there is no {word}: v1.5 is about bottlenecks, and {plain} has none; take {plain!r}",
            identifier=identifier,
        )
    close = _nearest(word) if len(word) <= _LONGEST else ""
    written = f"; its family is written {form}" if form else ""
    mean = f"did you mean {close!r}? " if close else ""
    raise ParameterError(
        f"unknown network {_shown(identifier)!r}{written}; {mean}network.names() lists them all", identifier=identifier
    )


def _nearest(word: str) -> str:
    """The id that a word most likely stands for: the same but for what is between its letters, of the same numbers
    (``resnet20``), of other numbers (``vgg15``), or spelled alike; else nothing."""
    import re
    from difflib import get_close_matches

    def bare(text: str) -> str:
        return re.sub("[^a-z0-9]", "", text)

    def numbers(text: str) -> list[int]:
        return [int(number) for number in re.findall("[0-9]+", text)]

    known = {bare(name): name for name in reversed(names())} | _OTHER_NAMES
    if bare(word) in known:
        return known[bare(word)]
    given = numbers(word)
    alike = given and get_close_matches(word, [name for name in names() if numbers(name) == given], 1, 0.5)
    if alike:
        return alike[0]
    stem = re.sub("[0-9]+", "#", word)
    same = [name for name in names() if given and re.sub("[0-9]+", "#", name) == stem]
    if same:
        return min(same, key=lambda name: [abs(one - other) for one, other in zip(numbers(name), given, strict=True)])
    return "".join(get_close_matches(word, names(), 1, 0.7))


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
