#include "app/erase_participant.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json_read.h"
#include "domain/identifier.h"
#include "journal/erased_tag.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

/// Whether a text holds an id as a word of its own.
bool has_word(std::string_view text, std::string_view id) {
  const auto continues = [&](std::size_t at) {
    return at < text.size() && is_identifier(std::string(1, text[at]));
  };
  for (std::size_t at = text.find(id); at != text.npos; at = text.find(id, at + 1)) {
    const bool starts = at == 0 || !continues(at - 1);
    if (starts && !continues(at + id.size())) return true;
  }
  return false;
}

/// Cuts bytes into pieces: half overwritten, they are still recognised.
void add_pieces(std::vector<std::string>& traces, std::string_view bytes, std::size_t size) {
  for (std::size_t at = 0; at + size <= bytes.size(); at += size)
    traces.emplace_back(bytes.substr(at, size));
}

/// What must be found nowhere once this entry is erased: its key, and the part of its payload that
/// names the person. (Other parts may be true of others, word for word.)
void add_traces(std::vector<std::string>& traces, const journal::Entry& entry,
                const ErasureRequest& request) {
  constexpr std::size_t key_piece_bytes = 8;
  add_pieces(traces, as_text(entry.key), key_piece_bytes);
  add_pieces(traces, hex_encode(entry.key), 2 * key_piece_bytes);
  const std::string_view payload = entry.act.payload;
  const std::string place = fmt::format(R"("institution":{})", json_quoted(request.institution));
  const std::string name = fmt::format(R"("participant":{})", json_quoted(request.participant));
  const std::size_t begin = payload.find(place);
  const std::size_t end = payload.find(name, begin == payload.npos ? 0 : begin);
  if (begin != payload.npos && end != payload.npos)
    traces.emplace_back(payload.substr(begin, end + name.size() - begin));
}

class Erasing {
 public:
  Erasing(Journal& journal, const ErasureRequest& request, const ErasureTools& tools)
      : journal_(journal), request_(request), tools_(tools) {}

  Result<ErasureReport> run() {
    TRY(erase());
    TRY(overwrite());
    return std::move(report_);
  }

 private:
  void step(std::string_view words) const {
    if (tools_.on_step) tools_.on_step(words);
  }

  /// One transaction. Nothing where an earlier one did it and only its end is missing.
  Status erase() {
    Batch batch = TRY(journal_.begin(request_.actor));
    const auto known = TRY(batch.participant(request_.institution, request_.participant));
    TRY(check_standing(known));
    if (known->erased) return ok();
    TRY(check_reason());
    TRY(look());
    TRY(batch.erase(report_.entries));
    Act act = TRY(make_act(*known));
    report_.erasure = TRY(batch.add(std::move(act)));
    TRY(batch.commit());
    return ok();
  }

  Status check_reason() const {
    if (request_.reason.empty())
      return Error{Errc::invalid_argument,
                   "an erasure needs a reason, as 'asked for it by letter'"};
    if (!has_word(request_.reason, request_.participant)) return ok();
    return Error{Errc::invalid_argument,
                 "the reason names the participant, and it stays in the journal; say it without "
                 "the id"};
  }

  Status check_standing(const std::optional<storage::KnownParticipant>& known) const {
    if (!known) {
      return Error{Errc::not_found,
                   fmt::format("no participant with this id is registered at institution '{}'",
                               request_.institution)};
    }
    if (!known->erased || TRY(journal_.store().unscrubbed()) > 0) return ok();
    return Error{Errc::conflict, "this participant was erased before; nothing was changed"};
  }

  /// What is erased, what must not be found afterwards, and who else may name the person.
  Status look() {
    const storage::JournalStore& store = journal_.store();
    report_.entries = TRY(store.entries_of(request_.institution, request_.participant));
    traces_ = TRY(store.traces_of(request_.institution, request_.participant));
    step("reading the journal");
    auto next = report_.entries.begin();
    return store.read(0, TRY(store.head()).size, [&](const journal::Entry& entry) -> Status {
      if (next != report_.entries.end() && entry.seq == *next) {
        add_traces(traces_, entry, request_);
        ++next;
        return ok();
      }
      if (TRY(may_name(entry))) report_.still_naming.push_back(entry.seq);
      return check_is_of_another(entry);
    });
  }

  /// The view that names the person's entries must not have missed one.
  Status check_is_of_another(const journal::Entry& entry) const {
    const bool may_be =
        journal::is_about_a_person(entry.act.kind) && entry.act.subject == request_.participant;
    if (!may_be) return ok();
    const std::string name = fmt::format("entry {}", entry.seq);
    const Json payload = TRY(parse_json(entry.act.payload));
    const ParticipantKey key = TRY(journal::read_participant_key(payload, name));
    if (key != ParticipantKey(request_.institution, request_.participant)) return ok();
    return Error{Errc::corrupted,
                 fmt::format("{} is about this participant, but the views do not know it; make "
                             "them anew with kensho fsck --rebuild-views, then erase again",
                             name)};
  }

  /// Only what people wrote freely can name somebody by accident.
  Result<bool> may_name(const journal::Entry& entry) const {
    if (has_word(entry.act.reason, request_.participant)) return true;
    if (entry.act.kind != journal::kind::import_accepted) return false;
    const Json payload = TRY(parse_json(entry.act.payload));
    const std::string file = TRY(JsonReader(payload, "the import").text("file"));
    return has_word(file, request_.participant);
  }

  Result<Act> make_act(const storage::KnownParticipant& known) const {
    journal::Entry first;
    TRY(journal_.store().read(0, 1, [&first](const journal::Entry& entry) {
      first = entry;
      return ok();
    }));
    const Erasure erasure{
        .entries = report_.entries,
        .institution = request_.institution,
        .therapy = known.therapy,
        .treated = known.treated,
        .tag = journal::erased_tag(first.key, request_.institution, request_.participant)};
    return Act{.kind = journal::kind::entries_erased,
               .subject = "",
               .reason = request_.reason,
               .payload = journal::to_json(erasure)};
  }

  Status overwrite() const {
    step("overwriting free space");
    const Status scrubbed = journal_.scrub();
    if (!scrubbed) {
      return Error{scrubbed.error().code,
                   fmt::format("the entries are erased, but free space of the journal's file may "
                               "still hold traces of them: {}; mend that and erase again",
                               scrubbed.error().message)};
    }
    step("searching for traces");
    // After an erasure that was broken off they are not known any more; what is free is
    // overwritten.
    const BytePatterns patterns(traces_);
    std::string found = TRY(journal_.store().find_in_files(patterns));
    if (found.empty()) found = TRY(tools_.find_trace(patterns));
    if (found.empty()) return ok();
    return Error{Errc::corrupted,
                 fmt::format("the entries are erased, but traces of them are still in {}", found)};
  }

  Journal& journal_;
  const ErasureRequest& request_;
  const ErasureTools& tools_;
  ErasureReport report_;
  std::vector<std::string> traces_;
};

}  // namespace

Result<ErasureReport> erase_participant(Journal& journal, const ErasureRequest& request,
                                        const ErasureTools& tools) {
  return Erasing(journal, request, tools).run();
}

}  // namespace kensho::app
