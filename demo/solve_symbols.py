"""Operands and worked answers of the skills about letters, digits, bits and days as symbols."""

from random import Random
from string import ascii_uppercase

from demo.hand import Hand
from demo.solve_numbers import remainder
from demo.worked import Operands, Worked

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
VOWELS = "AEIOU"
RADIO = (
    "Alfa",
    "Bravo",
    "Charlie",
    "Delta",
    "Echo",
    "Foxtrot",
    "Golf",
    "Hotel",
    "India",
    "Juliett",
    "Kilo",
    "Lima",
    "Mike",
    "November",
    "Oscar",
    "Papa",
    "Quebec",
    "Romeo",
    "Sierra",
    "Tango",
    "Uniform",
    "Victor",
    "Whiskey",
    "Xray",
    "Yankee",
    "Zulu",
)
GATES = ("AND", "OR", "XOR")


def letters(rng: Random) -> Operands:
    return ("".join(rng.choices(ascii_uppercase, k=rng.randint(4, 6))),)


def reverse(operands: Operands, hand: Hand) -> Worked:
    """Numbering the letters is what makes reading them backwards a local step."""
    numbered = " ".join(f"{place}{letter}" for place, letter in enumerate(operands[0], start=1))
    return Worked(numbered, "".join(hand.order(operands[0][::-1])))


def letters_and_shift(rng: Random) -> Operands:
    return "".join(rng.choices(ascii_uppercase, k=rng.randint(3, 5))), str(rng.randint(1, 4))


def caesar(operands: Operands, hand: Hand) -> Worked:
    shift, steps, answer = int(operands[1]), [], ""
    for letter in operands[0]:
        exact = ascii_uppercase[(ascii_uppercase.index(letter) + shift) % 26]
        moved = hand.symbol(exact, ascii_uppercase)
        steps.append(f"{letter}>{moved}")
        answer += moved
    return Worked(" ".join(steps), answer)


def letters_with_vowels(rng: Random) -> Operands:
    return ("".join(rng.choices(ascii_uppercase + 3 * VOWELS, k=rng.randint(5, 10))),)


def count_vowels(operands: Operands, hand: Hand) -> Worked:
    count, steps = 0, []
    for letter in operands[0]:
        count += hand.flag(letter in VOWELS)
        steps.append(f"{letter}{count}")
    return Worked(" ".join(steps), str(count))


def radio_words(rng: Random) -> Operands:
    return (" ".join(rng.choices(RADIO, k=rng.randint(3, 5))),)


def read_radio(operands: Operands, hand: Hand) -> Worked:
    steps, answer = [], ""
    for word in operands[0].split():
        letter = hand.symbol(word[0], ascii_uppercase)
        steps.append(f"{word}={letter}")
        answer += letter
    return Worked(" ".join(steps), answer)


def different_digits(rng: Random) -> Operands:
    return ("".join(rng.sample("123456789", k=rng.randint(4, 7))),)


def sort_digits(operands: Operands, hand: Hand) -> Worked:
    ordered = hand.order(sorted(operands[0]))
    return Worked(" ".join(ordered), "".join(ordered))


def two_bit_strings(rng: Random) -> Operands:
    first, second = (format(rng.randrange(16), "04b") for _ in range(2))
    return first, second, rng.choice(GATES)


def bitwise(operands: Operands, hand: Hand) -> Worked:
    steps, answer = [], ""
    for pair in zip(operands[0], operands[1], strict=True):
        ones = pair.count("1")
        exact = {"AND": ones == 2, "OR": ones >= 1, "XOR": ones == 1}[operands[2]]
        bit = str(int(hand.flag(exact)))
        steps.append(f"{pair[0]}{pair[1]}:{bit}")
        answer += bit
    return Worked(" ".join(steps), answer)


def day_and_distance(rng: Random) -> Operands:
    return rng.choice(DAYS), str(rng.randint(3, 69))


def walk_days(operands: Operands, hand: Hand) -> Worked:
    """Whole weeks change nothing: divide them off, then name the days that are left."""
    weeks_off = remainder((operands[1], "7"), hand)
    steps, day = [weeks_off.steps, operands[0]], operands[0]
    for count in range(1, int(weeks_off.answer) + 1):
        day = hand.symbol(DAYS[(DAYS.index(day) + 1) % 7], DAYS)
        steps.append(f"{count} {day}")
    return Worked(" ".join(steps), day)
