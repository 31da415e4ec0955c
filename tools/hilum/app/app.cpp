#include "app/app.h"

#include <map>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/command_words.h"
#include "app/explain.h"
#include "app/help_topics.h"
#include "app/settings.h"
#include "core/log.h"
#include "core/system/build_info.h"
#include "core/text/text.h"
#include "stages/all.h"

namespace hilum::cli {
namespace {

struct GlobalOptions {
  bool quiet = false;
  int verbose = 0;
  std::string log_level;
  std::string log_file;
  std::string color = "auto";
  bool print_config = false;
};

struct HelpOptions {
  std::vector<std::string> words;
  bool markdown = false;
};

// The parser with all commands, and what they set. Options point into it.
struct Program {
  CLI::App app{
      "Hilum writes reports for chest X-rays and checks what it wrote. Research use only, never a diagnosis.",
      "hilum"};
  GlobalOptions globals;
  HelpOptions help;
  bool dry_run = false;
  std::map<const CLI::App*, Run> runs;
};

std::string version_text() {
  const BuildInfo& info = build_info();
  return "hilum " + info.version + " (" + info.commit + ", " + info.compiler + ", " + info.build_type + ")\n";
}

void add_global_options(Program& program) {
  CLI::App& app = program.app;
  GlobalOptions& options = program.globals;
  app.add_flag("-q,--quiet", options.quiet, "No progress, warnings only when something failed")
      ->configurable(false);
  app.add_flag("-v,--verbose", options.verbose,
               "Say more on standard error; -vv also which settings were not used")
      ->configurable(false);
  app.add_option("--log-level", options.log_level, "debug, info, warn, error or off");
  app.add_option("--log-file", options.log_file, "Append diagnostics to this file instead of standard error");
  app.add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--print-config", options.print_config, "Print the effective settings and stop")
      ->configurable(false);
  app.set_config("--config", "", "Read settings from a file")->configurable(false);
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.set_help_flag("-h,--help", "Print this help")->configurable(false);
  app.set_version_flag("--version", version_text())->configurable(false);
  app.require_subcommand(1);
  app.get_formatter()->column_width(32);
  app.footer(
      "Commands read and write study records, one JSON object a line, so they chain in pipes:\n"
      "  hilum studies FOLDER | hilum generate > reports.jsonl\n"
      "  hilum generate chest.dcm --indication \"62F, cough and fever\"\n\n"
      "hilum help COMMAND, hilum help " +
      join(help_topics(), " | ") + "\n");
}

void add_command(Program& program, const Command& command) {
  CLI::App* sub = program.app.add_subcommand(command.name, command.summary)->group(command.group);
  sub->fallthrough();
  sub->set_help_flag("-h,--help", "Print this help")->configurable(false);
  sub->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  program.runs[sub] = command.set_up(*sub);
  const bool nested = !sub->get_subcommands([](const CLI::App*) { return true; }).empty();
  if (nested || stages::find_stage(command.name) == nullptr) return;
  sub->add_flag("--dry-run", program.dry_run, "Say what would be read, written and loaded, and stop")
      ->configurable(false);
}

Status print_help(const CLI::App& app, const HelpOptions& options, Streams& streams) {
  const std::vector<std::string>& words = options.words;
  if (options.markdown && words == std::vector<std::string>{"records"})
    return streams.out->write(records_table());
  if (options.markdown) return {ErrorCode::kUsage, "--markdown is for hilum help records"};
  if (words.empty()) return streams.out->write(app.help());
  if (const CLI::App* sub = find_subcommand(app, words[0]))
    return streams.out->write(sub->help(app.get_name()));
  HILUM_ASSIGN(const std::string text, help_topic(words[0]));
  return streams.out->write(text);
}

void add_help_command(Program& program) {
  HelpOptions& options = program.help;
  CLI::App* help = program.app.add_subcommand("help", "Help on a command or a topic")->group("Help");
  help->add_flag("--markdown", options.markdown, "The topic records as the table of docs/records.md")
      ->configurable(false);
  help->add_option("topic", options.words, "A command or one of: " + join(help_topics(), ", "));
  program.runs[help] = [&program](Context& context) {
    return print_help(program.app, program.help, context.streams);
  };
}

Status configure(const GlobalOptions& options, Streams& streams) {
  LogLevel level = options.quiet ? LogLevel::kError : LogLevel::kWarn;
  if (options.verbose > 0) level = options.verbose > 1 ? LogLevel::kDebug : LogLevel::kInfo;
  if (!options.log_level.empty()) {
    HILUM_ASSIGN(level, log_level_from_name(options.log_level));
  }
  if (options.color != "auto") streams.color_out = streams.color_err = options.color == "always";
  return configure_log(level, options.log_file, streams.color_err);
}

// The help of the innermost command named.
std::string help_asked_for(const CLI::App& app) {
  const CLI::App* asked = &app;
  std::string path;
  while (!asked->get_subcommands().empty()) {
    path += (path.empty() ? "" : " ") + asked->get_name();
    asked = asked->get_subcommands().front();
  }
  return asked->help(path);
}

// What the parser is to print and stop with; nothing where there is a command to run.
Result<std::optional<std::string>> parse(CLI::App& app, Defaults& defaults,
                                         const std::vector<std::string>& args,
                                         const std::vector<std::string>& environment) {
  HILUM_ASSIGN(const std::vector<std::string> full, defaults.with_environment(args, environment));
  try {
    app.parse(std::vector<std::string>(full.rbegin(), full.rend()));
  } catch (const CLI::CallForHelp&) {
    return std::optional<std::string>(help_asked_for(app));
  } catch (const CLI::CallForVersion&) {
    return std::optional<std::string>(version_text());
  } catch (const CLI::ParseError& error) {
    return explain(error, app, args);
  }
  return std::optional<std::string>();
}

// Writes what was asked for instead of a command, or runs the command.
Status run_parsed(Program& program, const std::optional<std::string>& answer, Streams& streams) {
  if (answer) return streams.out->write(*answer);
  if (program.globals.print_config) return streams.out->write(program.app.config_to_str(true, false));
  Context context{streams, program.globals.quiet, program.dry_run};
  return program.runs[program.app.get_subcommands().front()](context);
}

}  // namespace

Status run(const std::vector<std::string>& args, const std::vector<std::string>& environment,
           const std::vector<Command>& commands, Streams& streams) {
  Program program;
  add_global_options(program);
  for (const Command& command : commands) add_command(program, command);
  add_help_command(program);
  Defaults defaults(program.app);
  HILUM_ASSIGN(const auto answer, parse(program.app, defaults, args, environment));
  if (!answer) {
    HILUM_RETURN_IF_ERROR(configure(program.globals, streams));
    for (const std::string& reason : defaults.ignored()) log(LogLevel::kDebug, "not used: " + reason);
  }
  const Status status = run_parsed(program, answer, streams);
  const Status flushed = streams.out->flush();
  return status.is_ok() ? flushed : status;
}

}  // namespace hilum::cli
