// Extraction counts of the pairs of a set.
#include <cmath>

#include "core/text/text.h"
#include "eval/structured/structured_scores.h"

namespace hilum::eval {
namespace {

constexpr std::size_t kCounts = 4;  // all, right, wrong, missed

std::vector<std::string> all_relations() {
  std::vector<std::string> out = {"cat", "dx_status", "dx_certainty"};
  const auto& others = nlp::attribute_relations();
  out.insert(out.end(), others.begin(), others.end());
  return out;
}

ExtractionScore score_of_sums(const double* sums, const ExtractionOptions& options) {
  static const std::vector<std::string> relations = all_relations();
  std::map<std::string, TripletCounts> counts;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const double* s = sums + i * kCounts;
    const auto whole = [](double value) { return static_cast<std::size_t>(std::llround(value)); };
    if (s[0] + s[1] + s[2] + s[3] > 0)
      counts[relations[i]] = {whole(s[0]), whole(s[1]), whole(s[2]), whole(s[3])};
  }
  return extraction_score(counts, options);
}

}  // namespace

std::vector<Triplet> triplets_of(const nlp::LunguageReport& report) {
  std::vector<Triplet> out;
  for (const nlp::LunguageEntity& entity : report.entities) {
    const auto add = [&](const std::string& relation, const std::string& value) {
      out.push_back({to_lower(trim(entity.name)), relation, to_lower(trim(value)), entity.sent_idx});
    };
    add("cat", entity.category);
    add("dx_status", entity.status);
    add("dx_certainty", entity.certainty);
    for (const nlp::Attribute& attribute : entity.attributes) add(attribute.relation, attribute.value);
  }
  return out;
}

void add_extraction(const std::vector<nlp::LunguageReport>& hypotheses,
                    const std::vector<nlp::LunguageReport>& references, bool sentences, ScoreTable& table) {
  const std::vector<std::string> relations = all_relations();
  for (const ExtractionPart part : {ExtractionPart::kSubjects, ExtractionPart::kTriplets}) {
    for (const bool strict : {false, true}) {
      const ExtractionOptions options{part, strict, sentences};
      const std::size_t block = table.add_block(relations.size() * kCounts);
      for (std::size_t i = 0; i < table.rows(); ++i) {
        ExtractionCounter counter(options);
        counter.add(triplets_of(references[i]), triplets_of(hypotheses[i]));
        const ExtractionScore score = counter.score();
        double* row = table.row(block, i);
        for (std::size_t k = 0; k < relations.size(); ++k) {
          const auto found = score.relations.find(relations[k]);
          if (found == score.relations.end()) continue;
          const TripletCounts& c = found->second;
          const std::size_t counts[kCounts] = {c.all, c.right, c.wrong, c.missed};
          for (std::size_t n = 0; n < kCounts; ++n) row[k * kCounts + n] = static_cast<double>(counts[n]);
        }
      }
      const auto add = [&](const char* name, double ExtractionScore::*member) {
        Metric metric;
        metric.name = std::string("Extraction-") + (part == ExtractionPart::kSubjects ? "SR-" : "SRO-") +
                      (strict ? "strict-" : "compatible-") + name;
        metric.variant =
            strict ? "equal subjects, relations and values"
                   : "lunguage-score 1.0.0's counts by difflib ratio (a wrong side can pass; SR recall is 1)";
        metric.policy = sentences ? "same sentence number" : "any sentence";
        metric.block = block;
        metric.value = [options, member](const double* sums) { return score_of_sums(sums, options).*member; };
        table.add_metric(std::move(metric));
      };
      add("precision", &ExtractionScore::precision);
      add("recall", &ExtractionScore::recall);
      add("F1", &ExtractionScore::f1);
      add("macro-F1", &ExtractionScore::macro_f1);
    }
  }
}

Status add_extraction(Context& context) {
  HILUM_ASSIGN(const std::shared_ptr<const StructuredPairs> pairs, structured_pairs_of(context));
  add_extraction(pairs->hypotheses, pairs->references, context.options.same_sentence, context.table());
  return Status::ok();
}

}  // namespace hilum::eval
