"""The sixteen formal skills of the demo pool, in the order that `demo.pool` deals them out."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from demo import solve_numbers as numbers
from demo import solve_symbols as symbols
from demo.phrasings import PHRASINGS
from demo.worked import Operands, Solver


@dataclass(frozen=True)
class Skill:
    """`keywords` are what the annotator may write: the name first, then its own synonyms.

    A keyword belongs to one skill and has at most 20 characters; the product drops longer ones.
    """

    keywords: tuple[str, str, str]
    operands: Callable[[Random], Operands]
    solve: Solver
    effort: int = 1  # how often an expert practises it, against its other skills

    @property
    def name(self) -> str:
        return self.keywords[0]

    @property
    def phrasings(self) -> tuple[str, ...]:
        return PHRASINGS[self.name]


SKILLS = (
    Skill(("addition", "sums", "column adding"), numbers.two_addends, numbers.add),
    Skill(
        ("string reversal", "backward spelling", "mirrored text"),
        symbols.letters,
        symbols.reverse,
        effort=2,
    ),
    Skill(
        ("modular arithmetic", "remainders", "leftovers"),
        numbers.number_and_modulus,
        numbers.remainder,
        effort=2,
    ),
    Skill(
        ("roman numerals", "latin numerals", "ancient numbers"),
        numbers.roman_numeral,
        numbers.read_roman,
    ),
    Skill(
        ("subtraction", "differences", "taking away"),
        numbers.larger_and_smaller,
        numbers.subtract,
    ),
    Skill(
        ("caesar cipher", "letter shifting", "encryption"),
        symbols.letters_and_shift,
        symbols.caesar,
    ),
    Skill(("binary numbers", "base two", "binary decoding"), numbers.bits, numbers.read_binary),
    Skill(
        ("calendar days", "weekdays", "day counting"),
        symbols.day_and_distance,
        symbols.walk_days,
    ),
    Skill(
        ("multiplication", "products", "times tables"),
        numbers.number_and_digit,
        numbers.multiply,
    ),
    Skill(
        ("vowel counting", "vowels", "letter tally"),
        symbols.letters_with_vowels,
        symbols.count_vowels,
    ),
    Skill(("digit sum", "cross sum", "adding digits"), numbers.long_number, numbers.sum_digits),
    Skill(
        ("radio alphabet", "phonetic alphabet", "call signs"),
        symbols.radio_words,
        symbols.read_radio,
    ),
    Skill(
        ("number sequences", "number patterns", "next terms"),
        numbers.sequence,
        numbers.next_term,
    ),
    Skill(
        ("sorting digits", "ascending order", "digit ordering"),
        symbols.different_digits,
        symbols.sort_digits,
    ),
    Skill(
        ("bitwise logic", "logic gates", "bit masks"),
        symbols.two_bit_strings,
        symbols.bitwise,
    ),
    Skill(
        ("unit conversion", "measurement units", "unit changing"),
        numbers.measure,
        numbers.convert,
    ),
)
BY_NAME = {skill.name: skill for skill in SKILLS}
