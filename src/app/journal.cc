#include "app/journal.h"

#include <algorithm>

#include "base/canonical_json.h"
#include "base/random_bytes.h"
#include "journal/commitment.h"
#include "journal/fold.h"
#include "journal/payload.h"
#include "ledger/checkpoint.h"
#include "ledger/log_writer.h"

namespace kensho::app {

Journal::Journal(storage::JournalStore& store, const Clock& clock, const ledger::NoteSigner& signer,
                 ledger::LogDirectory log)
    : store_(&store), clock_(&clock), signer_(&signer), log_(std::move(log)) {}

Result<Registry> Journal::registry(std::optional<std::uint64_t> size) const {
  Registry registry;
  const std::uint64_t end = size ? *size : TRY(store_->head()).size;
  TRY(store_->read(
      0, end, [&registry](const journal::Entry& entry) { return journal::fold(registry, entry); }));
  return registry;
}

Result<Registry> Journal::registry_on(Date day) const {
  Registry registry;
  const std::uint64_t end = TRY(store_->head()).size;
  bool reached = false;
  TRY(store_->read(0, end, [&](const journal::Entry& entry) {
    const auto entered = calendar_day(entry.time, registry.profile.utc_offset_minutes);
    reached =
        reached || (entry.seq > 0 && entered.time_since_epoch().count() > day.days_since_1970());
    return reached ? ok() : journal::fold(registry, entry);
  }));
  return registry;
}

Result<Hash> Journal::root_at(std::uint64_t size) const {
  ledger::TreeBuilder tree;
  TRY(store_->read(0, size, [&tree](const journal::Entry& entry) {
    tree.append(ledger::leaf_hash(entry.leaf));
    return ok();
  }));
  return tree.root();
}

Result<Batch> Journal::begin(const Actor& actor) {
  auto writer = TRY(store_->begin());
  const storage::JournalHead head = TRY(store_->head());
  ledger::TreeBuilder tree;
  if (head.size > 0) tree = TRY(ledger::TreeBuilder::restore(as_bytes(head.frontier)));
  // A clock that went back must not put an entry before its predecessor.
  const TimeUtc time = std::max(clock_->now(), head.last_time);
  return Batch(*this, actor, std::move(writer), std::move(tree), time);
}

Result<Receipt> Journal::append(const Actor& actor, Act act) {
  Batch batch = TRY(begin(actor));
  TRY(batch.add(std::move(act)));
  return batch.commit();
}

Status Journal::publish_log() {
  const storage::JournalHead head = TRY(store_->head());
  ledger::LogWriter writer = TRY(ledger::LogWriter::open(log_, key()));
  if (writer.size() > head.size) {
    return Error{Errc::corrupted,
                 "the public log holds entries that the journal does not: entries were lost; "
                 "restore the journal from a backup"};
  }
  if (writer.size() == head.size) return ok();
  TRY(store_->read(writer.size(), head.size,
                   [&writer](const journal::Entry& entry) { return writer.append(entry.leaf); }));
  TRY(writer.flush());
  return writer.publish(head.checkpoint);
}

Batch::Batch(Journal& journal, Actor actor, std::unique_ptr<storage::JournalWriter> writer,
             ledger::TreeBuilder tree, TimeUtc time)
    : journal_(&journal),
      actor_(std::move(actor)),
      writer_(std::move(writer)),
      tree_(std::move(tree)),
      time_(time),
      first_seq_(tree_.size()) {}

Result<journal::Entry> Batch::make_entry(Act act) {
  journal::Entry entry;
  entry.seq = tree_.size();
  entry.time = time_;
  entry.act.actor = actor_.name;
  entry.act.organisation = actor_.organisation;
  entry.act.kind = act.kind;
  entry.act.subject = std::move(act.subject);
  entry.act.reason = std::move(act.reason);
  entry.act.payload = TRY(canonical_json(act.payload));
  fill_random(entry.key);
  journal::seal(entry);
  tree_.append(ledger::leaf_hash(entry.leaf));
  return entry;
}

Result<std::uint64_t> Batch::add(Act act) {
  const journal::Entry entry = TRY(make_entry(std::move(act)));
  TRY(writer_->append(entry));
  return entry.seq;
}

Result<std::uint64_t> Batch::add_report(const CaseReport& report, std::string reason) {
  const journal::Entry entry = TRY(make_entry({.kind = journal::kind::case_reported,
                                               .subject = report.participant,
                                               .reason = std::move(reason),
                                               .payload = journal::to_json(report)}));
  TRY(writer_->append_report(entry, report, nullptr));
  return entry.seq;
}

Status Batch::expect(const storage::Expected& expected) {
  return writer_->expect(expected);
}

Status Batch::add_sealed(journal::Entry& entry, const CaseReport& report,
                         const journal::SubmissionKey& submission) {
  entry.seq = tree_.size();
  entry.time = time_;
  entry.leaf = journal::leaf_data(entry);
  tree_.append(ledger::leaf_hash(entry.leaf));
  return writer_->append_report(entry, report, &submission);
}

Result<std::optional<std::uint64_t>> Batch::submission(
    const journal::SubmissionKey& submission) const {
  return writer_->submission(submission.client, submission.key);
}

Result<std::optional<storage::KnownParticipant>> Batch::participant(std::string_view institution,
                                                                    std::string_view id) const {
  return writer_->participant(institution, id);
}

Result<Receipt> Batch::commit(LogUpdate log) {
  storage::JournalHead head;
  head.size = tree_.size();
  head.last_time = time_;
  head.frontier = as_text(tree_.serialise());
  head.checkpoint = TRY(ledger::sign_checkpoint(
      {.origin = journal_->key().name(), .tree = tree_.head()}, *journal_->signer_));
  TRY(writer_->commit(head));
  writer_.reset();
  if (log == LogUpdate::now) TRY(journal_->publish_log());
  return Receipt{first_seq_, head.size, head.checkpoint};
}

}  // namespace kensho::app
