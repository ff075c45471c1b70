#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "app/clients.h"
#include "app/receipt_reader.h"
#include "app/sequencer.h"
#include "domain/variable.h"
#include "wiring/home.h"

namespace kensho::wiring {

/// A registry that takes reports: its folder open for writing, with the sequencer, the publisher of
/// its log, its clients and its receipts. Holds the folder's lock as long as it lives.
class Intake {
 public:
  /// `on_problem` hears what the log's publisher cannot do, on its thread.
  /// Errors: those of Home::open.
  static Result<std::unique_ptr<Intake>> open(const std::filesystem::path& root, const Clock& clock,
                                              std::function<void(const Error&)> on_problem);

  app::Sequencer& sequencer() { return *sequencer_; }
  app::ClientDirectory& clients() { return *clients_; }
  app::ReceiptReader& receipts() { return *receipts_; }
  ledger::ProvenTree& tree() { return *tree_; }
  const VariableTable& variables() const { return variables_; }

  /// Commits and answers what is queued, then brings the public log up to date. Takes nothing any
  /// more. Errors: the log could not be written: it is brought up to date by the next opening.
  Status stop();

 private:
  Intake() = default;

  VariableTable variables_;
  std::unique_ptr<Home> home_;
  std::unique_ptr<Home> reader_;  // a connection beside the sequencer's
  std::unique_ptr<ledger::ProvenTree> tree_;
  std::unique_ptr<app::ReceiptReader> receipts_;
  std::unique_ptr<app::ClientDirectory> clients_;
  std::unique_ptr<app::LogPublisher> publisher_;
  std::unique_ptr<app::Sequencer> sequencer_;  // last: ends before what it uses
};

/// Where a registry's folder keeps its clients.
app::ClientFile client_file(const std::filesystem::path& root);

}  // namespace kensho::wiring
