"""Unpack a GGUF file into a checkpoint with safetensors, tokenizer and chat template.

    python scripts/dequantise.py FILE.gguf FOLDER

In a process of its own: it takes the memory and the imports of torch and transformers. Weights are
written as float32, which holds what was packed exactly. (Whoever loads them says `float32` as well:
by itself, vLLM makes bfloat16 of it, which a CPU without that format computes three times slower.)
"""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.quantization_config import GgufConfig


def main(packed: Path, folder: Path) -> None:
    where = {"pretrained_model_name_or_path": str(packed.parent), "gguf_file": packed.name}
    tokenizer = AutoTokenizer.from_pretrained(**where)
    model = AutoModelForCausalLM.from_pretrained(
        **where, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in folder.iterdir():
        file.chmod(0o644)  # safetensors makes its own for the owner alone


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
