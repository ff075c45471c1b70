#include "app/check_erasures.h"

#include <fmt/format.h>

#include "journal/payload.h"

namespace kensho::app {

void ErasureCheck::note(std::uint64_t seq, std::string problem) {
  findings_.push_back({fmt::format("entry {}", seq), std::move(problem)});
}

void ErasureCheck::take(const journal::Entry& entry) {
  if (entry.erased) {
    erased_[entry.seq] = false;
    if (!journal::is_about_a_person(entry.act.kind)) {
      note(entry.seq, fmt::format("its sealed part is missing, and entries of kind '{}' are never "
                                  "erased: restore it from a backup",
                                  entry.act.kind));
    }
  } else if (entry.act.kind == journal::kind::entries_erased) {
    take_erasure(entry);
  }
}

// An erasure comes after the entries it names, so they were all seen.
void ErasureCheck::take_erasure(const journal::Entry& entry) {
  const auto payload = parse_json(entry.act.payload);
  if (!payload) return note(entry.seq, payload.error().message);
  const auto erasure = journal::read_erasure(*payload, "the erasure");
  if (!erasure) return note(entry.seq, erasure.error().message);
  for (const std::uint64_t named : erasure->entries) {
    const auto erased = erased_.find(named);
    if (erased == erased_.end()) {
      note(named,
           fmt::format("was erased by entry {}, and its sealed part is there again: an older "
                       "copy was put in its place",
                       entry.seq));
    } else if (erased->second) {
      note(named, fmt::format("is named by a second erasure, entry {}", entry.seq));
    } else {
      erased->second = true;
    }
  }
}

std::vector<Finding> ErasureCheck::findings() {
  for (const auto& [seq, named] : erased_) {
    if (!named)
      note(seq, "its sealed part is missing and no erasure names it: restore it from a backup");
  }
  return std::move(findings_);
}

}  // namespace kensho::app
