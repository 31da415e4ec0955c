// Labels the reports of the records on standard input: label_a_stream < studies.jsonl > labelled.jsonl
#include <iostream>

#include "hilum/label.h"
#include "hilum/run.h"

int main() {
  auto stage = hilum::make_label_stage(hilum::LabelOptions{});
  if (!stage.is_ok()) return std::cerr << stage.status().to_string() << '\n', stage.status().exit_code();
  hilum::StandardStreams streams;
  auto source = hilum::jsonl_source(*streams.get().in);
  auto writer = hilum::jsonl_writer(*streams.get().out);
  const auto counts = hilum::run(**stage, *source, *writer, hilum::RunOptions{}, streams.get());
  if (!counts.is_ok()) return std::cerr << counts.status().to_string() << '\n', counts.status().exit_code();
  std::cerr << counts->to_string() << '\n';
  return counts->status().exit_code();
}
