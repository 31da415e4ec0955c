#include "runtime/models/conditioner_inputs.h"

#include <algorithm>

namespace hilum::runtime {
namespace {

using Entries = std::vector<std::pair<std::string, Value>>;
using Ids = std::vector<std::int64_t>;

// Id lists of different lengths as ids [B,L] or [B,K,L] and their mask.
Status add_texts(const TorchScript& script, const std::string& name,
                 const std::vector<std::vector<Ids>>& texts, bool several, Entries& entries) {
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
  std::vector<std::int64_t> shape = {static_cast<std::int64_t>(texts.size())};
  if (several) shape.push_back(static_cast<std::int64_t>(most));
  shape.push_back(static_cast<std::int64_t>(longest));
  HILUM_ASSIGN(Value id_tensor, script.integers(shape, ids.data()));
  HILUM_ASSIGN(Value mask_tensor, script.booleans(shape, mask.data()));
  const std::string stem = name.substr(0, name.size() - std::string("_ids").size());
  entries.emplace_back(name, std::move(id_tensor));
  entries.emplace_back(stem + "_mask", std::move(mask_tensor));
  return Status::ok();
}

// The images beyond the anchor, [B,K,P,D] with a mask [B,K]; gaps are filled with the anchor and masked.
Status add_views(const TorchScript& script, const EncodedImages& images,
                 const std::vector<std::size_t>& which, Entries& entries) {
  std::size_t most = 1;
  for (const std::size_t s : which) most = std::max(most, images.rows[s].size() - 1);
  std::vector<std::int64_t> rows;
  std::vector<std::uint8_t> mask;
  for (const std::size_t s : which) {
    for (std::size_t k = 1; k <= most; ++k) {
      const bool there = k < images.rows[s].size();
      rows.push_back(images.rows[s][there ? k : 0]);
      mask.push_back(there ? 1 : 0);
    }
  }
  HILUM_ASSIGN(const Value flat, images.patches.rows(rows));
  HILUM_ASSIGN(const auto shape, flat.shape());
  if (shape.size() != 3) return {ErrorCode::kBundleInvalid, "image_encoder: the patches are not [N,P,D]"};
  const auto b = static_cast<std::int64_t>(which.size());
  const auto k = static_cast<std::int64_t>(most);
  HILUM_ASSIGN(Value views, flat.reshaped({b, k, shape[1], shape[2]}));
  HILUM_ASSIGN(Value mask_tensor, script.booleans({b, k}, mask.data()));
  entries.emplace_back("views", std::move(views));
  entries.emplace_back("views_mask", std::move(mask_tensor));
  return Status::ok();
}

std::int64_t view_row(const StudyInput& study, std::size_t image) {
  return image < study.view_rows.size() ? study.view_rows[image] : 0;
}

// The rows of the view table for the images beyond the anchor, [B,K]; gaps are 0.
Status add_view_rows(const TorchScript& script, const std::vector<const StudyInput*>& studies,
                     const std::vector<std::size_t>& which, Entries& entries) {
  std::size_t most = 1;
  for (const std::size_t s : which) most = std::max(most, studies[s]->images.size() - 1);
  std::vector<std::int64_t> rows(which.size() * most, 0);
  for (std::size_t b = 0; b < which.size(); ++b) {
    const StudyInput& study = *studies[which[b]];
    for (std::size_t k = 1; k < study.images.size(); ++k) rows[b * most + k - 1] = view_row(study, k);
  }
  HILUM_ASSIGN(Value value,
               script.integers({static_cast<std::int64_t>(which.size()), static_cast<std::int64_t>(most)},
                               rows.data()));
  entries.emplace_back("views_view", std::move(value));
  return Status::ok();
}

Status add_input(const TorchScript& script, const std::string& name, const EncodedImages& images,
                 const std::vector<const StudyInput*>& studies, const std::vector<std::size_t>& which,
                 Entries& entries) {
  const auto texts = [&](auto pick) {
    std::vector<std::vector<Ids>> lists;
    for (const std::size_t s : which) lists.push_back(pick(*studies[s]));
    return lists;
  };
  if (name == "anchor" || name == "anchor_global" || name == "prior_image") {
    std::vector<std::int64_t> rows;
    for (const std::size_t s : which)
      rows.push_back(name == "prior_image" ? images.prior_rows[s] : images.rows[s].front());
    HILUM_ASSIGN(Value value, (name == "anchor_global" ? images.global : images.patches).rows(rows));
    entries.emplace_back(name, std::move(value));
    if (name == "prior_image") {
      const std::vector<std::uint8_t> mask(which.size(), 1);
      HILUM_ASSIGN(Value mask_tensor,
                   script.booleans({static_cast<std::int64_t>(which.size())}, mask.data()));
      entries.emplace_back("prior_image_mask", std::move(mask_tensor));
    }
    return Status::ok();
  }
  if (name == "predictions") {
    HILUM_ASSIGN(Value value, images.predictions.rows(std::vector<std::int64_t>(which.begin(), which.end())));
    entries.emplace_back(name, std::move(value));
    return Status::ok();
  }
  if (name == "views") return add_views(script, images, which, entries);
  if (name == "views_view") return add_view_rows(script, studies, which, entries);
  if (name == "anchor_view" || name == "prior_view") {
    std::vector<std::int64_t> rows;
    for (const std::size_t s : which)
      rows.push_back(name == "prior_view" ? studies[s]->prior_view_row : view_row(*studies[s], 0));
    HILUM_ASSIGN(Value value, script.integers({static_cast<std::int64_t>(rows.size())}, rows.data()));
    entries.emplace_back(name, std::move(value));
    return Status::ok();
  }
  if (name == "indication_ids") {
    return add_texts(script, name,
                     texts([](const StudyInput& s) { return std::vector<Ids>{s.indication_ids}; }), false,
                     entries);
  }
  if (name == "prior_report_ids") {
    return add_texts(script, name,
                     texts([](const StudyInput& s) { return std::vector<Ids>{s.prior_report_ids}; }), false,
                     entries);
  }
  std::vector<std::vector<Ids>> similar;
  for (const std::size_t s : which) similar.push_back(images.similar[s]);
  return add_texts(script, name, similar, true, entries);
}

}  // namespace

std::vector<std::string> present_inputs(const StudyInput& study, bool similar, const Manifest& manifest,
                                        bool predictions) {
  std::vector<std::string> present;
  for (const std::string& name : manifest.conditioner_inputs) {
    const bool there = name == "anchor" || name == "anchor_global" || name == "anchor_view" ||
                       (name == "predictions" && predictions) ||
                       ((name == "views" || name == "views_view") && study.images.size() > 1) ||
                       ((name == "prior_image" || name == "prior_view") && study.prior_image) ||
                       (name == "indication_ids" && !study.indication_ids.empty()) ||
                       (name == "prior_report_ids" && !study.prior_report_ids.empty()) ||
                       (name == "similar_ids" && similar);
    if (there) present.push_back(name);
  }
  return present;
}

Result<Entries> conditioner_tensors(const TorchScript& conditioner, const EncodedImages& images,
                                    const std::vector<const StudyInput*>& studies,
                                    const std::vector<std::size_t>& which,
                                    const std::vector<std::string>& inputs) {
  Entries entries;
  for (const std::string& name : inputs)
    HILUM_RETURN_IF_ERROR(add_input(conditioner, name, images, studies, which, entries));
  return entries;
}

}  // namespace hilum::runtime
