// kensho: one program, a command each for what an operator, a statistician or an auditor does.
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/version.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/receipt_commands.h"
#include "cli/witness_commands.h"

namespace kensho::cli {
namespace {

void add_actor(CLI::App& command, ActorOptions& actor) {
  command
      .add_option("--actor", actor.name, "Who acts: a role or a pseudonym, never a person's name")
      ->capture_default_str();
  command.add_option("--organisation", actor.organisation,
                     "For whom (default: the registry's operator)");
}

void add_home(CLI::App& command, std::string& home) {
  command.add_option("home", home, "The registry's folder")->required();
}

void add_json(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Answer as JSON");
}

void add_listen(CLI::App& command, std::string& address, int& port) {
  command.add_option("--address", address, "Numeric address to listen on")->capture_default_str();
  command.add_option("--port", port, "Port; 0: any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
}

void add_database(CLI::App& command, DatabaseOptions& database) {
  auto* url =
      command.add_option("--database", database.url,
                         "Keep the journal in PostgreSQL: postgresql://user@host/name (default: a "
                         "file in the folder). "
                         "Leave the password to a password file: others can see command lines");
  command
      .add_flag("--accept-data-loss", database.accept_data_loss,
                "Take a PostgreSQL server that a power cut can rob of accepted entries")
      ->needs(url);
}

/// Ties a command's options to the function that runs it; the options live as long as the program.
template <class Options>
void on_run(CLI::App& command, Options& options, int (*run)(const Options&), int& exit_code) {
  command.callback([&options, run, &exit_code] { exit_code = run(options); });
}

void add_registry_commands(CLI::App& app, int& exit_code) {
  static InitOptions init;
  CLI::App& init_command = *app.add_subcommand("init", "Make a registry from a configuration file");
  add_home(init_command, init.home);
  init_command
      .add_option("--config", init.config, "TOML file: registry, institutions, therapies, offers")
      ->required();
  add_database(init_command, init.database);
  add_actor(init_command, init.actor);
  on_run(init_command, init, run_init, exit_code);

  static RegisterOptions registering;
  CLI::App& register_command =
      *app.add_subcommand("register", "Register institutions, therapies, approvals and offers");
  add_home(register_command, registering.home);
  register_command.add_option("file", registering.file, "TOML file")->required();
  add_actor(register_command, registering.actor);
  on_run(register_command, registering, run_register, exit_code);

  static MigrateOptions migrate;
  CLI::App& migrate_command = *app.add_subcommand(
      "migrate",
      "Bring a registry of an older version up to date, as every command that writes does");
  add_home(migrate_command, migrate.home);
  on_run(migrate_command, migrate, run_migrate, exit_code);

  static ImportOptions importing;
  CLI::App& import_command =
      *app.add_subcommand("import", "Take every row of a CSV file into the journal, or none");
  add_home(import_command, importing.home);
  import_command.add_option("file", importing.file, "CSV file")->required();
  import_command.add_option("--mapping", importing.mapping, "TOML file: what the columns mean")
      ->required();
  import_command.add_option("--reason", importing.reason, "Why, where that is not plain");
  add_json(import_command, importing.json);
  add_actor(import_command, importing.actor);
  on_run(import_command, importing, run_import, exit_code);
}

void add_participant(CLI::App& command, ParticipantOptions& options) {
  add_home(command, options.home);
  command.add_option("--institution", options.institution, "Id of the institution")->required();
  command
      .add_option("--participant", options.participant,
                  "Id of the participant there; - reads it from standard input, so that it stays "
                  "out of the shell's history")
      ->required();
  command.add_option("--reason", options.reason, "Why, without naming the participant")->required();
  add_json(command, options.json);
  add_actor(command, options.actor);
}

void add_consent_commands(CLI::App& app, int& exit_code) {
  static WithdrawOptions withdrawal;
  CLI::App& withdraw_command =
      *app.add_subcommand("withdraw", "End a participant's consent: their data are used no more");
  add_participant(withdraw_command, withdrawal);
  withdraw_command.add_option("--date", withdrawal.date,
                              "The day the person said so (YYYY-MM-DD; default: today)");
  on_run(withdraw_command, withdrawal, run_withdraw, exit_code);

  static ParticipantOptions erasure;
  CLI::App& erase_command =
      *app.add_subcommand("erase", "Destroy everything the registry holds about a participant");
  add_participant(erase_command, erasure);
  on_run(erase_command, erasure, run_erase, exit_code);
}

void add_study_commands(CLI::App& app, int& exit_code) {
  CLI::App& study = *app.add_subcommand("study", "Check, seal and run protocols");
  study.require_subcommand(1);

  static StudyCheckOptions check;
  CLI::App& check_command = *study.add_subcommand("check", "Check a protocol file");
  check_command.add_option("file", check.file, "Protocol (TOML)")->required();
  add_json(check_command, check.json);
  on_run(check_command, check, run_study_check, exit_code);

  static StudySealOptions seal;
  CLI::App& seal_command =
      *study.add_subcommand("seal", "Seal a protocol before its first treatment");
  add_home(seal_command, seal.home);
  seal_command.add_option("file", seal.file, "Protocol (TOML)")->required();
  add_actor(seal_command, seal.actor);
  on_run(seal_command, seal, run_study_seal, exit_code);

  static StudyRunOptions run;
  CLI::App& run_command =
      *study.add_subcommand("run", "Run a protocol on the data of a checkpoint");
  add_home(run_command, run.home);
  auto* sealed = run_command.add_option("protocol", run.protocol, "Id of a sealed protocol");
  run_command.add_option("--post-hoc", run.post_hoc_file, "A protocol file that was never sealed")
      ->excludes(sealed);
  run_command
      .add_option("--checkpoint", run.checkpoint, "Tree size (default: the newest with data)")
      ->check(CLI::NonNegativeNumber);
  run_command.add_option("--threads", run.threads, "Threads; the result does not depend on them")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  run_command.add_flag("--record", run.record, "Record the result in the journal");
  run_command.add_option("--out", run.out, "Write the result document to this file");
  run_command.add_option("--html", run.html_prefix,
                         "Write reports PREFIX.en.html and PREFIX.ja.html");
  add_actor(run_command, run.actor);
  on_run(run_command, run, run_study_run, exit_code);
}

void add_public_commands(CLI::App& app, int& exit_code) {
  static ClassifyOptions classify;
  CLI::App& classify_command =
      *app.add_subcommand("classify", "The class of every therapy, with reasons");
  add_home(classify_command, classify.home);
  classify_command.add_option("--on", classify.on, "As of the end of this day (YYYY-MM-DD)");
  add_json(classify_command, classify.json);
  on_run(classify_command, classify, run_classify, exit_code);

  static PublishOptions publish;
  CLI::App& publish_command =
      *app.add_subcommand("publish", "Make the public site and seal its manifest");
  add_home(publish_command, publish.home);
  add_json(publish_command, publish.json);
  add_actor(publish_command, publish.actor);
  on_run(publish_command, publish, run_publish, exit_code);

  static ServeOptions serve;
  CLI::App& serve_command = *app.add_subcommand("serve", "Serve site, log and status over HTTP");
  add_home(serve_command, serve.home);
  add_listen(serve_command, serve.address, serve.port);
  serve_command.add_flag("--accept", serve.accept,
                         "Take case reports from registered clients (kensho client add)");
  on_run(serve_command, serve, run_serve, exit_code);
}

void add_client_commands(CLI::App& app, int& exit_code) {
  CLI::App& client = *app.add_subcommand("client", "Who may send reports to kensho serve --accept");
  client.require_subcommand(1);

  static ClientOptions add;
  CLI::App& add_command = *client.add_subcommand("add", "Add a client; prints its token, once");
  add_home(add_command, add.home);
  add_command.add_option("name", add.name, "The client's name, an id")->required();
  add_command.add_option("--organisation", add.organisation, "The institution that it reports for")
      ->required();
  add_json(add_command, add.json);
  on_run(add_command, add, run_client_add, exit_code);

  static ClientOptions list;
  CLI::App& list_command = *client.add_subcommand("list", "The clients, without their tokens");
  add_home(list_command, list.home);
  add_json(list_command, list.json);
  on_run(list_command, list, run_client_list, exit_code);

  static ClientOptions remove;
  CLI::App& remove_command =
      *client.add_subcommand("remove", "Remove a client; its next request is refused");
  add_home(remove_command, remove.home);
  remove_command.add_option("name", remove.name, "The client's name")->required();
  on_run(remove_command, remove, run_client_remove, exit_code);
}

void add_receipt(CLI::App& app, int& exit_code) {
  static ReceiptOptions receipt;
  CLI::App& command =
      *app.add_subcommand("receipt", "Write the receipt of an entry, which anyone can check");
  command.add_option("home", receipt.home, "The registry's folder");
  command.add_option("entry", receipt.entry, "The entry's number")->check(CLI::NonNegativeNumber);
  command.add_option("--out", receipt.out, "Write the receipt to this file (else it is printed)");
  command.add_option("--html", receipt.html, "Write a page to print, with the receipt as QR code");
  command.add_option("--verifier", receipt.verifier,
                     "Write the page that checks receipts in a browser (needs no registry)");
  on_run(command, receipt, run_receipt, exit_code);
}

void add_audit_commands(CLI::App& app, int& exit_code) {
  static VerifyOptions verify;
  CLI::App& verify_command =
      *app.add_subcommand("verify", "Check a published site or a receipt, offline, from any copy");
  verify_command.add_option("path", verify.path, "The site's folder, or the receipt's file")
      ->required();
  auto* key =
      verify_command.add_option("--key", verify.key, "The log's public key, known from elsewhere");
  verify_command
      .add_option("--policy", verify.policy,
                  "For a receipt: file naming logs, witnesses and how many must have confirmed")
      ->excludes(key);
  add_json(verify_command, verify.json);
  on_run(verify_command, verify, run_verify, exit_code);

  static FsckOptions fsck;
  CLI::App& fsck_command = *app.add_subcommand("fsck", "Check everything a registry holds");
  add_home(fsck_command, fsck.home);
  fsck_command.add_flag("--rebuild-views", fsck.rebuild_views,
                        "First make the views anew from the journal");
  fsck_command.add_flag("--scrub", fsck.scrub,
                        "First overwrite what a broken-off erasure left in free space");
  add_json(fsck_command, fsck.json);
  on_run(fsck_command, fsck, run_fsck, exit_code);
}

void add_witness_upkeep(CLI::App& witness, int& exit_code) {
  static WitnessEvidenceOptions evidence;
  CLI::App& evidence_command =
      *witness.add_subcommand("evidence", "Check the evidence of split views, anyone's");
  evidence_command.add_option("place", evidence.place, "A witness's folder, or a file of evidence")
      ->required();
  evidence_command.add_option("--key", evidence.key, "The log's public key, known from elsewhere");
  add_json(evidence_command, evidence.json);
  on_run(evidence_command, evidence, run_witness_evidence, exit_code);

  static WitnessResumeOptions resume;
  CLI::App& resume_command = *witness.add_subcommand(
      "resume", "After a split view: put the evidence aside and cosign the log again");
  resume_command.add_option("folder", resume.folder, "The witness's folder")->required();
  resume_command.add_option("origin", resume.origin, "The log's origin")->required();
  on_run(resume_command, resume, run_witness_resume, exit_code);
}

void add_witness_commands(CLI::App& app, int& exit_code) {
  CLI::App& witness = *app.add_subcommand("witness", "Run a witness of logs");
  witness.require_subcommand(1);

  static WitnessInitOptions init;
  CLI::App& init_command = *witness.add_subcommand("init", "Make a witness with a key of its own");
  init_command.add_option("folder", init.folder, "The witness's folder")->required();
  init_command.add_option("--name", init.name, "Its name, such as witness.example.org")->required();
  add_json(init_command, init.json);
  on_run(init_command, init, run_witness_init, exit_code);

  static WitnessAddLogOptions add_log;
  CLI::App& add_log_command = *witness.add_subcommand("add-log", "Watch a log");
  add_log_command.add_option("folder", add_log.folder, "The witness's folder")->required();
  add_log_command.add_option("key", add_log.key, "The log's public key")->required();
  add_log_command.add_option("--origin", add_log.origin, "The log's origin (default: key's name)");
  on_run(add_log_command, add_log, run_witness_add_log, exit_code);

  static WitnessServeOptions serve;
  CLI::App& serve_command = *witness.add_subcommand("serve", "Cosign checkpoints over HTTP");
  serve_command.add_option("folder", serve.folder, "The witness's folder")->required();
  add_listen(serve_command, serve.address, serve.port);
  on_run(serve_command, serve, run_witness_serve, exit_code);
  add_witness_upkeep(witness, exit_code);
}

void add_witnessed_commands(CLI::App& app, int& exit_code) {
  static KeyOptions key;
  CLI::App& key_command = *app.add_subcommand("key", "Print the public key of a registry's log");
  add_home(key_command, key.home);
  on_run(key_command, key, run_key, exit_code);

  static CosignOptions cosign;
  CLI::App& cosign_command =
      *app.add_subcommand("cosign", "Have the published checkpoint cosigned by witnesses");
  add_home(cosign_command, cosign.home);
  cosign_command.add_option("--policy", cosign.policy, "File: witnesses and quorum")->required();
  add_json(cosign_command, cosign.json);
  on_run(cosign_command, cosign, run_cosign, exit_code);

  static CompareOptions compare;
  CLI::App& compare_command =
      *app.add_subcommand("compare", "Whether two places show one history of a log");
  compare_command.add_option("first", compare.first, "A note, a folder or the URL of a log")
      ->required();
  compare_command.add_option("second", compare.second, "Another one")->required();
  compare_command.add_option("--key", compare.key, "The log's public key")->required();
  compare_command.add_option("--evidence", compare.evidence, "Where to write evidence of a split")
      ->capture_default_str();
  add_json(compare_command, compare.json);
  on_run(compare_command, compare, run_compare, exit_code);
}

void add_backup(CLI::App& app, int& exit_code) {
  static BackupOptions backup;
  CLI::App& command = *app.add_subcommand("backup", "Bring an encrypted backup up to date");
  auto& what = *command.add_option_group("What", "One of these");
  auto* home = what.add_option("home", backup.home, "The registry's folder");
  what.add_option("--check", backup.check_folder, "Only check the backup in this folder");
  what.require_option(1);
  auto* folder = command.add_option("--to", backup.to, "The backup's folder");
  home->needs(folder);
  folder->needs(home);
  command.add_option("--key-file", backup.key_file, "The backup's key (kensho backup-key)")
      ->required();
  command
      .add_option("--new-key-file", backup.new_key_file,
                  "From now on this key opens the backup, and the other no longer does")
      ->needs(home);
  add_json(command, backup.json);
  on_run(command, backup, run_backup, exit_code);
}

void add_backup_commands(CLI::App& app, int& exit_code) {
  static BackupKeyOptions key;
  CLI::App& key_command = *app.add_subcommand("backup-key", "Make a key for backups");
  key_command
      .add_option("file", key.file, "The new key file: keep it apart from registry and backup")
      ->required();
  on_run(key_command, key, run_backup_key, exit_code);

  add_backup(app, exit_code);

  static RestoreOptions restore;
  CLI::App& restore_command = *app.add_subcommand("restore", "Make a registry from its backup");
  restore_command.add_option("backup", restore.folder, "The backup's folder")->required();
  restore_command.add_option("--key-file", restore.key_file, "The backup's key")->required();
  restore_command.add_option("--to", restore.to, "The registry's folder, which must be new")
      ->required();
  restore_command.add_option("--known-checkpoint", restore.known_checkpoint_file,
                             "A checkpoint of the log from elsewhere that the backup must hold");
  add_json(restore_command, restore.json);
  on_run(restore_command, restore, run_restore, exit_code);
}

void add_simulate(CLI::App& app, int& exit_code) {
  static SimulateOptions simulate;
  CLI::App& command = *app.add_subcommand("simulate", "Make a simulated registry from an example");
  command.add_option("example", simulate.example, "Folder with registry.toml and simulation.toml")
      ->required();
  command.add_option("home", simulate.home, "The new registry's folder")->required();
  add_database(command, simulate.database);
  on_run(command, simulate, run_simulate, exit_code);
}

/// Listed only: run_stat reads its words itself.
void add_stat(CLI::App& app) {
  app.add_subcommand("stat", "Run a statistical method on a CSV file (kensho stat --list)");
}

int run(int argc, char** argv) {
  if (argc > 1 && argv[1] == std::string_view("stat")) {
    return run_stat(std::vector<std::string>(argv + 2, argv + argc));
  }
  CLI::App app("Kensho: a registry that verifies therapies, and can itself be verified.", "kensho");
  app.set_version_flag("--version", std::string("kensho ") + program_version);
  app.require_subcommand(1);
  int exit_code = exit_done;
  add_registry_commands(app, exit_code);
  add_consent_commands(app, exit_code);
  add_study_commands(app, exit_code);
  add_public_commands(app, exit_code);
  add_client_commands(app, exit_code);
  add_audit_commands(app, exit_code);
  add_witness_commands(app, exit_code);
  add_witnessed_commands(app, exit_code);
  add_receipt(app, exit_code);
  add_backup_commands(app, exit_code);
  add_simulate(app, exit_code);
  add_stat(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? exit_done : exit_wrong_use;
  }
  return exit_code;
}

}  // namespace
}  // namespace kensho::cli

int main(int argc, char** argv) {
  try {
    return kensho::cli::finish(kensho::cli::run(argc, argv));
  } catch (const std::exception& problem) {  // the last catch: out of memory and the like
    return kensho::cli::fail({kensho::Errc::unavailable, problem.what()});
  }
}
