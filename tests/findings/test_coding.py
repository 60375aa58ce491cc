"""What seats say, as numbers, worked out by hand."""

import numpy as np

from moe_core.contributions import NOBODY, NOTHING, RIGHT
from webapp.findings.coding import Table, code, coded


def test_numbers_count_up_within_each_question() -> None:
    table = Table([3, 1, 2])
    said = ["4", "7", " 7 ", None, "7", "4"]
    codes, spellings = coded(table.rows, said, np.array([1, 0, 0, 1, 0, 0], dtype=bool))
    assert codes.tolist() == [RIGHT, 1, 1, NOTHING, 1, 2]
    assert spellings == [["4", "7"], [""], ["", "7", "4"]]
    assert table.laid_out(codes, NOBODY).tolist() == [[0, 1, 1], [-1, -1, -1], [1, 2, -1]]


def test_one_more_says_what_was_said_or_something_new() -> None:
    spellings = ["", "7"]
    assert code(" 7", False, spellings) == 1 and code(None, False, spellings) == NOTHING
    assert code("9", False, spellings) == 2 and code("4", True, spellings) == RIGHT
    assert spellings == ["4", "7", "9"]
