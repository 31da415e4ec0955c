// Free text to the structured report of SRRG (sections, findings under organ headings, impression numbered by
// relevance), its text form, a check of that form, and back. Nothing is invented and nothing lost: every
// sentence of the source appears once as an item or is listed as unplaced, in its own words. Source of the
// form: Delbrouck et al., "Automated Structured Radiology Report Generation" (2025). Immutable once loaded;
// safe from any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilum/status.h"

#include "nlp/labels/labels.h"
#include "nlp/words/phrases.h"

namespace hilum::nlp {

struct OrganSection {
  std::string section;  // "Findings"
  std::string name;     // the organ heading in findings ("Pleura"), else the section's own name
  std::vector<std::string>
      items;  // sentences; in the impression an item may hold several that belong together
};

struct OrganReport {
  std::vector<OrganSection> sections;  // in SRRG's order, none empty
  std::vector<std::string> unplaced;
};

struct StructureProblem {
  std::size_t line = 0;  // from 1
  std::string message;
};

class Structurer {
 public:
  // Reads configs/structure/srrg.json and the label tables; kConfig names what is wrong.
  static Result<Structurer> load();

  // `text` may have headers ("FINDINGS:", "Impression:") at the start of any sentence; without one it is
  // findings.
  OrganReport structure(std::string_view text) const;

  // The text form, one line an item; unplaced sentences are left out.
  std::string to_text(const OrganReport& report) const;

  // Reads the text form. Lines that do not fit are problems; what can be read is read. `report` may be null.
  std::vector<StructureProblem> check(std::string_view text, OrganReport* report) const;

  // The sentences of a section in order, as one paragraph: the way back to free text.
  static std::string paragraph(const OrganReport& report, std::string_view section);

 private:
  explicit Structurer(Labeler labeler) : labeler_(std::move(labeler)) {}
  struct Piece {
    std::string text;
    std::size_t section;
  };
  std::vector<Piece> pieces(std::string_view text) const;
  std::size_t heading_of(std::string_view sentence) const;  // headings_.size(): none
  bool matches(std::string_view sentence, std::uint32_t id, bool at_start) const;
  int relevance(const std::string& sentence) const;
  std::vector<std::string> ranked(const std::vector<std::string>& sentences) const;
  std::size_t header(std::string_view text, const SplitText& split, const Sentence& sentence,
                     std::size_t& tokens) const;

  std::vector<std::string> sections_;
  std::vector<std::pair<std::string, std::size_t>> headers_;  // lower case -> section
  std::vector<std::string> headings_;
  std::vector<bool> priority_;
  PhraseMatcher matcher_;  // ids: a heading's index, then attached_id, routine_id
  Labeler labeler_;
};

}  // namespace hilum::nlp
