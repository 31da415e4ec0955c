// Everything of Hilum's public interface. The shortest program writes a report (generate.h):
//
//   auto writer = hilum::ReportWriter::open("hilum-base");
//   if (!writer) return fail(writer.status());
//   auto record = writer->write({"film.dcm"});
//
// From there: `Stage` (stage.h) is what adds keys to study records, one make_<name>_stage for each command of
// the program; `run` (run.h) is the loop that takes records from a source through a stage into a writer;
// `Model` (model.h) is a bundle at work. Functions return `Status` or `Result<T>` (status.h) and neither
// throw nor print.
#pragma once

#include "hilum/bundle.h"
#include "hilum/datasets.h"
#include "hilum/diff.h"
#include "hilum/entities.h"
#include "hilum/error_code.h"
#include "hilum/evaluate.h"
#include "hilum/factcheck.h"
#include "hilum/generate.h"
#include "hilum/image.h"
#include "hilum/index.h"
#include "hilum/json.h"
#include "hilum/jsonl.h"
#include "hilum/label.h"
#include "hilum/metrics.h"
#include "hilum/model.h"
#include "hilum/preprocess.h"
#include "hilum/record.h"
#include "hilum/run.h"
#include "hilum/sections.h"
#include "hilum/stage.h"
#include "hilum/status.h"
#include "hilum/streams.h"
#include "hilum/structure.h"
