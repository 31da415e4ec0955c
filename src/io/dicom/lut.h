// The grey pipeline's rules as a data set states them; private to the layer.
#pragma once

#include <string>
#include <vector>

#include "hilum/status.h"

#include "io/dicom/dataset.h"
#include "io/dicom/grey_table.h"

namespace hilum::io {

// kDicomUnreadable when a look-up table does not fit its descriptor. An impossible window is dropped with a
// warning.
Result<GreyRules> grey_rules_of(DcmItem& set, const DicomTags& tags, std::vector<std::string>& warnings);

}  // namespace hilum::io
