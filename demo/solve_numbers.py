"""Operands and worked answers of the skills that end in a number.

A 172-thousand-parameter model learns a rule only where each step is local: digits are worked
one column at a time, units first, with the carry written out. Numbers to calculate with have
three digits throughout: rarer lengths were the last to be learnt, and the only ones got wrong.
"""

from itertools import zip_longest
from random import Random

from demo.hand import Hand
from demo.worked import Operands, Worked

UNITS = (  # (large unit, small unit, how many small ones in a large one)
    ("weeks", "days", 7),
    ("days", "hours", 24),
    ("hours", "minutes", 60),
    ("minutes", "seconds", 60),
    ("feet", "inches", 12),
    ("years", "months", 12),
)
NUMERALS = (  # place value, its numerals for the digits 0..9
    (100, ("", "C", "CC", "CCC", "CD")),
    (10, ("", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC")),
    (1, ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")),
)


def column_sum(first: int, second: int, hand: Hand) -> Worked:
    steps, digits, carry = [], "", 0
    for one, other in zip_longest(str(first)[::-1], str(second)[::-1], fillvalue="0"):
        total = hand.number(int(one) + int(other) + carry, 0, 19)
        steps.append(f"{one}+{other}+{carry}={total}")
        digits = str(total % 10) + digits
        carry = total // 10
    return Worked(" ".join(steps), _plain(f"{carry}{digits}"))


def two_addends(rng: Random) -> Operands:
    return str(rng.randint(100, 999)), str(rng.randint(100, 999))


def add(operands: Operands, hand: Hand) -> Worked:
    return column_sum(int(operands[0]), int(operands[1]), hand)


def larger_and_smaller(rng: Random) -> Operands:
    smaller, larger = sorted(rng.sample(range(100, 1000), 2))
    return str(larger), str(smaller)


def subtract(operands: Operands, hand: Hand) -> Worked:
    steps, digits, borrow = [], "", 0
    for one, other in zip_longest(operands[0][::-1], operands[1][::-1], fillvalue="0"):
        short = int(one) - int(other) - borrow < 0
        top = int(one) + 10 * short
        left = hand.number(top - int(other) - borrow, 0, 9)
        steps.append(f"{top}-{other}-{borrow}={left}")
        digits = str(left) + digits
        borrow = int(short)
    return Worked(" ".join(steps), _plain(digits))


def number_and_digit(rng: Random) -> Operands:
    return str(rng.randint(100, 999)), str(rng.randint(2, 9))


def multiply(operands: Operands, hand: Hand) -> Worked:
    steps, digits, carry = [], "", 0
    for digit in operands[0][::-1]:
        product = hand.number(int(digit) * int(operands[1]) + carry, 0, 89)
        steps.append(f"{digit}*{operands[1]}+{carry}={product}")
        digits = str(product % 10) + digits
        carry = product // 10
    return Worked(" ".join(steps), _plain(f"{carry}{digits}"))


def number_and_modulus(rng: Random) -> Operands:
    return str(rng.randint(100, 999)), str(rng.randint(3, 9))


def remainder(operands: Operands, hand: Hand) -> Worked:
    modulus, rest, steps = int(operands[1]), 0, []
    for digit in operands[0]:
        value = 10 * rest + int(digit)
        rest = hand.number(value % modulus, 0, modulus - 1)
        steps.append(f"{value}%{modulus}={rest}")
    return Worked(" ".join(steps), str(rest))


def roman_numeral(rng: Random) -> Operands:
    number = rng.randint(11, 499)
    return ("".join(signs[number // place % 10] for place, signs in NUMERALS),)


def read_roman(operands: Operands, hand: Hand) -> Worked:
    left, steps, total = operands[0], [], 0
    for place, signs in NUMERALS:
        sign = max((sign for sign in signs if left.startswith(sign)), key=len)
        if not sign:
            continue
        value = place * hand.number(signs.index(sign), 1, 9)
        steps.append(f"{sign}={value}")
        total += value
        left = left[len(sign) :]
    return Worked(" ".join(steps), str(total))


def bits(rng: Random) -> Operands:
    length = rng.randint(4, 8)
    return (format(rng.randint(1, 2**length - 1), f"0{length}b"),)


def read_binary(operands: Operands, hand: Hand) -> Worked:
    value, steps = 0, []
    for bit in operands[0]:
        exact = 2 * value + int(bit)
        value = hand.number(exact, 0, exact + 9)
        steps.append(f"{bit}:{value}")
    return Worked(" ".join(steps), str(value))


def long_number(rng: Random) -> Operands:
    length = rng.randint(4, 6)
    return (str(rng.randrange(10 ** (length - 1), 10**length)),)


def sum_digits(operands: Operands, hand: Hand) -> Worked:
    total, steps = 0, []
    for digit in operands[0]:
        exact = total + int(digit)
        total = hand.number(exact, 0, exact + 9)
        steps.append(f"{digit}:{total}")
    return Worked(" ".join(steps), str(total))


def sequence(rng: Random) -> Operands:
    start, step = rng.randint(1, 89), rng.randint(2, 9)
    return (", ".join(str(start + step * place) for place in range(4)),)


def next_term(operands: Operands, hand: Hand) -> Worked:
    terms = [int(term) for term in operands[0].split(", ")]
    step = hand.number(terms[1] - terms[0], 1, 9)
    total = column_sum(terms[-1], step, hand)
    return Worked(f"{terms[1]}-{terms[0]}={step} {total.steps}", total.answer)


def measure(rng: Random) -> Operands:
    large, small, size = rng.choice(UNITS)
    return str(rng.randint(2, 12)), large, str(rng.randint(2, size - 1)), small


def convert(operands: Operands, hand: Hand) -> Worked:
    count, large, extra, _ = operands
    size = next(size for unit, _, size in UNITS if unit == large)
    whole = hand.number(int(count) * size, 10, 720)
    total = column_sum(whole, int(extra), hand)
    return Worked(f"{count}*{size}={whole} {total.steps}", total.answer)


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"
