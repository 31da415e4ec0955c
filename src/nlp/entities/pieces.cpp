#include "nlp/entities/pieces.h"

#include <algorithm>
#include <cctype>

#include "core/text/text.h"
#include "nlp/words/sentences.h"

namespace hilum::nlp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_unit(std::string_view word) {
  const std::string lower = to_lower(word);
  for (const char* unit :
       {"cm", "mm", "cms", "mms", "centimeter", "centimeters", "millimeter", "millimeters"}) {
    if (lower == unit) return true;
  }
  return false;
}

// "3cm"
bool is_number_with_unit(std::string_view word) {
  std::size_t digits = 0;
  while (digits < word.size() && (is_digit(word[digits]) || word[digits] == '.')) ++digits;
  return digits > 0 && is_unit(word.substr(digits));
}

// "T12", "T7/T8", "4th": a place in the spine or the rib cage.
bool is_level(std::string_view word) {
  if (word.size() < 2 || word.size() > 12) return false;
  if (is_digit(word[0])) {
    std::size_t digits = 0;
    while (digits < word.size() && is_digit(word[digits])) ++digits;
    const std::string ending = to_lower(word.substr(digits));
    return digits <= 2 && (ending == "st" || ending == "nd" || ending == "rd" || ending == "th");
  }
  for (const std::string& part : split(word, '/')) {
    const bool letter = !part.empty() && std::string_view("CTLStcl").find(part[0]) != std::string_view::npos;
    const std::string_view rest = std::string_view(part).substr(letter ? 1 : 0);
    if (rest.empty() || rest.size() > 2 || !std::all_of(rest.begin(), rest.end(), is_digit)) return false;
    if (!letter && part.size() == word.size()) return false;
  }
  return std::isalpha(static_cast<unsigned char>(word[0])) != 0;
}

}  // namespace

// A graph token is what RadGraph's own splitting would give: words joined by hyphens stay together.
PieceReader::PieceReader(const Lexicon& lexicon, std::string_view text, ExtractedReport& report)
    : lexicon_(lexicon), report_(report) {
  const SplitText split_text = split_sentences(text);
  for (const Sentence& sentence : split_text.sentences) {
    bool joined = false;
    for (std::size_t i = sentence.first_token; i < sentence.end_token; ++i) {
      const Token& token = split_text.tokens[i];
      const std::string_view word = text_of(text, token);
      const auto touches = [&](std::size_t a, std::size_t b) {
        return a >= sentence.first_token && b < sentence.end_token &&
               split_text.tokens[a].end == split_text.tokens[b].begin &&
               split_text.tokens[a].kind != TokenKind::kPunctuation &&
               split_text.tokens[a].kind != TokenKind::kListNumber;
      };
      const bool hyphen = word == "-" && i > sentence.first_token && touches(i - 1, i) &&
                          i + 1 < sentence.end_token && token.end == split_text.tokens[i + 1].begin &&
                          split_text.tokens[i + 1].kind != TokenKind::kPunctuation;
      if (hyphen || joined) {
        report_.token_bytes.back().end = token.end;
        joined = hyphen;
        if (hyphen) continue;
      } else {
        report_.token_bytes.push_back({token.begin, token.end});
      }
      subs_.push_back({word, report_.token_bytes.size() - 1, token.kind == TokenKind::kNumber});
    }
    report_.sentences.push_back({sentence.begin, sentence.end});
    sentence_sub_ends_.push_back(subs_.size());
    if (!report_.token_bytes.empty()) report_.graph.sentence_ends.push_back(report_.token_bytes.size() - 1);
  }
  report_.graph.tokens.reserve(report_.token_bytes.size());
  for (const ByteRange& range : report_.token_bytes) {
    report_.graph.tokens.emplace_back(text.substr(range.begin, range.end - range.begin));
  }
  words_.reserve(subs_.size());
  for (const SubToken& sub : subs_) words_.push_back(lexicon_.word_id(sub.text));
}

// Sub-tokens of a size that starts here ("2.3 x 1.2 cm"), or 0.
std::size_t PieceReader::measurement_at(std::size_t at) const {
  const std::size_t end = sentence_sub_ends_[sentence_];
  if (is_number_with_unit(subs_[at].text)) return 1;
  std::size_t i = at;
  while (i < end && subs_[i].number) {
    ++i;
    if (i < end && is_unit(subs_[i].text)) return i + 1 - at;
    if (i >= end || (subs_[i].text != "x" && subs_[i].text != "X")) return 0;
    ++i;
    if (i - at > 8) return 0;
  }
  return 0;
}

void PieceReader::add_match(Pieces& pieces, std::size_t at, std::size_t length, TermRole role,
                            bool each_word) const {
  const PieceKind kind = is_entity(role)           ? PieceKind::kEntity
                         : role == TermRole::kNone ? PieceKind::kWord
                                                   : PieceKind::kCue;
  const auto add = [&](std::size_t from, std::size_t to) {
    Piece piece;
    piece.kind = kind;
    piece.role = role;
    piece.first = subs_[from].token;
    piece.last = subs_[to].token;
    piece.word = subs_[to].text;
    // Two terms in one hyphenated token: the later one says what it is ("well-expanded").
    if (!pieces.empty() && pieces.back().last == piece.first) {
      if (!is_entity(role)) return;
      piece.first = pieces.back().first;
      pieces.back() = piece;
    } else {
      pieces.push_back(piece);
    }
  };
  if (!each_word) return add(at, at + length - 1);
  for (std::size_t i = at; i < at + length; ++i) add(i, i);
}

void PieceReader::add_word(Pieces& pieces, std::size_t at) const {
  const SubToken& sub = subs_[at];
  if (!pieces.empty() && pieces.back().last == sub.token) return;  // "right" of "right-sided" has spoken
  Piece piece;
  piece.first = piece.last = sub.token;
  piece.word = sub.text;
  if (sub.text == "," || sub.text == "(" || sub.text == ")") piece.kind = PieceKind::kComma;
  if (sub.text == "/") {
    piece.kind = PieceKind::kCue;
    piece.role = TermRole::kOr;
  }
  if (sub.text == ";" || sub.text == ":") piece.kind = PieceKind::kStop;
  pieces.push_back(piece);
}

bool PieceReader::next(Pieces& pieces) {
  pieces.clear();
  if (sentence_ == sentence_sub_ends_.size()) return false;
  const std::size_t end = sentence_sub_ends_[sentence_];
  while (at_ < end) {
    if (const std::size_t size = measurement_at(at_); size > 0) {
      add_match(pieces, at_, size, TermRole::kMeasurement, false);
      at_ += size;
    } else if (const Lexicon::Match match = lexicon_.longest(words_, at_, end); match.length > 0) {
      add_match(pieces, at_, match.length, match.role, match.each_word);
      at_ += match.length;
    } else {
      if (is_level(subs_[at_].text)) {
        add_match(pieces, at_, 1, TermRole::kPosition, false);
      } else {
        add_word(pieces, at_);
      }
      ++at_;
    }
  }
  ++sentence_;
  return true;
}

}  // namespace hilum::nlp
