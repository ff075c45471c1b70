#include "storage/postgres/postgres_writer.h"

#include <map>
#include <span>

#include "storage/postgres/entries.h"
#include "storage/postgres/view_rows.h"
#include "storage/texts.h"

namespace kensho::postgres {
namespace {

/// Beyond either, what has gathered is sent.
constexpr std::size_t copy_bytes_max = 4u << 20;
constexpr std::size_t view_rows_max = 10'000;

/// A participant with the placement of the entries about them.
struct PlacedParticipant {
  storage::KnownParticipant known;
  Placement placement = about_nobody;
};

class Writer final : public storage::JournalWriter {
 public:
  Writer(std::shared_ptr<Connection> connection, std::int64_t registry, Transaction transaction)
      : connection_(std::move(connection)),
        registry_(registry),
        transaction_(std::move(transaction)) {}

  Status append(const journal::Entry& entry) override {
    if (entry.act.kind == journal::kind::case_reported) {
      return append_report(entry, TRY(report_in(entry)));
    }
    TRY(take(entry, about_nobody));
    TRY(view_rows_.apply({entry, about_nobody}));
    return send_if_much();
  }

  Status append_report(const journal::Entry& entry, const CaseReport& report) override {
    PlacedParticipant& person = TRY(placed(report)).get();
    TRY(take(entry, person.placement));
    view_rows_.apply_report(entry.seq, person.placement, report);
    return send_if_much();
  }

  Status expect(std::span<const ParticipantKey> people) override {
    TRY(send());
    people_.clear();
    return find(people);
  }

  Result<std::optional<storage::KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const override {
    const ParticipantKey key(institution, participant);
    if (!people_.contains(key)) TRY(find(std::span(&key, 1)));
    const auto& person = people_.at(key);
    return person ? std::optional(person->known) : std::nullopt;
  }

  Status commit(const storage::JournalHead& head) override {
    TRY(send());
    Parameters row;
    row.add(registry_).add(first_seq_.value_or(head.size)).add(head.size).add(head.last_time.us);
    row.add_bytes(as_bytes(head.frontier)).add(head.checkpoint);
    if (TRY(connection_->run("write_head", row)).empty()) {
      return Error{Errc::conflict,
                   "the journal has grown since this batch began: another process wrote to it; "
                   "nothing of this batch was accepted"};
    }
    return transaction_.commit();
  }

 private:
  /// Takes an entry into the next copy.
  Status take(const journal::Entry& entry, Placement placement) {
    TRY(storage::check_texts(entry));
    if (!first_seq_) first_seq_ = entry.seq;
    add_row(copy_, registry_, entry, placement);
    return ok();
  }

  /// The participant a report is about, as they are known after it; a new one gets a placement.
  Result<std::reference_wrapper<PlacedParticipant>> placed(const CaseReport& report) {
    const ParticipantKey key(report.institution, report.participant);
    if (!people_.contains(key)) TRY(find(std::span(&key, 1)));
    auto& person = people_.at(key);
    if (!person) person = {.known = {.therapy = report.therapy}, .placement = new_placement()};
    if (report.treatment && !report.treatment->planned) person->known.treated = true;
    return std::ref(*person);
  }

  /// Asks the database for these participants, in one question.
  Status find(std::span<const ParticipantKey> people) const {
    std::vector<std::string> institutions, participants;
    for (const ParticipantKey& key : people) {
      institutions.push_back(key.first);
      participants.push_back(key.second);
      people_.try_emplace(key);
    }
    Parameters asked;
    asked.add(registry_).add_list(institutions).add_list(participants);
    const Rows rows = TRY(connection_->run("find_participants", asked));
    for (int row = 0; row < rows.size(); ++row) {
      const ParticipantKey key(rows.text(row, 0), rows.text(row, 1));
      people_[key] = {
          .known = {.therapy = std::string(rows.text(row, 3)), .treated = rows.boolean(row, 4)},
          .placement = rows.int64(row, 2)};
    }
    return ok();
  }

  Status send_if_much() {
    const bool is_much = copy_.text().size() > copy_bytes_max || view_rows_.size() > view_rows_max;
    return is_much ? send() : ok();
  }

  Status send() {
    if (!copy_.text().empty()) TRY(connection_->copy("copy_entries", copy_));
    copy_.clear();
    return merge(*connection_, registry_, view_rows_);
  }

  std::shared_ptr<Connection> connection_;  // why shared: postgres_journal.h
  std::int64_t registry_;
  Transaction transaction_;
  std::optional<std::uint64_t> first_seq_;
  CopyText copy_;       // entries that are not sent yet
  ViewRows view_rows_;  // changes of the views that are not sent yet
  /// People this batch has asked for or reported on, as they are with what is not sent yet.
  mutable std::map<ParticipantKey, std::optional<PlacedParticipant>> people_;
};

}  // namespace

Result<std::unique_ptr<storage::JournalWriter>> begin_batch(std::shared_ptr<Connection> connection,
                                                            std::int64_t registry) {
  Transaction transaction = TRY(Transaction::begin(*connection));
  return std::unique_ptr<storage::JournalWriter>(
      std::make_unique<Writer>(std::move(connection), registry, std::move(transaction)));
}

}  // namespace kensho::postgres
