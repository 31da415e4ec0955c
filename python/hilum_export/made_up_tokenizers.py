"""Content of tokenizer.json files of the published systems' size and special ids, with made-up words."""

WORDS = """. , : the is no of and there right left lung lungs pleural effusion pneumothorax heart size normal in are clear focal
consolidation opacity mild unchanged small acute cardiopulmonary process edema atelectasis base lobe upper lower cough fever chest pain
woman man with dyspnea evaluate for""".split()
GPT2_SPECIAL = ["[BOS]", "[PAD]", "[CLS]", "[SEP]", "[MASK]", "[EOS]", "[UNK]", "[NHI]", "[NHPR]"]
GPT2_WORDS = 50257


def added(words: list, first: int) -> list:
    return [{"id": first + i, "content": word, "special": True} for i, word in enumerate(words)]


def word_level(size: int) -> dict:
    """[PAD] [CLS] [SEP] [MASK] [UNK] first, [BOS] and [EOS] last."""
    front, back = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]"], ["[BOS]", "[EOS]"]
    words = front + WORDS
    words += [f"word{i}" for i in range(len(words), size - len(back))]
    return {"version": "1.0", "added_tokens": added(front, 0) + added(back, len(words)), "pre_tokenizer": {"type": "Whitespace"},
            "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {word: i for i, word in enumerate(words + back)}}}


def byte_level() -> dict:
    """GPT-2's 256 bytes, pairs that spell some words, made-up words to fill up, and the added tokens."""
    kept = [b for b in range(256) if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xAC or b >= 0xAE]
    moved = iter(range(256, 512))
    symbols = [chr(b) if b in kept else chr(next(moved)) for b in range(256)]
    vocabulary, merges = {symbol: i for i, symbol in enumerate(symbols)}, []
    for word in WORDS:
        left = symbols[0x20]
        for letter in word:
            if left + letter not in vocabulary:
                merges.append(f"{left} {letter}")
                vocabulary[left + letter] = len(vocabulary)
            left += letter
    for i in range(len(vocabulary), GPT2_WORDS):
        vocabulary[f"{symbols[0x20]}word{i}"] = i
    return {"version": "1.0", "added_tokens": added(GPT2_SPECIAL[:7], GPT2_WORDS) + [
                {"id": GPT2_WORDS + 7 + i, "content": word, "special": False} for i, word in enumerate(GPT2_SPECIAL[7:])],
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "use_regex": True},
            "model": {"type": "BPE", "vocab": vocabulary, "merges": merges}}
