// Numbers with units: decimals in every style met, products, ranges, lists, pairs "from A to B", ratios.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "nlp/measurements/internal.h"

namespace hilum::nlp {
namespace {

struct Value {
  double number = 0;
  std::size_t next = 0;  // first token after it
  bool word = false;     // written in letters
};

double round4(double x) { return std::round(x * 1e4) / 1e4; }

class Scanner {
 public:
  Scanner(const TermText& text, const std::vector<TermMatch>& matches, const MeasurementLexicon& lexicon)
      : t_(text), matches_(matches), lex_(lexicon) {}

  std::vector<Quantity> run() {
    std::size_t i = 0;
    while (i < t_.size()) {
      const std::size_t before = out_.size();
      const std::size_t next = quantity_at(i);
      if (out_.size() > before) {
        i = std::max(next, i + 1);
      } else {
        ++i;
      }
    }
    add_ratios();
    std::sort(out_.begin(), out_.end(),
              [](const Quantity& a, const Quantity& b) { return a.first < b.first; });
    return std::move(out_);
  }

 private:
  bool number(std::size_t i) const { return i < t_.size() && t_[i].kind == TermToken::Kind::kNumber; }
  bool glued(std::size_t i) const { return i < t_.size() && t_[i].glued; }

  double plain(std::size_t i) const {
    const std::string_view s = t_[i].text;
    double value = 0;
    std::string padded = s.front() == '.' ? "0" + std::string(s) : std::string(s);
    std::from_chars(padded.data(), padded.data() + padded.size(), value);
    return value;
  }

  // The unit at i (a hyphen may stand before it), or null. `next` is behind it.
  const UnitWord* unit_at(std::size_t i, std::size_t& next) const {
    if (t_.is(i, "-") && i + 1 < t_.size() && t_[i + 1].kind == TermToken::Kind::kWord) ++i;
    if (i >= t_.size()) return nullptr;
    if (t_.is(i, "per") && t_.is(i + 1, "cent")) {
      next = i + 2;
      return &lex_.units[lex_.unit_of_word.at("percent")];
    }
    // "2 in above the carina": the only place where "in" can be nothing but inches.
    const bool inches = t_.is(i, "in") && (t_.is(i + 1, "above") || t_.is(i + 1, "below"));
    const auto found = lex_.unit_of_word.find(inches ? std::string("inch") : std::string(t_[i].text));
    if (found == lex_.unit_of_word.end()) return nullptr;
    next = i + 1;
    // Pressure, areas and speeds are other things.
    if (t_.is(next, "hg") || t_.is(next, "h") || t_.is(next, "h2o") || t_.is(next, "/") || t_.is(next, "^"))
      return nullptr;
    if (number(next) && glued(next)) return nullptr;
    return &lex_.units[found->second];
  }

  bool unit_follows(std::size_t i) const {
    std::size_t ignored = 0;
    return unit_at(i, ignored) != nullptr;
  }

  bool starts_item(std::size_t i) const {
    return i == 0 || t_.breaks_before(i) > 0 || t_.is(i - 1, ".") || t_.is(i - 1, ":");
  }

  std::optional<Value> value_at(std::size_t i) const {
    if (i >= t_.size()) return std::nullopt;
    if (!number(i)) return word_value_at(i);
    if (is_part_of_name(i)) return std::nullopt;
    if (is_whole(i)) {
      // Which one can apply is decided by the token behind the digits, but for the last two.
      for (const auto rule : {&Scanner::comma_number, &Scanner::spaced_decimal, &Scanner::fraction,
                              &Scanner::number_and_half_sign, &Scanner::mixed_number}) {
        if (const auto value = (this->*rule)(i)) return value;
      }
    }
    return Value{plain(i), i + 1, false};
  }

  bool is_whole(std::size_t i) const { return t_[i].text.find('.') == std::string_view::npos; }

  // "T4", "S1" is a vertebra; "x4" is a factor.
  bool is_part_of_name(std::size_t i) const {
    return glued(i) && i > 0 && t_[i - 1].kind == TermToken::Kind::kWord && !t_.is(i - 1, "x");
  }

