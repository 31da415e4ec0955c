#include "runtime/models/conditioner_inputs.h"

#include <algorithm>

#include "runtime/roles/report_roles.h"

namespace hilum::runtime {
namespace {

using Ids = std::vector<std::int64_t>;
using Input = ConditionerInput;
using Made = ConditionerInput::Made;

std::int64_t size_of(std::size_t count) { return static_cast<std::int64_t>(count); }

Status add_mask(const Input& input, const ConditionerBatch& batch, const std::vector<std::int64_t>& shape,
                const std::vector<std::uint8_t>& mask, NamedValues& out) {
  HILUM_ASSIGN(Value tensor, batch.conditioner.booleans(shape, mask.data()));
  out.emplace_back(input.mask, std::move(tensor));
  return Status::ok();
}

// Id lists of different lengths as ids [B,L] or [B,K,L] and their mask.
Status add_ids(const Input& input, const ConditionerBatch& batch, const std::vector<std::vector<Ids>>& texts,
               NamedValues& out) {
  std::size_t longest = 1;
  std::size_t most = 1;
  for (const auto& list : texts) {
    most = std::max(most, list.size());
    for (const Ids& ids : list) longest = std::max(longest, ids.size());
  }
  std::vector<std::int64_t> ids(texts.size() * most * longest, 0);
  std::vector<std::uint8_t> mask(ids.size(), 0);
  for (std::size_t b = 0; b < texts.size(); ++b) {
    for (std::size_t k = 0; k < texts[b].size(); ++k) {
      const auto at = static_cast<std::ptrdiff_t>((b * most + k) * longest);
      std::copy(texts[b][k].begin(), texts[b][k].end(), ids.begin() + at);
      std::fill_n(mask.begin() + at, texts[b][k].size(), std::uint8_t{1});
    }
  }
  std::vector<std::int64_t> shape = {size_of(texts.size())};
  if (input.kind == InputKind::kTexts) shape.push_back(size_of(most));
  shape.push_back(size_of(longest));
  HILUM_ASSIGN(Value tensor, batch.conditioner.integers(shape, ids.data()));
  out.emplace_back(input.name, std::move(tensor));
  return add_mask(input, batch, shape, mask, out);
}

Status add_text(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  std::vector<std::vector<Ids>> texts;
  for (const std::size_t s : batch.which) texts.push_back({batch.studies[s]->*input.text});
  return add_ids(input, batch, texts, out);
}

Status add_similar(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  std::vector<std::vector<Ids>> texts;
  for (const std::size_t s : batch.which) texts.push_back(batch.images.similar[s]);
  return add_ids(input, batch, texts, out);
}

// What the encoder made of each study's first image.
Status add_anchor(const Input& input, const ConditionerBatch& batch, const Value& encoded, NamedValues& out) {
  std::vector<std::int64_t> rows;
  for (const std::size_t s : batch.which) rows.push_back(batch.images.rows[s].front());
  HILUM_ASSIGN(Value value, encoded.rows(rows));
  out.emplace_back(input.name, std::move(value));
  return Status::ok();
}

Status add_anchor_patches(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  return add_anchor(input, batch, batch.images.patches, out);
}

Status add_anchor_global(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  return add_anchor(input, batch, batch.images.global, out);
}

Status add_prior_image(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  std::vector<std::int64_t> rows;
  for (const std::size_t s : batch.which) rows.push_back(batch.images.prior_rows[s]);
  HILUM_ASSIGN(Value value, batch.images.patches.rows(rows));
  out.emplace_back(input.name, std::move(value));
  return add_mask(input, batch, {size_of(rows.size())}, std::vector<std::uint8_t>(rows.size(), 1), out);
}

// The images beyond the anchor, [B,K,P,D] with a mask [B,K]; gaps are filled with the anchor and masked.
Status add_views(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  const EncodedImages& images = batch.images;
  std::size_t most = 1;
  for (const std::size_t s : batch.which) most = std::max(most, images.rows[s].size() - 1);
  std::vector<std::int64_t> rows;
  std::vector<std::uint8_t> mask;
  for (const std::size_t s : batch.which) {
    for (std::size_t k = 1; k <= most; ++k) {
      const bool there = k < images.rows[s].size();
      rows.push_back(images.rows[s][there ? k : 0]);
      mask.push_back(there ? 1 : 0);
    }
  }
  HILUM_ASSIGN(const Value flat, images.patches.rows(rows));
  HILUM_ASSIGN(const auto shape, flat.shape());
  if (shape.size() != 3) return {ErrorCode::kBundleInvalid, "image_encoder: the patches are not [N,P,D]"};
  const std::vector<std::int64_t> grouped = {size_of(batch.which.size()), size_of(most)};
  HILUM_ASSIGN(Value views, flat.reshaped({grouped[0], grouped[1], shape[1], shape[2]}));
  out.emplace_back(input.name, std::move(views));
  return add_mask(input, batch, grouped, mask, out);
}

std::int64_t view_row(const StudyInput& study, std::size_t image) {
  return image < study.view_rows.size() ? study.view_rows[image] : 0;
}

// The rows of the view table for the images beyond the anchor, [B,K]; gaps are 0.
Status add_views_view(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  std::size_t most = 1;
  for (const std::size_t s : batch.which) most = std::max(most, batch.studies[s]->images.size() - 1);
  std::vector<std::int64_t> rows(batch.which.size() * most, 0);
  for (std::size_t b = 0; b < batch.which.size(); ++b) {
    const StudyInput& study = *batch.studies[batch.which[b]];
    for (std::size_t k = 1; k < study.images.size(); ++k) rows[b * most + k - 1] = view_row(study, k);
  }
  HILUM_ASSIGN(Value value,
               batch.conditioner.integers({size_of(batch.which.size()), size_of(most)}, rows.data()));
  out.emplace_back(input.name, std::move(value));
  return Status::ok();
}

Status add_rows(const Input& input, const ConditionerBatch& batch,
                std::int64_t (*row_of)(const StudyInput& study), NamedValues& out) {
  std::vector<std::int64_t> rows;
  for (const std::size_t s : batch.which) rows.push_back(row_of(*batch.studies[s]));
  HILUM_ASSIGN(Value value, batch.conditioner.integers({size_of(rows.size())}, rows.data()));
  out.emplace_back(input.name, std::move(value));
  return Status::ok();
}

Status add_anchor_view(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  return add_rows(
      input, batch, [](const StudyInput& study) { return view_row(study, 0); }, out);
}

Status add_prior_view(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  return add_rows(
      input, batch, [](const StudyInput& study) { return study.prior_view_row; }, out);
}

Status add_predictions(const Input& input, const ConditionerBatch& batch, NamedValues& out) {
  const std::vector<std::int64_t> rows(batch.which.begin(), batch.which.end());
  HILUM_ASSIGN(Value value, batch.images.predictions.rows(rows));
  out.emplace_back(input.name, std::move(value));
  return Status::ok();
}

bool always(const StudyInput&, const Made&) { return true; }
bool has_views(const StudyInput& study, const Made&) { return study.images.size() > 1; }
bool has_prior(const StudyInput& study, const Made&) { return study.prior_image.has_value(); }
bool has_predictions(const StudyInput&, const Made& made) { return made.predictions; }
bool has_indication(const StudyInput& study, const Made&) { return !study.indication_ids.empty(); }
bool has_prior_report(const StudyInput& study, const Made&) { return !study.prior_report_ids.empty(); }
bool has_similar(const StudyInput&, const Made& made) { return made.similar; }

}  // namespace

const std::vector<ConditionerInput>& conditioner_inputs() {
  using K = InputKind;
  static const std::vector<ConditionerInput> table = {
      {"anchor", K::kImage, "f32[B,P,D]", "images.0", nullptr, "anchor", always, add_anchor_patches},
      {"anchor_global", K::kImage, "f32[B,E]", "images.0", nullptr, "anchor_global", always,
       add_anchor_global},
      {"anchor_view", K::kRow, "i64[B]", "images.0.view", nullptr, nullptr, always, add_anchor_view},
      {"views", K::kImages, "f32[B,K,P,D]", "images.1, …", "views_mask", "views", has_views, add_views},
      {"views_view", K::kRows, "i64[B,K]", "images.1.view, …", nullptr, nullptr, has_views, add_views_view},
      {"prior_image", K::kImage, "f32[B,P,D]", "priors.0.images.0", "prior_image_mask", "prior_image",
       has_prior, add_prior_image},
      {"prior_view", K::kRow, "i64[B]", "priors.0.images.0.view", nullptr, nullptr, has_prior,
       add_prior_view},
      {"predictions", K::kValues, "f32[B,labels]", "", nullptr, "predictions", has_predictions,
       add_predictions},
      {"indication_ids", K::kText, "i64[B,L]", "indication", "indication_mask", "indication", has_indication,
       add_text, &StudyInput::indication_ids},
      {"prior_report_ids", K::kText, "i64[B,L]", "priors.0.report", "prior_report_mask", "prior_report",
       has_prior_report, add_text, &StudyInput::prior_report_ids},
      {"similar_ids", K::kTexts, "i64[B,K,L]", "similar", "similar_mask", "similar", has_similar, add_similar,
       nullptr, &StudyInput::similar_ids},
  };
  return table;
}

const ConditionerInput* find_conditioner_input(const std::string& name) {
  const auto& table = conditioner_inputs();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Input& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string conditioner_inputs_markdown() {
  std::string out = "| name | mask | what | from the record |\n|---|---|---|---|\n";
  for (const Input& row : conditioner_inputs()) {
    const std::string mask = row.mask == nullptr ? "" : std::string("`") + row.mask + "`";
    const std::string record =
        row.record[0] == 0 ? "made by the classifier" : std::string("`") + row.record + "`";
    out += std::string("| `") + row.name + "` | " + mask + " | `" + row.type + "` | " + record + " |\n";
  }
  return out;
}

std::vector<std::string> present_inputs(const StudyInput& study, const Made& made, const Manifest& manifest) {
  std::vector<std::string> present;
  for (const std::string& name : conditioner_of(manifest).inputs) {
    const Input* input = find_conditioner_input(name);
    if (input != nullptr && input->has(study, made)) present.push_back(name);
  }
  return present;
}

Result<NamedValues> conditioner_tensors(const ConditionerBatch& batch,
                                        const std::vector<std::string>& inputs) {
  NamedValues out;
  for (const std::string& name : inputs) {
    const Input& input = *find_conditioner_input(name);
    HILUM_RETURN_IF_ERROR(input.add(input, batch, out));
  }
  return out;
}

ListedInputs listed_inputs(const Manifest& manifest, const std::vector<std::string>& present) {
  ListedInputs listed;
  for (const std::string& name : conditioner_of(manifest).inputs) {
    const Input* input = find_conditioner_input(name);
    if (input != nullptr && input->listed_as == nullptr) continue;
    const bool used = std::find(present.begin(), present.end(), name) != present.end();
    (used ? listed.used : listed.absent).push_back(input == nullptr ? name : input->listed_as);
  }
  return listed;
}

}  // namespace hilum::runtime
