"""Tiny untrained networks of transformers' own classes, in folders as people bring them."""

from pathlib import Path
from typing import Any

import pytest

UNKNOWN = "[UNK]"
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "red", "boat", "drifts", "on", "calm", "water")


def write_tokenizer(folder: Path, *, begins: bool) -> None:
    """Write a tokenizer that knows a few words; ``begins``: it frames a text as BERT's does."""
    tokenizers: Any = pytest.importorskip("tokenizers", reason="the extra plugins is not installed")
    transformers: Any = pytest.importorskip("transformers", reason="the extra plugins is not installed")
    words = tokenizers.models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token=UNKNOWN)
    made = tokenizers.Tokenizer(words)
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    if begins:
        made.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    named = {"unk_token": UNKNOWN, "bos_token": "[CLS]", "eos_token": "[SEP]", "pad_token": "[PAD]"}
    named |= {"cls_token": "[CLS]", "sep_token": "[SEP]"} if begins else {}
    kept = transformers.PreTrainedTokenizerFast(tokenizer_object=made, **named)
    kept.save_pretrained(folder)


def write_gpt2(folder: Path) -> Any:
    torch: Any = pytest.importorskip("torch", reason="the extra plugins is not installed")
    transformers: Any = pytest.importorskip("transformers", reason="the extra plugins is not installed")
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=len(WORDS),
        n_positions=8,
        n_embd=16,
        n_layer=2,
        n_head=2,
        bos_token_id=2,
        eos_token_id=3,
        initializer_range=0.5,
    )
    network = transformers.GPT2LMHeadModel(config).eval()
    network.save_pretrained(folder)
    write_tokenizer(folder, begins=False)
    return network


def write_bert(folder: Path) -> Any:
    return _write_bert(folder, "BertModel")


def write_masked_bert(folder: Path) -> Any:
    return _write_bert(folder, "BertForMaskedLM")


def _write_bert(folder: Path, kind: str) -> Any:
    torch: Any = pytest.importorskip("torch", reason="the extra plugins is not installed")
    transformers: Any = pytest.importorskip("transformers", reason="the extra plugins is not installed")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
        initializer_range=0.5,
    )
    network = getattr(transformers, kind)(config).eval()
    network.save_pretrained(folder)
    write_tokenizer(folder, begins=True)
    return network
