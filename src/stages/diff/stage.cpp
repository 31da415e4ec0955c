#include "hilum/diff.h"

#include "nlp/structure/diff.h"
#include "stages/common/text_stage.h"

namespace hilum {
namespace {

Json fact_json(const nlp::StatedFact& fact) {
  return {{"finding", fact.finding}, {"status", nlp::assertion_name(fact.assertion)}};
}

Json facts_json(const std::vector<nlp::StatedFact>& facts) {
  Json out = Json::array();
  for (const nlp::StatedFact& fact : facts) out.push_back(fact_json(fact));
  return out;
}

Json edits_json(const nlp::ReportDiff& diff) {
  Json edits = Json::array();
  for (const nlp::SentenceEdit& edit : diff.edits) {
    Json item = {{"op", nlp::edit_op_name(edit.op)}, {"reason", nlp::edit_reason_name(edit.reason)}};
    if (edit.from) item.update({{"from_index", *edit.from}, {"from", diff.from[*edit.from]}});
    if (edit.to) item.update({{"to_index", *edit.to}, {"to", diff.to[*edit.to]}});
    edits.push_back(std::move(item));
  }
  return edits;
}

Json to_json(const nlp::ReportDiff& diff) {
  Json conflicts = Json::array();
  for (const auto& [from, to] : diff.conflicts) {
    conflicts.push_back({{"finding", from.finding},
                         {"from", nlp::assertion_name(from.assertion)},
                         {"to", nlp::assertion_name(to.assertion)}});
  }
  return {{"edits", edits_json(diff)},
          {"facts",
           {{"only_from", facts_json(diff.only_from)},
            {"only_to", facts_json(diff.only_to)},
            {"conflicts", std::move(conflicts)}}},
          {"same_facts", diff.same_facts()}};
}

class DiffStage : public TextStage {
 public:
  DiffStage(const DiffOptions& options, nlp::ReportDiffer differ)
      : TextStage(options.text, diff_info()), to_(options.to), differ_(std::move(differ)) {}

  std::vector<std::string> warnings() const override {
    std::vector<std::string> said = TextStage::warnings();
    for (std::string& more : to_.warnings()) said.push_back(std::move(more));
    return said;
  }

 protected:
  Status process_text(Item& item, const std::string& from) override {
    HILUM_ASSIGN(const std::string to, to_.text(item.record()));
    HILUM_ASSIGN(const nlp::ReportDiff diff, differ_.diff(from, to));
    item.record()["diff"] = to_json(diff);
    return Status::ok();
  }

 private:
  TextKeys to_;
  nlp::ReportDiffer differ_;
};

std::vector<std::string> tables() {
  std::vector<std::string> all = label_tables("chexpert14");
  all.insert(all.begin(), "structure/diff.json");
  return all;
}

}  // namespace

const StageInfo& diff_info() {
  static const StageInfo info = {
      "diff",
      "The sentence edits that turn one report into another",
      {{"report.findings", "the first report; without it `text`, or the keys asked for"},
       {"reference.findings", "the second report, or the keys asked for"}},
      {{"diff", "edits, facts that only one states or that conflict, and whether the facts are the same"}},
      tables()};
  return info;
}

Result<std::unique_ptr<Stage>> make_diff_stage(const DiffOptions& options) {
  HILUM_ASSIGN(nlp::ReportDiffer differ, nlp::ReportDiffer::load());
  return described(std::make_unique<DiffStage>(options, std::move(differ)), {{"to", options.to.keys}});
}

}  // namespace hilum
