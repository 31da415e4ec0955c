#!/usr/bin/env python3
"""Writes tests/data/tokenizers.json: what the reference implementations make of some texts with the tiny bundles'
tokenizers. Needs the packages tokenizers and sentencepiece."""
import json
import pathlib
import sys

import sentencepiece
import tokenizers

TEXTS = ["The heart is normal in size.", "No pleural effusion; no pneumothorax!", "  two  blanks\tand a tab\n", "1.2-cm nodule (new)",
         "it's they're CAN'T we'll", "café naïve Ärzte ÉTÉ", "心臓 正常 №5 ²³ ½", "x", "", "   ", "a\u00a0b c\u2003d", "___ ??? ...!!", "emoji 🫁 here",
         "[BOS]no[EOS] cough", "ΣΊΣΥΦΟΣ Жук", "tab\t\tend\n\n next"]
WORDPIECE_TEXTS = ["Cardiomegaly's 1.2-cm pleuroid effusions!", "[CLS] no [SEP]effusion[MASK]", "zero\u200bwidth, soft\u00adhyphen, bell\x07",
                   "mild" * 40, "ÀÉÎÕÜ naïve ﬁbrosis İstanbul Å", "한글 폐", "a\u2028b\u3000c", "¿heart? «lungs» $5 ^x `y` ~z|", "the\ufffdheart"]


def wordpiece(path):
    """BERT's tokenizer over a vocab.txt."""
    words = path.read_text().split("\n")[:-1]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    return tokenizer


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "tests/data"
    out = []
    for name in ("tiny-wordlevel", "tiny-bpe"):
        text = (root / "bundles" / name / "tokenizer.json").read_text()
        spec = json.loads(text)
        if name == "tiny-bpe":
            spec["decoder"] = {"type": "ByteLevel"}
            spec["pre_tokenizer"]["trim_offsets"] = True
            spec["decoder"].update(add_prefix_space=True, trim_offsets=True, use_regex=True)
        for token in spec["added_tokens"]:
            token.update(single_word=False, lstrip=False, rstrip=False, normalized=False)
        tokenizer = tokenizers.Tokenizer.from_str(json.dumps(spec))
        for sample in TEXTS:
            if name == "tiny-wordlevel" and "[" in sample:
                continue  # special tokens inside a text are not looked for by the word-level tokenizer
            out.append({"bundle": name, "text": sample, "ids": tokenizer.encode(sample, add_special_tokens=False).ids})
    processor = sentencepiece.SentencePieceProcessor(model_file=str(root / "bundles/tiny-sentencepiece/tokenizer.model"))
    for sample in TEXTS:
        out.append({"bundle": "tiny-sentencepiece", "text": sample, "ids": processor.encode(sample),
                    "decoded": processor.decode([i for i in processor.encode(sample) if i != processor.unk_id()])})
    tokenizer = wordpiece(root / "bundles/tiny-radgraph/vocab.txt")
    for sample in TEXTS + WORDPIECE_TEXTS:
        out.append({"bundle": "tiny-radgraph", "text": sample, "ids": tokenizer.encode(sample, add_special_tokens=False).ids})
    (root / "tokenizers.json").write_text(json.dumps(out, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    main()
