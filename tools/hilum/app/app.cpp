#include "app/app.h"

#include <algorithm>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/help_topics.h"
#include "app/settings.h"
#include "core/files/sha256.h"
#include "core/log.h"
#include "core/system/build_info.h"
#include "core/text/suggest.h"
#include "core/text/text.h"

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

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("-q,--quiet", options.quiet, "No progress, warnings only when something failed")
      ->configurable(false);
  app.add_flag("-v,--verbose", options.verbose, "Say more on standard error; -vv for debugging")
      ->configurable(false);
  app.add_option("--log-level", options.log_level, "debug, info, warn, error or off");
  app.add_option("--log-file", options.log_file, "Append diagnostics to this file instead of standard error");
  app.add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("--print-config", options.print_config, "Print the effective settings and stop")
      ->configurable(false);
  app.set_config("--config", "", "Read settings from a file")->configurable(false);
  app.allow_config_extras(CLI::config_extras_mode::error);
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

std::string version_text() {
  const BuildInfo& info = build_info();
  return "hilum " + info.version + " (" + info.commit + ", " + info.compiler + ", " + info.build_type + ")\n";
}

std::vector<std::string> command_names(const std::vector<Command>& commands) {
  std::vector<std::string> names{"help"};
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

// What CLI11 says, with the nearest right word where a word is wrong.
Status explain(const CLI::ParseError& error, const CLI::App& app, const std::vector<std::string>& args,
               const std::vector<Command>& commands) {
  const std::vector<std::string> names = command_names(commands);
  const auto first =
      std::find_if(args.begin(), args.end(), [](const std::string& a) { return !starts_with(a, "-"); });
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ConfigError)) {
    return {ErrorCode::kConfig, error.what()};
  }
  if (first == args.end()) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError))
      return {ErrorCode::kUsage, "which command?"};
    return {ErrorCode::kUsage, error.what()};
  }
  const CLI::App* sub = find_subcommand(app, *first);
  if (sub == nullptr) {
    const std::string nearest = nearest_word(*first, names);
    return {ErrorCode::kUsage,
            "no command '" + *first + "'" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?")};
  }
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    std::vector<std::string> flags;
    for (const CLI::App* owner : {sub, &app}) {
      for (const CLI::Option* option : owner->get_options()) {
        for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
      }
    }
    for (const std::string& arg : args) {
      const std::string flag = arg.substr(0, arg.find('='));
      if (!starts_with(flag, "--") || flag == "--" ||
          std::find(flags.begin(), flags.end(), flag) != flags.end())
        continue;
      const std::string nearest = nearest_word(flag, flags);
      return {ErrorCode::kUsage, "hilum " + *first + ": no option '" + flag + "'" +
                                     (nearest.empty() ? "" : "; did you mean '" + nearest + "'?")};
    }
  }
  return {ErrorCode::kUsage, "hilum " + *first + ": " + error.what()};
}

Status print_help(CLI::App& app, const std::vector<std::string>& what, Streams& streams) {
  if (what.empty()) return streams.out->write(app.help());
  if (const CLI::App* sub = find_subcommand(app, what[0]))
    return streams.out->write(sub->help(app.get_name()));
  auto text = help_topic(what[0]);
  if (!text) return text.status();
  return streams.out->write(*text);
}

}  // namespace

Status run(const std::vector<std::string>& args, const std::vector<std::string>& environment,
           const std::vector<Command>& commands, Streams& streams) {
  CLI::App app(
      "Hilum writes reports for chest X-rays and checks what it wrote. Research use only, never a diagnosis.",
      "hilum");
  GlobalOptions globals;
  add_global_options(app, globals);
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

  std::map<const CLI::App*, Run> runs;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary)->group(command.group);
    sub->fallthrough();
    sub->set_help_flag("-h,--help", "Print this help")->configurable(false);
    sub->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    runs[sub] = command.set_up(*sub);
  }

  std::vector<std::string> help_words;
  CLI::App* help = app.add_subcommand("help", "Help on a command or a topic")->group("Help");
  help->add_option("topic", help_words, "A command or one of: " + join(help_topics(), ", "));

  auto full = with_environment(app, args, environment);
  if (!full) return full.status();
  try {
    app.parse(std::vector<std::string>(full->rbegin(), full->rend()));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* asked = &app;  // of the innermost command named
    std::string path;
    while (!asked->get_subcommands().empty()) {
      path += (path.empty() ? "" : " ") + asked->get_name();
      asked = asked->get_subcommands().front();
    }
    HILUM_RETURN_IF_ERROR(streams.out->write(asked->help(path)));
    return streams.out->flush();
  } catch (const CLI::CallForVersion&) {
    HILUM_RETURN_IF_ERROR(streams.out->write(version_text()));
    return streams.out->flush();
  } catch (const CLI::ParseError& error) {
    return explain(error, app, args, commands);
  }

  HILUM_RETURN_IF_ERROR(configure(globals, streams));
  CLI::App* chosen = app.get_subcommands().front();
  const std::string settings = app.config_to_str(true, false);
  Status status;
  if (globals.print_config) {
    status = streams.out->write(settings);
  } else if (chosen == help) {
    status = print_help(app, help_words, streams);
  } else {
    Context context{streams, globals.quiet, sha256_hex(settings)};
    status = runs[chosen](context);
  }
  const Status flushed = streams.out->flush();
  return status.is_ok() ? flushed : status;
}

}  // namespace hilum::cli
