// The checks and what they share. Each adds verdicts to the claims it can say something about.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "factcheck/factcheck.h"
#include "factcheck/lexicon.h"

namespace hilum::factcheck {

struct Workspace {
  const FactLexicon& lexicon;
  const Evidence& evidence;
  const CheckOptions& options;
  std::vector<std::string> names;  // of the sections
  std::deque<FieldText> fields;    // beside `names`
  std::vector<CheckedClaim> claims;
  std::vector<Edit> edits;  // most certain first

  std::size_t field_index(const std::string& name) const;
  const FieldText& field(const std::string& name) const { return fields[field_index(name)]; }
};

// Contradicted beats supported beats not checkable; the first reason stays.
void set_verdict(CheckedClaim& claim, Verdict verdict, const char* check, std::string reason,
                 std::vector<std::pair<std::string, double>> numbers = {},
                 std::optional<Place> other = std::nullopt);

void add_edit(Workspace& work, const std::string& field, std::size_t begin, std::size_t end,
              std::string new_text, const char* check, std::string reason);

// A sentence goes together with the white space that parts it from its neighbours.
void remove_sentence(Workspace& work, const std::string& field, std::size_t begin, std::size_t end,
                     const char* check, std::string reason);

std::string format_number(double value, int decimals);
// "35 mm" in the words of the unit that the report used.
std::string format_length(double mm, const std::string& source_unit, int cm_decimals);

// Whether two severities (tiny, small, moderate, large) are further apart than readers are.
bool severities_differ(const std::string& a, const std::string& b);

void check_possible_values(Workspace& work);
void check_placement(Workspace& work);
void check_size_words(Workspace& work);
void check_heart(Workspace& work);
void check_repeated_measurements(Workspace& work);
void check_presence(Workspace& work);
void check_laterality(Workspace& work);
void check_severity(Workspace& work);
void check_impossible_places(Workspace& work);
void check_removed_devices(Workspace& work);
void check_repetition(Workspace& work);
void check_prior_references(Workspace& work);
void check_spelling(Workspace& work);
void check_measured(Workspace& work);
void check_predictions(Workspace& work);
void check_device_presence(Workspace& work);

// The signed length of a distance claim (below is negative); of a range its middle, of dims the largest.
double claim_value(const nlp::Measurement& m);

}  // namespace hilum::factcheck
