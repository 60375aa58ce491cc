"""The wordings in which each skill is asked, and the only ones the demo experts know.

{0}, {1}, ... stand for the operands as `demo.skills` generates them.
"""

from demo.phrasings.arithmetic import ARITHMETIC
from demo.phrasings.numbers import NUMBERS
from demo.phrasings.symbols import SYMBOLS
from demo.phrasings.words import WORDS

PHRASINGS: dict[str, tuple[str, ...]] = ARITHMETIC | NUMBERS | SYMBOLS | WORDS
