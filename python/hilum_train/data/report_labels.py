"""A small rule labeler: which findings a sentence states as present or absent.

It steers the training text; generated reports are scored by others (`hilum label`).
"""

import re

TERMS = {
    "Lung Opacity": r"opacit(?:y|ies)|opacification|air ?space (?:disease|process)|densit(?:y|ies)|haziness",
    "Pneumonia": r"pneumonias?|bronchopneumonia",
    "Consolidation": r"consolidations?|consolidated",
    "Edema": r"(?:pulmonary|interstitial|alveolar|overt|vascular)? ?(?:edema|congestion)|(?:heart|cardiac) failure|vascular engorgement",
    "Atelectasis": r"atelecta(?:sis|tic|ses)|(?:volume loss)|collapse",
    "Infiltration": r"infiltrat(?:e|es|ion|ions)",
    "Pleural Effusion": r"effusions?|pleural fluid|blunting of (?:the )?(?:\w+ )?(?:costophrenic|posterior)|costophrenic (?:\w+ )?blunting",
    "Pneumothorax": r"pneumothora(?:x|ces)|pleural air",
    "Cardiomegaly": r"cardiomegaly|(?:heart|cardiac|cardiomediastinal)\b[^.;,]{0,40}\benlarge[d]?(?:ment)?|enlarge[d]?(?:ment)? (?:of )?(?:the )?(?:heart|cardiac|cardiomediastinal)",
    "Lung Lesion": r"nodules?|mass(?:es)?|nodular|lesions?",
    "Emphysema": r"emphysema(?:tous)?",
    "Fibrosis": r"fibrosis|fibrotic",
    "Pleural Thickening": r"pleural thickening|pleural scarring",
}
PATTERNS = {name: re.compile(rf"\b(?:{term})\b", re.I) for name, term in TERMS.items()}
OPACITY_CHILDREN = ("Consolidation", "Infiltration", "Pneumonia", "Edema")
NEGATION = re.compile(
    r"\b(?:no|not|without|free of|clear of|negative for|absence of|rather than|resolved|exclude[sd]?|devoid of|nor|"
    r"lack of|neither)\b", re.I)
NEGATION_ENDS = re.compile(r"\b(?:but|however|although|except|otherwise|there (?:is|are)|with)\b|;", re.I)
CLEAR_LUNGS = re.compile(
    r"\blungs?\b[^.;]{0,40}\b(?:clear|unremarkable|normal)\b(?! of)|\bclear lungs\b|\bclear bilaterally\b|"
    r"\bno (?:evidence of )?(?:active|acute) (?:cardio)?(?:pulmonary )?(?:disease|process|abnormalit|finding|lung)|"
    r"\bnormal chest\b|\bno acute (?:radiographic )?cardiopulmonary", re.I)
LUNG_FINDINGS = ("Lung Opacity", "Pneumonia", "Consolidation", "Edema", "Infiltration", "Lung Lesion")
NORMAL_HEART = re.compile(
    r"\b(?:heart|cardiac|cardiomediastinal|cardio mediastinal)\b[^.;]{0,90}\b(?:normal|unremarkable|not enlarged|"
    r"within (?:the )?(?:upper )?limits)\b|\bnormal (?:heart|cardiac|cardiomediastinal)|\bclear and expanded\b.*heart",
    re.I)


def negated(sentence, at):
    """Whether the term at a position lies behind a negation that nothing has ended."""
    last = None
    for match in NEGATION.finditer(sentence, 0, at):
        last = match
    return last is not None and not NEGATION_ENDS.search(sentence, last.end(), at)


def label_sentence(sentence):
    """(present, absent): the sets of findings that one sentence states."""
    present, absent = set(), set()
    for name, pattern in PATTERNS.items():
        for match in pattern.finditer(sentence):
            after = re.match(r"\s+(?:is|are|were|was) (?:not|no longer)\b|[^.;]{0,30}\b(?:has|have) resolved",
                             sentence[match.end():], re.I)
            (absent if after or negated(sentence, match.start()) else present).add(name)
    if not present:
        if CLEAR_LUNGS.search(sentence):
            absent.update(LUNG_FINDINGS)
        if NORMAL_HEART.search(sentence):
            absent.add("Cardiomegaly")
    if present & set(OPACITY_CHILDREN):
        present.add("Lung Opacity")
    return present, absent - present


def names_opacity(sentence):
    """Whether a sentence speaks of an opacity by name; pneumonia, edema and the like only imply one."""
    return any(not negated(sentence, match.start()) for match in PATTERNS["Lung Opacity"].finditer(sentence))
