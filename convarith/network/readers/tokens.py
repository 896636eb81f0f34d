"""The compact notation cut into words, separators and parentheses, and the places that errors name.

What the words mean is not known here.
"""

from __future__ import annotations

import re

from convarith.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from convarith.errors import RefusedError

WORD, QUOTED, ARROW, STRAY, END = "w", "q", ">", "?", ""
"""Kinds of tokens; the rest of them, ``\\n , ; | ( ) [ ]``, stand for themselves."""

SEPARATORS = frozenset((ARROW, "\n", ",", ";"))

_TOKEN = re.compile(
    r"""(?P<space>(?:[^\S\n]|[\ufeff\u200b])+|\#[^\n]*)
    |(?P<arrow>[-–—−=]{1,3}>|[→⟶➔➜⇒⟹➝])
    |(?P<sign>[\n,;|()\[\]])
    |(?P<word>(?:[^\s\ufeff\u200b()\[\]|;,\#"'→⟶➔➜⇒⟹➝–—−=-]+|[-–—−=](?![-–—−=]{0,2}>))+)
    |(?P<quoted>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')
    |(?P<stray>.)""",
    re.VERBOSE,
)

_KINDS = {"arrow": ARROW, "word": WORD, "quoted": QUOTED, "stray": STRAY}

_AS_TYPED = str.maketrans("×✕✖⨯–—−‐‑", "xxxx-----")
"""Signs of printed papers, and what a keyboard has for them."""

_ESCAPE = r"\\(?:u([0-9A-Fa-f]{4})|U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})|(.))"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class Tokens:
    """All tokens of a text and a cursor; the last one is the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.kinds: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        kinds, words, starts = self.kinds, self.words, self.starts
        for match in _TOKEN.finditer(text):
            group = match.lastgroup or ""
            if group == "space":
                continue
            word = match[0]
            if group == "word" and not word.isascii():
                word = word.translate(_AS_TYPED)
            kinds.append(_KINDS.get(group, word))
            words.append(word)
            starts.append(match.start())
        kinds.append(END)
        words.append("")
        starts.append(len(text))

    @property
    def kind(self) -> str:
        return self.kinds[self.at]

    @property
    def start(self) -> int:
        """Where in the text the current token begins."""
        return self.starts[self.at]

    def skip_lines(self) -> None:
        """Go to the first token that is no end of a line."""
        while self.kinds[self.at] == "\n":
            self.at += 1

    def glued(self, at: int) -> bool:
        """Whether nothing is between a token and the one before it."""
        return at > 0 and self.starts[at] == self.starts[at - 1] + len(self.words[at - 1])

    def closing(self, at: int) -> int | None:
        """The token that closes the parenthesis at a token, or None."""
        depth = 0
        for number in range(at, len(self.kinds)):
            kind = self.kinds[number]
            if kind in ("(", "["):
                depth += 1
            elif kind in (")", "]"):
                depth -= 1
                if not depth:
                    return number
        return None


def misread(text: str, start: int, message: str, layer: int = 0, cause: RefusedError | None = None) -> ParameterError:
    """What is wrong at a place of the text, with the place in words."""
    line = text.count("\n", 0, start) + 1
    character = start - text.rfind("\n", 0, start)
    where = f"at line {line}, character {character}" if "\n" in text.strip() else f"at character {start + 1}"
    numbers = {**(cause.numbers if cause else {}), "line": line, "character": character}
    if layer:
        where += f", layer {layer}"
        numbers["layer"] = layer
    return ParameterError(f"{where}: {message}", **numbers)


def cut(text: str) -> str:
    """A piece of the text as a sentence quotes it, not too long."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def unquoted(token: str) -> str:
    r"""The name in quotes: ``\"``, ``\\``, ``\n`` and ``\u00e9`` are escapes.

    >>> unquoted(r'"my \"own\" layer"')
    'my "own" layer'
    """
    inner = token[1:-1]
    return re.sub(_ESCAPE, _unescaped, inner) if "\\" in inner else inner


def quoted(name: str) -> str:
    r"""A name in quotes, which `unquoted` takes back to it.

    >>> print(quoted('my "own" layer'))
    "my \"own\" layer"
    """
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f'"{name}"'
    return f'"{"".join(map(_escaped, name))}"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
