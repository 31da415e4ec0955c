// The roles of a bundle's modules (docs/bundles.md, "Roles"). One row says all that the program knows of a
// role: what its module is called with and returns, what else the bundle must hold, which parts of the
// manifest are its own. The check of manifests, the opening of modules, the tracer, the self-test,
// `hilum model` and the documentation's table read it from here. Immutable; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hilum/bundle.h"
#include "hilum/json.h"
#include "hilum/status.h"

namespace hilum::runtime {

// What a method takes or returns.
struct Port {
  const char* name;
  const char* type;  // "f32[N,C,H,W]", or what is no tensor: "int", "List[Tensor]", "Dict[str, Tensor]"
  // What the file of a trace calls it, where that is not `name`: "text_ids".
  const char* traced_as = nullptr;

  const char* trace_name() const { return traced_as == nullptr ? name : traced_as; }
};

struct Method {
  const char* name;
  std::vector<Port> takes, returns;
};

// Which of the runtime's models runs a role.
enum class RunBy { kReportModel, kAnatomyModel, kTextModel };

// Reads one part of the manifest; null when it has none. kBundleInvalid names the field. Files, labels and
// the tokenizer of `manifest` are there already.
struct PartReader {
  const char* key;
  Result<std::shared_ptr<const ManifestPart>> (*read)(const Json& root, const Manifest& manifest);
};

struct Role {
  const char* name = "";
  const char* does = "";     // for people, one line
  const char* used_by = "";  // commands
  RunBy run_by = RunBy::kReportModel;
  std::vector<Method> methods;                       // the module must have all of them
  std::vector<const char*> needs;                    // keys of the manifest that must be there beside it
  std::vector<const char*> with;                     // roles that must be there beside it
  std::vector<PartReader> parts;                     // of the manifest
  std::string (*offers)(const Manifest&) = nullptr;  // what a bundle with it gives, for `hilum model list`
};

// Every role, in the order of the documentation.
const std::vector<Role>& roles();
const Role* find_role(std::string_view name);  // null for a file that is not executed

// Whether the bundle has a role that this model runs.
bool has_role_of(const Manifest& manifest, RunBy model);

// What the roles of the manifest's files need and is not there: kBundleInvalid.
Status check_roles(const Manifest& manifest);

// The rows for people, a method a line: role, method, takes, returns, needs, what it does.
std::vector<std::vector<std::string>> role_rows();
// The same as the table of docs/bundles.md.
std::string roles_markdown();

}  // namespace hilum::runtime