  // "1,200 mm" and, as in most of Europe, "1,5 cm": three digits behind the comma are thousands. Only with a
  // unit, for commas stand in lists too.
  std::optional<Value> comma_number(std::size_t i) const {
    if (!t_.is(i + 1, ",") || !glued(i + 1) || !number(i + 2) || !glued(i + 2) || !unit_follows(i + 3))
      return std::nullopt;
    const std::size_t digits = t_[i + 2].text.size();
    if (!is_whole(i + 2) || digits > 3) return std::nullopt;
    const double tail = plain(i + 2);
    const double value =
        digits == 3 ? plain(i) * 1000 + tail : plain(i) + tail / std::pow(10, static_cast<double>(digits));
    return Value{value, i + 3, false};
  }

  // "2. 0 cm"; but "1. 8 mm" at the start of an item is item 1.
  std::optional<Value> spaced_decimal(std::size_t i) const {
    if (!t_.is(i + 1, ".") || !glued(i + 1) || !number(i + 2) || glued(i + 2)) return std::nullopt;
    const std::string_view digits = t_[i + 2].text;
    if (!is_whole(i + 2) || digits.size() > 2 || !unit_follows(i + 3)) return std::nullopt;
    if (digits[0] != '0' && starts_item(i)) return std::nullopt;
    const double scale = std::pow(10, static_cast<double>(digits.size()));
    return Value{plain(i) + plain(i + 2) / scale, i + 3, false};
  }

  // "3/4"; not "7/4", which is a date.
  std::optional<Value> fraction(std::size_t i) const {
    if (!t_.is(i + 1, "/") || !number(i + 2) || !glued(i + 1) || !glued(i + 2)) return std::nullopt;
    if (plain(i + 2) <= 0 || plain(i) >= plain(i + 2)) return std::nullopt;
    return Value{plain(i) / plain(i + 2), i + 3, false};
  }

  // "1½": the sign is two bytes that read as ".5".
  std::optional<Value> number_and_half_sign(std::size_t i) const {
    if (!number(i + 1) || t_[i + 1].text != ".5" || t_[i + 1].end - t_[i + 1].begin != 2) return std::nullopt;
    return Value{plain(i) + 0.5, i + 2, false};
  }

  // "1 1/2" and "1-1/2".
  std::optional<Value> mixed_number(std::size_t i) const {
    if (!number(i + 1) && !(t_.is(i + 1, "-") && number(i + 2))) return std::nullopt;
    const std::size_t n = number(i + 1) ? i + 1 : i + 2;
    if (!t_.is(n + 1, "/") || !glued(n + 1) || !number(n + 2) || plain(n + 2) <= plain(n))
      return std::nullopt;
    return Value{plain(i) + plain(n) / plain(n + 2), n + 3, false};
  }

  std::optional<Value> word_value_at(std::size_t i) const {
    const auto half_at = [&](std::size_t k) -> std::size_t {  // "and a half", "one half", "half a", "half"
      if (t_.is(k, "-")) ++k;
      if (t_.is(k, "a") || t_.is(k, "one")) ++k;
      if (t_.is(k, "-")) ++k;
      return t_.is(k, "half") ? k + 1 : 0;
    };
    if (t_.is(i, "half") || (t_.is(i, "one") && half_at(i) > 0)) {
      std::size_t next = half_at(i);
      if (t_.is(next, "a")) ++next;
      if (t_.is(next, "of") && t_.is(next + 1, "a")) next += 2;
      return Value{0.5, next, true};
    }
    const auto found = lex_.number_words.find(std::string(t_[i].text));
    if (found == lex_.number_words.end()) return std::nullopt;
    Value value{found->second, i + 1, true};
    if (t_.is(i + 1, "and")) {
      if (const std::size_t next = half_at(i + 2); next > 0) value = {value.number + 0.5, next, true};
    } else if (t_.is(i + 1, "point")) {
      const auto digit =
          lex_.number_words.find(i + 2 < t_.size() ? std::string(t_[i + 2].text) : std::string());
      if (digit != lex_.number_words.end() && digit->second < 10)
        value = {value.number + digit->second / 10, i + 3, true};
    }
    return value;
  }

  bool preceded_by(std::size_t i, std::string_view word, std::size_t within) const {
    for (std::size_t k = 0; k < within && i > k; ++k) {
      if (t_.is(i - 1 - k, word)) return true;
      if (t_.is(i - 1 - k, ".")) break;
    }
    return false;
  }

  // A change verb before token i, not further than a sentence's length away.
  bool change_before(std::size_t i) const {
    for (std::size_t k = matches_.size(); k-- > 0;) {
      const TermMatch& m = matches_[k];
      if (m.first >= i) continue;
      if (i - m.first > 25) break;
      if (m.category == kChangeUp || m.category == kChangeDown || m.category == kChangeOther) return true;
    }
    return false;
  }

