"""Pictures of a layer at work: from parameters to windows, to a scene, to a drawing, to a file.

>>> import convarith as ca
>>> scene = ca.render.compose(ca.Conv(3, stride=2, padding=1), (6, 6))
>>> len(scene.steps), scene.captions
(9, ('Relationship 6: o = ⌊(i + 2p - k)/s⌋ + 1 = ⌊(6 + 2·1 - 3)/2⌋ + 1 = 3',))

`compose` makes the scene, `animate` writes it as a file.
"""

from convarith.render.animation import Animation, animate
from convarith.render.composers import compose

__all__ = ["Animation", "animate", "compose"]
