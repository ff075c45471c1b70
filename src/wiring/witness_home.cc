#include "wiring/witness_home.h"

#include <fmt/format.h>

#include "wiring/key_file.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

fs::path key_file(const fs::path& root) {
  return root / "witness.key";
}

Result<ledger::Cosigner> read_cosigner(const fs::path& root) {
  if (!fs::exists(key_file(root))) {
    return Error{Errc::not_found,
                 fmt::format("{}: there is no witness in this folder; make one with kensho witness "
                             "init",
                             root.string())};
  }
  NamedSigner key = TRY(read_key_file(key_file(root)));
  return ledger::Cosigner::make(std::move(key.name), std::move(key.signer));
}

}  // namespace

WitnessHome::WitnessHome(fs::path root, ledger::Cosigner cosigner)
    : root_(std::move(root)), cosigner_(std::move(cosigner)), logs_(root_ / "logs") {}

Result<ledger::CosignerKey> WitnessHome::create(const fs::path& root, const std::string& name) {
  if (fs::exists(key_file(root)))
    return Error{Errc::conflict, fmt::format("{}: a witness is there already", root.string())};
  std::error_code problem;
  fs::create_directories(root / "logs", problem);
  if (problem) {
    return Error{Errc::unavailable,
                 fmt::format("{}: cannot be made: {}", root.string(), problem.message())};
  }
  TRY(write_new_key_file(key_file(root), name));
  return TRY(read_cosigner(root)).key();
}

Result<WitnessHome> WitnessHome::open(const fs::path& root) {
  return WitnessHome(root, TRY(read_cosigner(root)));
}

Status WitnessHome::add_log(const std::string& origin, const ledger::NoteKey& key) {
  if (key.public_key() == cosigner_.key().public_key()) {
    return Error{Errc::invalid_argument,
                 "this is the witness's own key; a log needs a key of its own"};
  }
  const FileLock lock = TRY(FileLock::take(
      root_ / "logs.lock",
      fmt::format("{}: another command adds a log at this moment; try again", root_.string())));
  return logs_.add(origin, key);
}

Result<ServedWitness> ServedWitness::open(const fs::path& root, const Clock& clock,
                                          witness::OnSplit on_split) {
  ledger::Cosigner cosigner = TRY(read_cosigner(root));
  FileLock lock = TRY(FileLock::take(
      root / "lock",
      fmt::format("{}: another process serves this witness already", root.string())));
  auto witness = std::make_unique<witness::Witness>(
      std::move(cosigner), witness::WatchedLogs(root / "logs"), clock, std::move(on_split));
  return ServedWitness{std::move(lock), std::move(witness)};
}

}  // namespace kensho::wiring
