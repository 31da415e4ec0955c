// A data set in a temporary folder, made by the test that reads it. All texts and ids are invented.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "hilum/datasets.h"

namespace hilum::datasets::testing {

class Tree {
 public:
  Tree();
  ~Tree();
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const std::string& root() const { return root_; }
  std::string path(const std::string& relative) const { return root_ + "/" + relative; }
  void write(const std::string& relative, const std::string& bytes) const;
  void write_gzip(const std::string& relative, const std::string& bytes) const;
  // Files with nothing but what tells their format.
  void write_png(const std::string& relative) const;
  void write_jpeg(const std::string& relative) const;
  // A DICOM header: tag ("0010,0020") to value.
  void write_dicom(const std::string& relative, const std::map<std::string, std::string>& tags) const;

 private:
  std::string root_;
};

struct Outcome {
  Status status;
  std::vector<StudyItem> items;
  std::vector<Note> notes;

  std::size_t count(Reason reason) const;
  std::vector<std::string> ids() const;
  const StudyItem* find(const std::string& id) const;
};

// Reads everything.
Outcome read_all(const std::vector<std::string>& paths, StudyOptions options = {});

}  // namespace hilum::datasets::testing
