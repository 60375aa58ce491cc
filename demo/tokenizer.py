"""Byte-level BPE over the demo's own texts, with every digit and lone capital a token.

Column arithmetic and letter work need to see single digits and letters; sentences may merge.

`demo/tokenizer.json` is kept, so that a checkpoint trained anew still shares the tokenizer of
the others. `python -m demo.tokenizer` writes it anew, and then all must be trained anew.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from demo.samples import Split, draw
from demo.skills import SKILLS
from moe_core import prompts

TOKENIZER_FILE = Path(__file__).parent / "tokenizer.json"
VOCABULARY = 768  # entries
PASSES = 20  # over all phrasings
PAD, START, END, USER, ASSISTANT = SPECIAL = ("<pad>", "<s>", "</s>", "<|user|>", "<|assistant|>")
CHAT_TEMPLATE = (
    "<s>{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}</s>"
    "{% else %}<|user|>{{ message['content'] }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def train_tokenizer(seed: int = 1) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d|[A-Z](?![a-z])"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(Random(seed)), trainer)
    return tokenizer


def kept_tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(TOKENIZER_FILE)),
        bos_token=START,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=[USER, ASSISTANT],
        chat_template=CHAT_TEMPLATE,
        model_max_length=1024,
        clean_up_tokenization_spaces=False,
    )


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return tokenizer


def chat(prompt: str) -> str:
    """What the chat template makes of one user message."""
    return f"{START}{USER}{prompt}{ASSISTANT}"


def _texts(rng: Random) -> Iterator[str]:
    for place in range(PASSES * max(len(skill.phrasings) for skill in SKILLS)):
        for skill in SKILLS:
            sample = draw(skill, rng, Split.TRAIN, phrasing=place)
            yield prompts.respond(sample.question)
            yield sample.right.text
            if place % 8 == 0:
                yield prompts.annotate(sample.question)
                yield f"Keywords: {', '.join(skill.keywords)}"
                yield prompts.aggregate(sample.question, ["1: none 2:", "", ""])


if __name__ == "__main__":
    train_tokenizer().save(str(TOKENIZER_FILE), pretty=False)
