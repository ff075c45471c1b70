// The program's commands: each takes its options and gives the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace kensho::cli {

/// Who acts; shared by every command that writes.
struct ActorOptions {
  std::string name = "operator";
  std::string organisation;  // empty: the registry's operator
};

/// Where a new registry's journal is kept; shared by every command that makes one.
struct DatabaseOptions {
  std::string url;  // empty: in the registry's folder
  bool accept_data_loss = false;
};

struct InitOptions {
  std::string home;
  std::string config;
  DatabaseOptions database;
  ActorOptions actor;
};
int run_init(const InitOptions& options);

struct RegisterOptions {
  std::string home;
  std::string file;
  ActorOptions actor;
};
int run_register(const RegisterOptions& options);

struct ImportOptions {
  std::string home;
  std::string file;
  std::string mapping;
  std::string reason;
  bool json = false;
  ActorOptions actor;
};
int run_import(const ImportOptions& options);

/// Whom a withdrawal or an erasure is about.
struct ParticipantOptions {
  std::string home;
  std::string institution;
  std::string participant;  // "-": read from standard input
  std::string reason;
  bool json = false;
  ActorOptions actor;
};

struct WithdrawOptions : ParticipantOptions {
  std::string date;  // empty: today
};
int run_withdraw(const WithdrawOptions& options);
int run_erase(const ParticipantOptions& options);

struct StudyCheckOptions {
  std::string file;
  bool json = false;
};
int run_study_check(const StudyCheckOptions& options);

struct StudySealOptions {
  std::string home;
  std::string file;
  ActorOptions actor;
};
int run_study_seal(const StudySealOptions& options);

struct StudyRunOptions {
  std::string home;
  std::string protocol;
  std::string post_hoc_file;
  std::optional<std::uint64_t> checkpoint;
  unsigned threads = 1;
  bool record = false;
  std::string out;          // file of the result document; empty: standard output
  std::string html_prefix;  // writes <prefix>.en.html and <prefix>.ja.html
  ActorOptions actor;
};
int run_study_run(const StudyRunOptions& options);

struct ClassifyOptions {
  std::string home;
  std::string on;  // a date; empty: the day of the last entry
  bool json = false;
};
int run_classify(const ClassifyOptions& options);

struct PublishOptions {
  std::string home;
  bool json = false;
  ActorOptions actor;
};
int run_publish(const PublishOptions& options);

struct VerifyOptions {
  std::string path;    // a site's folder or a receipt's file
  std::string key;     // text form, or empty
  std::string policy;  // a file, for receipts; or empty
  bool json = false;
};
int run_verify(const VerifyOptions& options);

struct FsckOptions {
  std::string home;
  bool json = false;
  bool rebuild_views = false;
  bool scrub = false;
};
int run_fsck(const FsckOptions& options);

struct BackupKeyOptions {
  std::string file;
};
int run_backup_key(const BackupKeyOptions& options);

struct BackupOptions {
  std::string home;  // with `to`; or else
  std::string to;
  std::string check_folder;  // a backup to check
  std::string key_file;
  std::string new_key_file;  // the key from now on; empty: the same
  bool json = false;
};
int run_backup(const BackupOptions& options);

struct RestoreOptions {
  std::string folder;
  std::string key_file;
  std::string to;
  std::string known_checkpoint_file;  // empty: none
  bool json = false;
};
int run_restore(const RestoreOptions& options);

struct ServeOptions {
  std::string home;
  std::string address = "127.0.0.1";
  int port = 8080;
  bool accept = false;  // take reports: opens the registry for writing
};
int run_serve(const ServeOptions& options);

struct MigrateOptions {
  std::string home;
};
int run_migrate(const MigrateOptions& options);

struct ClientOptions {
  std::string home;
  std::string name;
  std::string organisation;
  bool json = false;
};
int run_client_add(const ClientOptions& options);
int run_client_list(const ClientOptions& options);
int run_client_remove(const ClientOptions& options);

struct SimulateOptions {
  std::string example;
  std::string home;
  DatabaseOptions database;
};
int run_simulate(const SimulateOptions& options);

/// Takes the words behind `kensho stat` as they are: which options there are depends on the method.
int run_stat(std::span<const std::string> words);

}  // namespace kensho::cli
