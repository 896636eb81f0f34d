"""Pictures of a layer at work: from parameters to windows, to a scene, to a drawing, to a file.

>>> import convarith as ca
>>> scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6))
>>> len(scene.steps), scene.captions
(9, ('Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3',))

`compose` makes the scene, `animate` writes it as a file, `compare` puts two or three layers side by side, `stack` puts
layers one after the other;
`draw_network` writes a picture of a whole network, and `compose_network` makes its scene;
`draw` makes a drawing of a scene, and `draw_on` puts it on axes of a figure of your own; `gallery` builds many pictures
at once, and a page that shows them.
"""

from convarith.render.animation import Animation
from convarith.render.composers import compose, compose_stack, compose_together
from convarith.render.drawing import Drawing
from convarith.render.making import animate, compare, draw, draw_on, stack
from convarith.render.scene import Scene
from convarith.render.theme_files import theme_named
from convarith.render.themes import THEMES, Theme

__all__ = [
    "THEMES",
    "Animation",
    "Drawing",
    "Scene",
    "Theme",
    "animate",
    "compare",
    "compose",
    "compose_network",
    "compose_stack",
    "compose_together",
    "draw",
    "draw_network",
    "draw_on",
    "stack",
    "theme_named",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.render import gallery as gallery
    from convarith.render.networks.making import compose_network as compose_network
    from convarith.render.networks.making import draw_network as draw_network

_ON_FIRST_TOUCH = {
    "compose_network": ("convarith.render.networks.making", "compose_network"),
    "draw_network": ("convarith.render.networks.making", "draw_network"),
    "gallery": ("convarith.render.gallery", ""),
}
"""What a single picture of a layer does not wait for: (module, name in it)."""


def __getattr__(name: str) -> object:
    if name not in _ON_FIRST_TOUCH:
        raise AttributeError(f"module 'convarith.render' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _ON_FIRST_TOUCH[name]
    value: object = import_module(module)
    return getattr(value, attribute) if attribute else value


def __dir__() -> list[str]:
    return sorted([*__all__, "gallery"])
