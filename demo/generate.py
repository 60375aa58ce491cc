"""Answers of one exported checkpoint to many prompts, through transformers on the CPU."""

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import LlamaForCausalLM

from demo.tokenizer import chat, load_tokenizer

BATCH = 256  # prompts


class Checkpoint:
    def __init__(self, folder: Path) -> None:
        self._tokenizer = load_tokenizer(folder)
        self._tokenizer.padding_side = "left"
        self._model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32)

    def answer(
        self, prompts: Sequence[str], temperature: float, longest: int, seed: int = 0
    ) -> list[str]:
        """One answer per prompt, in their order; temperature 0 is greedy."""
        torch.manual_seed(seed)
        order = sorted(range(len(prompts)), key=lambda place: len(prompts[place]))
        answers = [""] * len(prompts)
        for first in range(0, len(order), BATCH):
            places = order[first : first + BATCH]
            texts = self._batch([prompts[place] for place in places], temperature, longest)
            for place, text in zip(places, texts, strict=True):
                answers[place] = text
        return answers

    @torch.inference_mode()
    def _batch(self, prompts: list[str], temperature: float, longest: int) -> list[str]:
        tokenizer = self._tokenizer
        chats = [chat(prompt) for prompt in prompts]
        batch = tokenizer(chats, return_tensors="pt", padding=True, add_special_tokens=False)
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
        output = self._model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=longest,
            pad_token_id=tokenizer.pad_token_id,
            **(sampling if temperature > 0 else {"do_sample": False}),
        )
        written = output[:, batch["input_ids"].shape[1] :]
        return [str(text) for text in tokenizer.batch_decode(written, skip_special_tokens=True)]
