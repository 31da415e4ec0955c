"""Takes the places out of a sentence: a film's labels support no side, lobe, base or zone."""

import functools
import re

from hilum_train.data.report_labels import label_sentence

WHERE = (r"(?:(?:right|left|bilateral|upper|lower|mid(?:dle)?|basilar|bibasilar|basal|bibasal|apical|lingular?|peri-?hilar|retro-?cardiac|"
         r"medial|lateral|anterior|posterior|superior|inferior|central|peripheral|dependent)(?:[- ]?sided?)?)")
PART = (r"(?:lobes?|lungs?|mid ?lungs?|bases?|zones?|regions?|fields?|apex|apices|lingula|hemithorax|segments?|"
        r"costophrenic (?:angles?|sulc\w+))")
SPOT = rf"(?:{WHERE}(?:[ -]+(?:and |or )?{WHERE})*(?:[ -]+(?:lung )?{PART})?|(?:lung )?(?:bases?|apex|apices|lingula|lobes?))"
# "in the left lower lobe" and the like, where the sentence or a clause could end before it.
PHRASE = re.compile(
    rf",? ?\b(?:in|at|of|within|involving|overlying|to) (?:both |the |a |either )*{SPOT}(?: and (?:the )?{SPOT})*"
    r"(?= ?[,.;]| (?:is|are|may|which|that|with|consistent|suggest\w*|likely|probably|most|versus|represent\w*|concerning|"
    r"compatible|and|or)\b|$)", re.I)
BEFORE_NOUN = re.compile(rf"\b{SPOT} (?=[a-z])", re.I)
PLACE = re.compile(rf"\b(?:{WHERE}|{PART})\b", re.I)
LUNG = re.compile(r"\b(?:lungs?|bilateral(?:ly)?)\b", re.I)
BROKEN = re.compile(
    r"\b(?:the|a|an|of|in|at|on|and|or|to|be|within|side) ?(?:[.,;]|$|(?:and|or|is|are|may|as|of|in|with|there)\b)|"
    r"^(?:and|or|of|with)\b|^the \w+\.$|\b(?:greater than|greatest|primarily)\b|\b(\w+) and \1\b|\bto the heart\b|\bdemonstrate (?:there|of)\b", re.I)
SIDED = {"right": "R", "left": "L"}


def with_article(sentence):
    """`a` or `an`, as the word after it wants."""
    return re.sub(r"\b([Aa])n? (?=(\w))", lambda m: m[1] + ("n " if m[2].lower() in "aeiou" else " "), sentence)


@functools.cache
def without_place(sentence):
    """The sentence without its places; None where that leaves none, or one that states something else."""
    plain = BEFORE_NOUN.sub("", PHRASE.sub("", sentence))
    plain = re.sub(r"\s+([.,;])", r"\1", re.sub(r"\s+", " ", plain)).strip(" ,")
    if PLACE.search(LUNG.sub("", plain)) or len(plain) < 8:
        return None
    if plain == sentence:
        return sentence
    plain = with_article(plain[0].upper() + plain[1:])
    return None if BROKEN.search(plain) or label_sentence(plain)[0] != label_sentence(sentence)[0] else plain


def side_alone(sentence):
    """R, L or B (both) where a side is all that a sentence says of places, else None."""
    begins = [re.match("right|left", word, re.I) for word in PLACE.findall(LUNG.sub("", sentence))]
    if not all(begins):
        return None
    sides = {SIDED[match[0].lower()] for match in begins}
    if len(sides) == 2 or re.search(r"\b(?:bilateral|both)\b", sentence, re.I):
        return "B"
    return sides.pop() if sides else None
