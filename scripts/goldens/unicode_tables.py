#!/usr/bin/env python3
"""Writes src/runtime/unicode_tables.inc, the ranges of the character classes that tokenizers split text by, and
src/runtime/unicode_bert.inc, what BERT's normalisation needs besides."""
import pathlib
import sys
import unicodedata

LIMIT = 0x110000


def ranges(test):
    out, start = [], None
    for code in range(LIMIT + 1):
        inside = code < LIMIT and test(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            out.append((start, code - 1))
            start = None
    return out


def lower_runs():
    """Runs (first, last, step, distance) of characters whose lower case lies at a constant distance."""
    pairs = [(c, ord(chr(c).lower()) - c) for c in range(LIMIT) if len(chr(c).lower()) == 1 and chr(c).lower() != chr(c)]
    runs = []
    for code, distance in pairs:
        if runs and runs[-1][3] == distance:
            first, last, step, _ = runs[-1]
            gap = code - last
            if gap <= 2 and (first == last or gap == step):
                runs[-1] = (first, code, gap, distance)
                continue
        runs.append((code, code, 1, distance))
    return runs


def category(*starts):
    return lambda c: unicodedata.category(c).startswith(starts)


def wrapped(head, items):
    """An array's text, in lines of the code's width."""
    lines, line = [head], "   "
    for item in items:
        if len(line) + len(item) > 108:
            lines.append(line)
            line = "   "
        line += item
    return "\n".join(lines + [line, "};", ""])


def table(name, rows):
    return wrapped(f"constexpr Range {name}[] = {{", (f" {{0x{first:X}, 0x{last:X}}}," for first, last in rows))


def bases():
    """Characters and what is left of their canonical decomposition (NFD) without nonspacing marks. Hangul syllables are
    computed, and the CJK compatibility ideographs left as they are."""
    rows = []
    for code in range(LIMIT):
        ideograph = 0xF900 <= code <= 0xFAFF or code >= 0x2F800
        if 0xAC00 <= code <= 0xD7A3 or ideograph or unicodedata.category(chr(code)) in ("Mn", "Cs"):
            continue
        left = [c for c in unicodedata.normalize("NFD", chr(code)) if unicodedata.category(c) != "Mn"]
        if left != [chr(code)]:
            rows.append((code, [ord(c) for c in left]))
    return rows


def base_table():
    return wrapped("constexpr Base kBases[] = {",
                   (f" {{0x{code:X}, {{{', '.join(f'0x{c:X}' for c in left)}}}}}," for code, left in bases()))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    head = f"// Made by scripts/goldens/unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.\n"
    text = head
    text += table("kLetters", ranges(category("L")))
    text += table("kNumbers", ranges(category("N")))
    text += table("kWords", ranges(category("L", "M", "Nd", "Nl", "Pc")))
    text += table("kSpaces", ranges(lambda c: c.isspace() and not "\x1c" <= c <= "\x1f"))
    text += "constexpr LowerRun kLower[] = {\n"
    text += "".join(f"    {{0x{a:X}, 0x{b:X}, {s}, {d}}},\n" for a, b, s, d in lower_runs()) + "};\n"
    (root / "src/runtime/unicode_tables.inc").write_text(text)
    text = head
    text += table("kPunctuation", ranges(lambda c: category("P")(c) or (c.isascii() and c.isprintable() and not c.isalnum() and c != " ")))
    text += table("kControls", ranges(lambda c: category("Cc", "Cf", "Co")(c) and c not in "\t\n\r"))
    text += table("kMarks", ranges(category("Mn")))
    (root / "src/runtime/unicode_bert.inc").write_text(text + base_table())


if __name__ == "__main__":
    main()
