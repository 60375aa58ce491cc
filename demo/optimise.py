"""The training loop: Muon on the matrices, AdamW on the rest, loss on the answers only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer
from transformers import PreTrainedTokenizerFast

from demo.model import Shape, TinyLlama
from demo.tokenizer import chat

CHUNK = 1536  # examples written at a time, so that those of like length can share a batch
WARM_UP = 20  # steps
REPORT = 500  # steps


@dataclass(frozen=True)
class Example:
    prompt: str
    answer: str


Writer = Callable[[Random, float], Example]  # the float is the share of training done, 0..1


@dataclass(frozen=True)
class Recipe:
    """One seed, one count of steps: the same recipe gives the same training."""

    steps: int
    seed: int
    shape: Shape = field(default_factory=Shape)
    batch: int = 48  # examples
    batch_tokens: int = 8192  # at most, padding included
    matrix_rate: float = 0.01
    other_rate: float = 0.003
    flat: float = 0.5  # share of the steps before the rates fall linearly to zero


@dataclass(frozen=True)
class Batch:
    """Token ids (examples, tokens); `wanted` marks the places whose next token is learnt."""

    ids: Tensor
    wanted: Tensor

    @property
    def targets(self) -> Tensor:
        return self.ids.roll(-1, 1)[self.wanted]


Encoded = tuple[list[int], list[int]]  # prompt, answer


def train(
    recipe: Recipe,
    write: Writer,
    tokenizer: PreTrainedTokenizerFast,
    say: Callable[[str], None],
) -> TinyLlama:
    torch.manual_seed(recipe.seed)
    rng = Random(recipe.seed)
    model = TinyLlama(recipe.shape)
    optimizers = _optimizers(model, recipe)
    step, average = 0, 0.0
    while step < recipe.steps:
        examples = [write(rng, step / recipe.steps) for _ in range(CHUNK)]
        for batch in _batches(_encode(examples, tokenizer), recipe, rng):
            _set_rates(optimizers, step, recipe)
            loss = _step(model, optimizers, batch)
            average = loss if step == 0 else 0.98 * average + 0.02 * loss
            step += 1
            if step % REPORT == 0:
                say(f"step {step} of {recipe.steps}, loss {average:.4f}")
            if step == recipe.steps:
                break
    return model


def _step(model: TinyLlama, optimizers: list[Optimizer], batch: Batch) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = model(batch.ids, batch.wanted)
    loss = functional.cross_entropy(scores.float(), batch.targets)
    for optimizer in optimizers:
        optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return loss.item()


def _optimizers(model: TinyLlama, recipe: Recipe) -> list[Optimizer]:
    matrices: list[nn.Parameter] = []
    rest: list[nn.Parameter] = []
    for name, weight in model.named_parameters():
        (matrices if weight.dim() == 2 and "embed" not in name else rest).append(weight)
    return [
        torch.optim.Muon(matrices, lr=recipe.matrix_rate, weight_decay=0.0),
        torch.optim.AdamW(rest, lr=recipe.other_rate, betas=(0.9, 0.95), weight_decay=0.0),
    ]


def _set_rates(optimizers: list[Optimizer], step: int, recipe: Recipe) -> None:
    left = 1 - step / recipe.steps
    share = min(1.0, (step + 1) / WARM_UP, left / (1 - recipe.flat))
    for optimizer, rate in zip(optimizers, (recipe.matrix_rate, recipe.other_rate), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate * share


def _encode(examples: list[Example], tokenizer: PreTrainedTokenizerFast) -> list[Encoded]:
    end = int(tokenizer.eos_token_id)
    prompts = tokenizer([chat(each.prompt) for each in examples], add_special_tokens=False)
    answers = tokenizer([each.answer for each in examples], add_special_tokens=False)
    return [
        (prompt, [*answer, end])
        for prompt, answer in zip(prompts["input_ids"], answers["input_ids"], strict=True)
    ]


def _batches(encoded: list[Encoded], recipe: Recipe, rng: Random) -> Iterator[Batch]:
    """Batches of like length, in random order; the few left over at the end are dropped."""
    ordered = sorted(encoded, key=lambda pair: len(pair[0]) + len(pair[1]) + 4 * rng.random())
    batches = []
    while ordered:
        longest = sum(map(len, ordered[-1])) + 4
        size = max(1, min(recipe.batch, recipe.batch_tokens // longest))
        if len(ordered) < size:
            break
        batches.append(ordered[-size:])
        del ordered[-size:]
    rng.shuffle(batches)
    return map(_pad, batches)


def _pad(encoded: list[Encoded]) -> Batch:
    longest = max(len(prompt) + len(answer) for prompt, answer in encoded)
    ids = torch.zeros(len(encoded), longest, dtype=torch.long)
    wanted = torch.zeros(len(encoded), longest, dtype=torch.bool)
    for row, (prompt, answer) in enumerate(encoded):
        whole = len(prompt) + len(answer)
        ids[row, :whole] = torch.tensor(prompt + answer)
        wanted[row, len(prompt) - 1 : whole - 1] = True
    return Batch(ids, wanted)
