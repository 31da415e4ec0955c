// DCMTK set up once for the process: decoders registered, its own logging off (the library never prints).
#pragma once

namespace hilum::io {

void ensure_dicom_environment();  // thread-safe

}  // namespace hilum::io
