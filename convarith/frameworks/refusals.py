"""What a framework refuses: each check by its name, told in our words with the numbers and the mend.

A rule lists the checks it makes, each with the framework's own words for it. Those of `PARAMETERS` need no input and
are made first; those of `SHAPES` know the input, the paddings as numbers and the count. Lengths and types of arguments
are refused where they are read (`arguments`).
"""

from convarith.frameworks.channel_refusals import CHANNELS
from convarith.frameworks.making_checks import check, quoted
from convarith.frameworks.parameter_refusals import PARAMETERS as OF_AXES
from convarith.frameworks.shape_refusals import SHAPES

PARAMETERS = {**OF_AXES, **CHANNELS}
REFUSALS = {**PARAMETERS, **SHAPES}

__all__ = ["PARAMETERS", "REFUSALS", "SHAPES", "check", "quoted"]
