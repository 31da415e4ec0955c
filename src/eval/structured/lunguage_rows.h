// Rows of structured reports as LunguageScore sees them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/structured/lunguage.h"

namespace hilum::eval {

struct WeightedField {
  std::string_view name;
  double weight;
};

// The attributes that count, with the weights of the original's file.
inline constexpr std::array<WeightedField, 16> kLunguageFields = {{{"dx_status", .5},
                                                                   {"dx_certainty", .1},
                                                                   {"location", .2},
                                                                   {"severity", .15},
                                                                   {"onset", .15},
                                                                   {"improved", .15},
                                                                   {"worsened", .15},
                                                                   {"placement", .15},
                                                                   {"no change", .1},
                                                                   {"morphology", .05},
                                                                   {"distribution", .05},
                                                                   {"measurement", .05},
                                                                   {"comparison", .03},
                                                                   {"past hx", .01},
                                                                   {"other source", .01},
                                                                   {"assessment limitations", .01}}};

// A cell that may hold a number or text: compared as integers where both are, else as text.
struct OrderCell {
  std::optional<double> number;
  std::string text;
  bool missing = true;
};

struct LunguageRow {
  std::string study, subject, entity, group, phrase;
  std::array<std::string, kLunguageFields.size()> fields;
  OrderCell sequence, episode;
};

// Rows with an entity name, in the order and grouping of the mode. kRecordInvalid as lunguage_score.
Result<std::vector<LunguageRow>> lunguage_rows(const Json& rows, LunguageMode mode, std::string_view side);
// One row as it is, without an entity name being required.
Result<LunguageRow> lunguage_row(const Json& row);

}  // namespace hilum::eval
