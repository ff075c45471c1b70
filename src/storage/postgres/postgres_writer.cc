#include "storage/postgres/postgres_writer.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "journal/erased_tag.h"
#include "storage/postgres/entries.h"
#include "storage/postgres/eraser.h"
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
    // Of a registry that is restored: nobody knows any more whom it was about.
    if (entry.erased) return take(entry, new_placement());
    if (entry.act.kind == journal::kind::case_reported) {
      const SentReport sent = TRY(report_in(entry));
      return append_report(entry, sent.report, sent.submission ? &*sent.submission : nullptr);
    }
    if (entry.act.kind == journal::kind::consent_withdrawn) return append_withdrawal(entry);
    TRY(take(entry, about_nobody));
    TRY(view_rows_.apply({entry, about_nobody}));
    if (entry.act.kind == journal::kind::entries_erased) erased_tags_.reset();
    // What was erased is asked for in the database.
    return entry.act.kind == journal::kind::entries_erased ? send() : send_if_much();
  }

  Status append_report(const journal::Entry& entry, const CaseReport& report,
                       const journal::SubmissionKey* submission) override {
    const PlacedParticipant& person = TRY(placed(report)).get();
    TRY(take(entry, person.placement));
    view_rows_.apply_report({entry, person.placement}, report, submission);
    if (submission != nullptr) submissions_[*submission] = entry.seq;
    return send_if_much();
  }

  Status erase(std::span<const std::uint64_t> seqs) override {
    TRY(send());
    for (const ParticipantKey& person : TRY(erase_entries(*connection_, registry_, seqs))) {
      people_.erase(person);
    }
    submissions_.clear();
    return ok();
  }

  Status expect(const storage::Expected& expected) override {
    TRY(send());
    people_.clear();
    submissions_.clear();
    if (!expected.people.empty()) TRY(find(expected.people));
    if (!expected.submissions.empty()) TRY(find_sent(expected.submissions));
    return ok();
  }

  Result<std::optional<storage::KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const override {
    const ParticipantKey key(institution, participant);
    if (!people_.contains(key)) TRY(find(std::span(&key, 1)));
    const auto& person = people_.at(key);
    if (person) return std::optional(person->known);
    if (!TRY(was_erased(key))) return std::optional<storage::KnownParticipant>();
    return std::optional(storage::KnownParticipant{.erased = true});
  }

  Result<std::optional<std::uint64_t>> submission(std::string_view client,
                                                  std::string_view key) const override {
    const journal::SubmissionKey submission{std::string(client), std::string(key)};
    if (!submissions_.contains(submission)) TRY(find_sent(std::span(&submission, 1)));
    return submissions_.at(submission);
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

  Status append_withdrawal(const journal::Entry& entry) {
    const ParticipantKey key = TRY(person_in(entry));
    if (!people_.contains(key)) TRY(find(std::span(&key, 1)));
    auto& person = people_.at(key);
    const Placement placement = person ? person->placement : new_placement();
    if (person) person->known.withdrawn = true;
    TRY(take(entry, placement));
    TRY(view_rows_.apply({entry, placement}));
    return send_if_much();
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
      people_[key] = {.known = {.therapy = std::string(rows.text(row, 3)),
                                .treated = rows.boolean(row, 4),
                                .withdrawn = rows.boolean(row, 5)},
                      .placement = rows.int64(row, 2)};
    }
    return ok();
  }

  /// The same for submissions.
  Status find_sent(std::span<const journal::SubmissionKey> submissions) const {
    std::vector<std::string> clients, keys;
    for (const journal::SubmissionKey& submission : submissions) {
      clients.push_back(submission.client);
      keys.push_back(submission.key);
      submissions_.try_emplace(submission);
    }
    Parameters asked;
    asked.add(registry_).add_list(clients).add_list(keys);
    const Rows rows = TRY(connection_->run("find_submissions", asked));
    for (int row = 0; row < rows.size(); ++row) {
      const journal::SubmissionKey submission{std::string(rows.text(row, 0)),
                                              std::string(rows.text(row, 1))};
      submissions_[submission] = static_cast<std::uint64_t>(rows.int64(row, 2));
    }
    return ok();
  }

  /// Whether an unknown participant is one who must not come back.
  Result<bool> was_erased(const ParticipantKey& person) const {
    if (!erased_tags_) TRY(find_erased());
    if (erased_tags_->empty()) return false;
    return erased_tags_->contains(journal::erased_tag(registry_key_, person.first, person.second));
  }

  /// All of them: they are few.
  Status find_erased() const {
    Parameters asked;
    asked.add(registry_);
    const Rows tags = TRY(connection_->run("find_erased", asked));
    erased_tags_.emplace();
    for (int row = 0; row < tags.size(); ++row) erased_tags_->emplace(tags.text(row, 0));
    if (erased_tags_->empty()) return ok();
    const Rows first = TRY(connection_->run("find_registry_key", asked));
    const std::string_view key = first.empty() ? std::string_view() : first.text(0, 0);
    if (key.size() == registry_key_.size()) std::ranges::copy(key, registry_key_.begin());
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
  mutable std::map<journal::SubmissionKey, std::optional<std::uint64_t>> submissions_;
  mutable std::optional<std::set<std::string>> erased_tags_;  // read when first needed
  mutable Hash registry_key_{};                               // read with them
};

}  // namespace

Result<std::unique_ptr<storage::JournalWriter>> begin_batch(std::shared_ptr<Connection> connection,
                                                            std::int64_t registry) {
  Transaction transaction = TRY(Transaction::begin(*connection));
  return std::unique_ptr<storage::JournalWriter>(
      std::make_unique<Writer>(std::move(connection), registry, std::move(transaction)));
}

}  // namespace kensho::postgres
