// Small readers on a DCMTK data set, shared by the files that see DCMTK.
#pragma once

#include <string>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "hilum/image.h"

namespace hilum::io {

// All values of a text element with backslashes between them, trimmed; "" when missing.
std::string text_of(DcmItem& item, const DcmTagKey& tag);

// The tags of a parsed file. Never fails: what is missing stays empty.
DicomTags tags_of(DcmFileFormat& file);

}  // namespace hilum::io
