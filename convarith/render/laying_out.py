"""From any scene to its page: each kind of scene has its own way there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convarith.render.layout import lay_out
from convarith.render.scene import Scene

if TYPE_CHECKING:
    from typing import TypeAlias

    from convarith.render.networks.diagram import BoxScene
    from convarith.render.networks.field_diagram import FieldScene
    from convarith.render.pages import Page
    from convarith.render.themes import Theme
    from convarith.render.views import View

    AnyScene: TypeAlias = Scene | BoxScene | FieldScene

# Scenes of networks are laid out by modules that others do not wait for.


def page_of(
    scene: AnyScene,
    view: type[View],
    theme: Theme,
    *,
    width: int | None = None,
    frame_ms: int | None = None,
    caption: bool = True,
) -> Page:
    """The page of a scene; the view is for those of grids.

    Raises:
        ShapeError: it does not fit into the width, or no page holds it.
    """
    if isinstance(scene, Scene):
        return lay_out(scene, view, theme, width=width, frame_ms=frame_ms, caption=caption)
    from convarith.render.networks.box_pages import box_page
    from convarith.render.networks.diagram import BoxScene
    from convarith.render.networks.field_pages import field_page

    if isinstance(scene, BoxScene):
        return box_page(scene, theme, width=width, frame_ms=frame_ms, caption=caption)
    return field_page(scene, theme, width=width, frame_ms=frame_ms, caption=caption)


def poster_alone(scene: AnyScene) -> AnyScene:
    """A network's scene with the step alone that a still shows, whose note then is all that needs room."""
    if isinstance(scene, Scene):
        return scene
    return replace(scene, steps=(scene.steps[scene.poster],), poster=0)