  struct Item {
    double number;
    const UnitWord* unit;  // null: none of its own
    std::size_t first, end;
  };

  std::optional<Item> item_at(std::size_t i) const {
    const auto value = value_at(i);
    if (!value) return std::nullopt;
    Item item{value->number, nullptr, i, value->next};
    std::size_t next = 0;
    if (const UnitWord* unit = unit_at(value->next, next)) {
      item.unit = unit;
      item.end = next;
    }
    return item;
  }

  bool is_year(const Item& item) const {
    return item.unit == nullptr && item.number >= 1900 && item.number <= 2100 &&
           item.number == std::floor(item.number);
  }

  // Skips "(AP)", "craniocaudal" and the like between the factors of a product.
  std::size_t skip_views(std::size_t i) const {
    std::size_t k = i;
    while (k < t_.size() && k < i + 4 && lex_.views.count(std::string(t_[k].text)) > 0) ++k;
    return k;
  }

  // Reads a quantity that begins at i; returns the token behind it. Adds nothing when there is none.
  std::size_t quantity_at(std::size_t i) {
    const auto head = item_at(i);
    // Years have no unit and would otherwise open lists ("2018 and 3 mm").
    if (!head || is_year(*head)) return i;
    if (i > 0 && (t_.is(i - 1, "#") || (t_.is(i - 1, "/") && glued(i)))) return i;
    std::vector<Item> items{*head};
    std::string form = "single";
    std::size_t end = head->end;
    for (;;) {
      std::size_t at = end;
      const bool product_so_far = form == "single" || form == "dims";
      if (product_so_far) {
        const std::size_t cross = skip_views(at);
        const bool by = t_.is(cross, "by");
        if (t_.is(cross, "x") || t_.is(cross, "*") || by) {
          const auto next = item_at(cross + 1);
          // "2 cm x 3" counts things, it is no second side.
          const bool times = next && next->unit == nullptr && items.back().unit != nullptr &&
                             next->number == std::floor(next->number);
          if (next && !times) {
            items.push_back(*next);
            form = "dims";
            end = next->end;
            continue;
          }
        }
      }
      if (form == "single" && items.size() == 1) {
        std::size_t separator = at;
        if (t_.is(separator, "-") && t_.is(separator + 1, "to")) ++separator;  // "4- to 5-mm"
        const bool between = t_.is(separator, "and") && preceded_by(i, "between", 3);
        if (t_.is(separator, "-") || t_.is(separator, "to") || t_.is(separator, "through") || between ||
            t_.is(separator, "or")) {
          const auto next = item_at(separator + 1);
          const bool in_order = next && next->number > items[0].number;
          if (next && next->unit != nullptr && !is_year(*next) && (in_order || !t_.is(separator, "or"))) {
            items.push_back(*next);
            form = "range";
            end = next->end;
            break;
          }
        }
      }
      if (form == "dims") break;
      if (const auto list = list_from(items); list) {
        items = *list;
        form = "list";
        end = items.back().end;
      }
      break;
    }
    return emit(items, form, end);
  }

  // "4, 6 and 9 mm": items without units of their own up to one that has it.
  std::optional<std::vector<Item>> list_from(const std::vector<Item>& head) const {
    if (head.size() != 1 || head[0].unit != nullptr) return std::nullopt;
    if (value_at(head[0].first)->word) return std::nullopt;
    std::vector<Item> items = head;
    bool joined = false;
    for (;;) {
      std::size_t at = items.back().end;
      bool separated = false;
      if (t_.is(at, ",")) ++at, separated = true;
      if (t_.is(at, "and") || t_.is(at, "or") || t_.is(at, "&")) ++at, separated = joined = true;
      if (!separated || items.size() > 20) return std::nullopt;
      const auto next = item_at(at);
      if (!next || is_year(*next)) return std::nullopt;
      items.push_back(*next);
      if (next->unit != nullptr) break;
    }
    if (!joined && items.size() < 3) return std::nullopt;
    return items;
  }

