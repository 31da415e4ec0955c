// The report of one film: report_for_a_film FILM.dcm
#include <cstdio>

#include <hilum/hilum.h>
#include <nlohmann/json.hpp>

int fail(const hilum::Status& status) { return std::puts(status.to_string().c_str()), 1; }

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto writer = hilum::ReportWriter::open("hilum-base");
  if (!writer) return fail(writer.status());
  const auto record = writer->write({argv[1]});
  if (!record) return fail(record.status());
  std::puts((*record)["report"]["findings"].get_ref<const std::string&>().c_str());
}
