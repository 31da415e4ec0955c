// The readers, one a layout; open.cpp picks. A reader checks split and shard as early as it can, leaves out
// images of other views and missing ones, and hands on studies with images; limits, units and ids are the
// caller's.
#pragma once

#include <memory>
#include <string>

#include "hilum/datasets.h"

#include "datasets/context.h"
#include "datasets/mimic/index.h"

namespace hilum::datasets {

using SourceResult = Result<std::unique_ptr<StudySource>>;

// `root` holds files/, and the tables unless --tables says otherwise.
SourceResult open_mimic(const std::string& root, const ContextPtr& context,
                        std::shared_ptr<const MimicIndex> index);
// An annotation file of R2Gen, SEI, EVOKE or MLRG; `index` (may be null) adds times, views and priors.
SourceResult open_annotation(const std::string& path, const ContextPtr& context,
                             std::shared_ptr<const MimicIndex> index);
SourceResult open_rexrank(const std::string& path, const ContextPtr& context);
// Open-i: a folder of XML reports, one XML file, or the .tgz they come in.
SourceResult open_iu_xml(const std::string& path, const ContextPtr& context);
// indiana_reports.csv with indiana_projections.csv beside it.
SourceResult open_iu_csv(const std::string& path, const ContextPtr& context);
// Images in folders and single files.
SourceResult open_folder(const std::vector<std::string>& paths, const ContextPtr& context);

}  // namespace hilum::datasets