  std::size_t emit(const std::vector<Item>& items, const std::string& form, std::size_t end) {
    const UnitWord* last_unit = items.back().unit;
    for (const Item& item : items) {
      if (last_unit == nullptr) last_unit = item.unit;
    }
    // Numbers without any unit are levels, dates and counts.
    if (last_unit == nullptr) return items[0].first;
    const auto make = [&](std::size_t from, std::size_t to, std::size_t token_end) {
      Quantity q;
      q.first = items[from].first;
      q.last = token_end;
      q.form = to - from > 1 ? form : "single";
      for (std::size_t k = from; k < to; ++k) {
        const UnitWord* unit = items[k].unit;
        for (std::size_t ahead = k + 1; unit == nullptr && ahead < items.size(); ++ahead)
          unit = items[ahead].unit;
        if (unit == nullptr) unit = last_unit;
        q.values.push_back(round4(items[k].number * unit->factor));
        if (k == from) {
          q.unit = unit->unit;
          q.source_unit = unit->name;
        }
      }
      return q;
    };
    if (form == "range" && preceded_by(items[0].first, "from", 2) && change_before(items[0].first)) {
      Quantity a = make(0, 1, items[0].end), b = make(1, 2, items[1].end);
      a.pair_from = b.pair_to = true;
      out_.push_back(std::move(a));
      out_.push_back(std::move(b));
      return end;
    }
    Quantity q = make(0, items.size(), end);
    if (form == "range" && q.values[0] > q.values[1]) std::swap(q.values[0], q.values[1]);
    out_.push_back(std::move(q));
    mark_pair();
    return end;
  }

  // "from 2.0 x 1.0 cm to 3 x 2 cm": the two quantities come one by one.
  void mark_pair() {
    if (out_.size() < 2) return;
    Quantity& a = out_[out_.size() - 2];
    Quantity& b = out_.back();
    if (a.last + 1 == b.first && t_.is(a.last, "to") && preceded_by(a.first, "from", 2) &&
        change_before(a.first)) {
      a.pair_from = b.pair_to = true;
    }
  }

  // After "cardiothoracic ratio" (anywhere in the same sentence) bare decimals and percentages are ratios.
  void add_ratios() {
    for (const TermMatch& head : matches_) {
      if (head.category != kRatioHead) continue;
      std::size_t first = head.first, last = head.last;
      const auto stop = [&](std::size_t k) {
        return t_.is(k, ".") || t_.is(k, ";") || t_.breaks_before(k) > 1;
      };
      while (first > 0 && head.first - first < 40 && !stop(first - 1)) --first;
      while (last < t_.size() && last - head.last < 40 && !stop(last)) ++last;
      for (Quantity& q : out_) {
        if (q.unit != "percent" || q.first < first || q.last > last) continue;
        q.unit = "ratio";
        for (double& v : q.values) v = round4(v / 100);
      }
      for (std::size_t i = first; i < last; ++i) i = std::max(i, bare_ratio_at(i, last));
    }
  }

  // Returns the last token of the ratio found at i, or i.
  std::size_t bare_ratio_at(std::size_t i, std::size_t last) {
    const auto taken = [&](std::size_t k) {
      return std::any_of(out_.begin(), out_.end(),
                         [&](const Quantity& q) { return k >= q.first && k < q.last; });
    };
    if (!number(i) || taken(i)) return i;
    const auto value = value_at(i);
    const bool fraction = value && value->next > i + 1;
    const bool decimal = t_[i].text.find('.') != std::string_view::npos;
    if (!value || value->number < 0.2 || value->number > 1.2 || !(decimal || fraction) || value->next > last)
      return i;
    if (unit_follows(value->next)) return i;
    Quantity q;
    q.first = i;
    q.last = value->next;
    q.unit = "ratio";
    q.values = {round4(value->number)};
    std::size_t separator = value->next;
    if (t_.is(separator, "-") || t_.is(separator, "to")) {
      const auto high = value_at(separator + 1);
      if (high && high->number >= 0.2 && high->number <= 1.2 && !unit_follows(high->next)) {
        if (t_.is(separator, "to") && preceded_by(i, "from", 2)) {
          q.pair_from = true;
        } else {
          q.form = "range";
          q.values.push_back(round4(high->number));
          q.last = high->next;
        }
      }
    }
    if (t_.is(i - 1, "to") && !out_.empty() && out_.back().pair_from && out_.back().last + 1 == i)
      q.pair_to = true;
    out_.push_back(q);
    return q.last - 1;
  }

  const TermText& t_;
  const std::vector<TermMatch>& matches_;
  const MeasurementLexicon& lex_;
  std::vector<Quantity> out_;
};

}  // namespace

std::vector<Quantity> find_quantities(const TermText& text, const std::vector<TermMatch>& matches,
                                      const MeasurementLexicon& lexicon) {
  return Scanner(text, matches, lexicon).run();
}

}  // namespace hilum::nlp
