"""What a framework refuses of channels, groups and batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convarith.errors import ParameterError, RefusedError, ShapeError
from convarith.frameworks.making_checks import on_channels

if TYPE_CHECKING:
    from convarith.frameworks.making_checks import Check, OfChannels
    from convarith.frameworks.rules import Channels


def _no_groups(channels: Channels) -> RefusedError | None:
    if channels.groups >= 1 and channels.batch_groups >= 1:
        return None
    return ParameterError(
        f"groups {min(channels.groups, channels.batch_groups)} is below 1; the smallest is 1",
        groups=channels.groups,
    )


def _parted(number: int, groups: int, what: str) -> RefusedError | None:
    if number % groups == 0:
        return None
    return ShapeError(
        f"{number} {what} do not part into {groups} groups; take a number that {groups} divides, or other groups",
        channels=number,
        groups=groups,
    )


def _fewer_outputs_than_groups(channels: Channels) -> RefusedError | None:
    if channels.outputs >= channels.groups:
        return None
    return ShapeError(
        f"{channels.outputs} output channels are fewer than {channels.groups} groups; "
        f"it needs at least {channels.groups}",
        channels=channels.outputs,
        groups=channels.groups,
    )


def _other_weights(channels: Channels) -> RefusedError | None:
    wanted = channels.weight * channels.groups
    if channels.inputs == wanted:
        return None
    per_group = "" if channels.groups == 1 else f" in each of {channels.groups} groups"
    return ShapeError(
        f"the input has {channels.inputs} channels and the weight takes {channels.weight}{per_group}; "
        f"give an input of {wanted} channels",
        channels=channels.inputs,
        weight_channels=channels.weight,
        groups=channels.groups,
    )


def _other_transposed_weights(channels: Channels) -> RefusedError | None:
    if channels.inputs == channels.weight:
        return None
    return ShapeError(
        f"the input has {channels.inputs} channels and the weight takes {channels.weight}; "
        f"give an input of {channels.weight} channels",
        channels=channels.inputs,
        weight_channels=channels.weight,
    )


def _fewer_than_one(field: str, what: str) -> OfChannels:
    """A refusal of weights without any channels on one side."""

    def refuses(channels: Channels) -> RefusedError | None:
        number = getattr(channels, field)
        if number >= 1:
            return None
        return ParameterError(f"{number} {what} are below 1; the smallest number is 1", channels=number, least=1)

    return refuses


def _fewer_inputs_than_groups(channels: Channels) -> RefusedError | None:
    if channels.weight >= channels.groups:
        return None
    return ShapeError(
        f"{channels.weight} input channels of the weight are fewer than {channels.groups} groups; "
        f"it needs at least {channels.groups}",
        channels=channels.weight,
        groups=channels.groups,
    )


def _groups_of_both_kinds(channels: Channels) -> RefusedError | None:
    if channels.groups == 1 or channels.batch_groups == 1:
        return None
    return ParameterError(
        f"{channels.groups} groups of channels and {channels.batch_groups} of the batch do not go together; "
        f"give 1 for one of them",
        groups=channels.groups,
        batch_groups=channels.batch_groups,
    )


def _indivisible_inputs(channels: Channels) -> RefusedError | None:
    if channels.inputs >= 1 and channels.inputs % channels.weight == 0:
        return None
    return ShapeError(
        f"the input has {channels.inputs} channels, and the weight takes {channels.weight} in each group; "
        f"give an input with a multiple of {channels.weight}",
        channels=channels.inputs,
        weight_channels=channels.weight,
    )


def _grouped(channels: Channels) -> RefusedError | None:
    if channels.groups == 1:
        return None
    return ShapeError(
        f"these weights make {channels.groups} groups, which are not there; give weights of all channels",
        groups=channels.groups,
    )


def _empty_batch(channels: Channels) -> RefusedError | None:
    if channels.batch:
        return None
    return ShapeError("the batch is empty; it needs at least 1 image", batch=0)


CHANNELS: dict[str, Check] = {
    "groups below 1": on_channels(_no_groups),
    "inputs not parted": on_channels(lambda channels: _parted(channels.inputs, channels.groups, "input channels")),
    "outputs not parted": on_channels(lambda channels: _parted(channels.outputs, channels.groups, "output channels")),
    "fewer outputs than groups": on_channels(_fewer_outputs_than_groups),
    "other weights": on_channels(_other_weights),
    "other transposed weights": on_channels(_other_transposed_weights),
    "fewer inputs than groups": on_channels(_fewer_inputs_than_groups),
    "no output channels": on_channels(_fewer_than_one("outputs", "output channels")),
    "no input channels": on_channels(_fewer_than_one("weight", "input channels")),
    "inputs of no whole groups": on_channels(_indivisible_inputs),
    "groups": on_channels(_grouped),
    "groups of both kinds": on_channels(_groups_of_both_kinds),
    "batch not parted": on_channels(lambda channels: _parted(channels.batch, channels.batch_groups, "images")),
    "outputs not parted by the batch": on_channels(
        lambda channels: _parted(channels.outputs, channels.batch_groups, "output channels")
    ),
    "empty batch": on_channels(_empty_batch),
}
"""Checks of channels, groups and batches."""
