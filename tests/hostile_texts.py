"""What a model may write to cost others their time, to hide, or to be taken for somebody else.

Made by code, a megabyte each; whatever reads outputs is sent through all of it, with a bound.
"""

MEGABYTE = 1_000_000
REPEATED = {
    "brackets": "[",
    "closing brackets": "]",
    "links": "[a](",
    "links in links": "[a](b)[",
    "images": "![",
    "whole images": "![a](b)",
    "images in images": "![](<![](<",
    "parentheses": "(",
    "braces": "{",
    "backticks": "`",
    "backticks of all lengths": "",
    "code that does not close": "`a``",
    "fences": "```\n",
    "boxes": r"\boxed{1}",
    "boxes that do not close": r"\boxed{",
    "boxes in a row": "\\boxed{1}, ",
    "fractions": r"\frac{",
    "environments": r"\begin{a}",
    "dollars": "$",
    "formulas": "$a",
    "formulas, spaced": "$a ",
    "display formulas": "$$\n",
    "backslashes": "\\",
    "single quotes": "'",
    "double quotes": '"',
    "curly quotes": "\u201c",
    "quotes of others": "> ",
    "quoted lines": ">\n",
    "lists": "- ",
    "lists in lists": "1. - ",
    "numbered lines": "1. a\n",
    "headings": "# a\n",
    "underlined headings": "a\n=\n",
    "stars": "*",
    "bold": "**a",
    "emphasis": "*a ",
    "emphasis in emphasis": "*a _b ",
    "emphasis either way": "a**b**c*",
    "underscores": "_",
    "words with underscores": "a_b_",
    "tildes": "~~a",
    "pipes": "|",
    "tables": "|a|b|\n|-|-|\n",
    "rows without a table": "a|b\n",
    "a table's rulers": "|-",
    "entities": "&#x202e;",
    "ampersands": "&",
    "tags": "<a",
    "tags that close": "</think>",
    "comments": "<!--",
    "thinking": "<think>",
    "channels": "<|channel|>analysis<|message|>",
    "turns": "<|im_end|>",
    "ends of texts": "</s>",
    "joiners": "\u200d",
    "joiners between letters": "a\u200d",
    "combining marks": "e\u0301\u0300",
    "marks alone": "\u0301",
    "overrides": "\u202e",
    "full-width signs": "\uff5b",
    "emoji": "\U0001f469\u200d\U0001f467",
    "one word": "a",
    "one number": "1",
    "words": "a b ",
    "words that differ": "",
    "capitals": "A B. ",
    "spaces": " ",
    "tabs": "\t",
    "lines": "\n",
    "lines with spaces": " \n",
    "answers": "The answer is A or B. ",
    "headings of answers": "Response 2: ",
    "commas": "a, ",
    "keywords": "Keywords: a, ",
    "keys": '{"a": ',
    "lists in JSON": "[[[1,",
    "skills": "skills needed are a ",
    "annotated lists": "- a\n",
    "addresses": "http://a.b/?c@d ",
    "slashes": "a/b/",
    "hyphens": "a-b-",
    "rulers": "---\n",
    "references": "[a]: b\n",
    "footnotes": "[^1]",
    "line ends": "a\\\n",
    "control characters": "\x1b[2J",
}


def _of_all_lengths(size: int) -> str:
    """Runs of backticks, each a little longer: none closes what another has opened."""
    runs: list[str] = []
    total = 0
    while total < size:
        runs.append("`" * (len(runs) + 1))
        total += len(runs[-1]) + 1
    return " ".join(runs)[:size]


def _that_differ(size: int) -> str:
    return " ".join(f"w{n:x}" for n in range(size // 5))[:size]


_MADE = {"backticks of all lengths": _of_all_lengths, "words that differ": _that_differ}


def flood(name: str, size: int = MEGABYTE) -> str:
    """So many characters of one kind of REPEATED."""
    if made := _MADE.get(name):
        return made(size)
    return REPEATED[name] * (size // len(REPEATED[name]))


# Control tokens of published models, as texts may spell them.
MARKS = [
    *("</s>", "<s>", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|assistant|>", "<|user|>"),
    *("<|system|>", "<|end|>", "<|eot_id|>", "<|start_header_id|>", "<|begin_of_text|>"),
    *("<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<|turn>", "<turn|>", "[INST]"),
    *("[/INST]", "<<SYS>>", "<</SYS>>", "[TOOL_CALLS]", "<|channel|>", "<|message|>", "<channel|>"),
    *(
        "<\uff5cUser\uff5c>",
        "<\uff5cAssistant\uff5c>",
        "<\uff5cend\u2581of\u2581sentence\uff5c>",
        "<|START_OF_TURN_TOKEN|>",
        "<pad>",
    ),
]
