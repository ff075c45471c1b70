#include "wiring/intake.h"

#include "catalog/variables.h"

namespace kensho::wiring {

Result<std::unique_ptr<Intake>> Intake::open(const std::filesystem::path& root, const Clock& clock,
                                             std::function<void(const Error&)> on_problem) {
  std::unique_ptr<Intake> intake(new Intake());
  intake->variables_ = TRY(catalog::load_variables());
  intake->home_ = TRY(Home::open(root, Purpose::writing, clock));
  intake->reader_ = TRY(Home::open(root, Purpose::reading, clock));
  app::Journal& journal = intake->home_->journal();
  const storage::JournalHead head = TRY(intake->home_->store().head());
  intake->tree_ =
      TRY(ledger::ProvenTree::open({head.size, head.checkpoint}, journal.log().tiles()));
  intake->receipts_ =
      std::make_unique<app::ReceiptReader>(intake->reader_->store(), *intake->tree_);
  intake->clients_ = std::make_unique<app::ClientDirectory>(client_file(root));
  const auto published = [tree = intake->tree_.get()](std::uint64_t size) {
    tree->published(size);
  };
  intake->publisher_ = std::make_unique<app::LogPublisher>(
      journal.log(), journal.key(), head.size,
      app::PublisherOptions{.on_published = published, .on_problem = std::move(on_problem)});
  intake->sequencer_ =
      std::make_unique<app::Sequencer>(journal, *intake->tree_, *intake->publisher_);
  return intake;
}

Status Intake::stop() {
  sequencer_->stop();
  return publisher_->stop();
}

app::ClientFile client_file(const std::filesystem::path& root) {
  return app::ClientFile(root / "keys" / "clients.json");
}

}  // namespace kensho::wiring
