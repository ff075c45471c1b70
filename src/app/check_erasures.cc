#include "app/check_erasures.h"

#include <fmt/format.h>

#include "journal/payload.h"

namespace kensho::app {

void ErasureCheck::take(const journal::Entry& entry) {
  if (entry.erased) {
    erased_[entry.seq] = false;
    if (!journal::is_about_a_person(entry.act.kind)) {
      missing_.add(entry.seq,
                   fmt::format("its sealed part is missing, and entries of kind '{}' are never "
                               "erased: restore it from a backup",
                               entry.act.kind));
    }
  } else if (entry.act.kind == journal::kind::entries_erased) {
    take_erasure(entry);
  }
}

// An erasure comes after the entries it names, so they were all seen. One that cannot be read is
// told of as every such entry is.
void ErasureCheck::take_erasure(const journal::Entry& entry) {
  const auto payload = parse_json(entry.act.payload);
  if (!payload) return;
  const auto erasure = journal::read_erasure(*payload, "the erasure");
  if (!erasure) return;
  for (const std::uint64_t named : erasure->entries) {
    const auto erased = erased_.find(named);
    if (erased == erased_.end()) {
      undone_.add(
          named, fmt::format("was erased by entry {}, and its sealed part is there again: an older "
                             "copy was put in its place",
                             entry.seq));
    } else if (erased->second) {
      repeated_.add(named, fmt::format("is named by a second erasure, entry {}", entry.seq));
    } else {
      erased->second = true;
    }
  }
}

bool ErasureCheck::move_to(std::vector<Finding>& findings) {
  for (const auto& [seq, named] : erased_) {
    if (!named) {
      missing_.add(seq,
                   "its sealed part is missing and no erasure names it: restore it from a backup");
    }
  }
  const std::size_t before = findings.size();
  for (Tally* tally : {&undone_, &repeated_, &missing_}) tally->move_to(findings);
  return findings.size() == before;
}

}  // namespace kensho::app
