#include "app/command.h"

namespace hilum::cli {

// One line a subcommand; see CONTRIBUTING.md, "Add a subcommand".

Command make_studies_command();
Command make_inspect_command();
Command make_measure_command();
Command make_sections_command();
Command make_entities_command();
Command make_label_command();
Command make_structure_command();
Command make_index_command();
Command make_retrieve_command();
Command make_generate_command();
Command make_factcheck_command();
Command make_diff_command();
Command make_evaluate_command();
Command make_model_command();

std::vector<Command> commands() {
  return {
      make_studies_command(),  make_inspect_command(),  make_measure_command(),   make_sections_command(),
      make_entities_command(), make_label_command(),    make_structure_command(), make_index_command(),
      make_retrieve_command(), make_generate_command(), make_factcheck_command(), make_diff_command(),
      make_evaluate_command(), make_model_command(),
  };
}

}  // namespace hilum::cli
