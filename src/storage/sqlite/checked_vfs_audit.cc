#include "storage/sqlite/checked_vfs_audit.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_page.h"
#include "storage/sqlite/checked_vfs_raw_file.h"

namespace kensho {
namespace {

constexpr std::size_t chunk_bytes = 1 << 20;  // a multiple of every page size

// A page that another process is just writing verifies when it is read again. Few pages are ever in
// that state, so a badly damaged file is not read three times.
constexpr int extra_reads_per_page = 2;
constexpr int extra_reads_per_file = 1000;

class PageAuditor {
 public:
  PageAuditor(const RawFile& file, PageAudit& audit) : file_(file), audit_(audit) {}

  Status run() {
    audit_.file_bytes = TRY(file_.size_bytes());
    if (audit_.file_bytes == 0) {
      audit_.problem = "the file is empty: it holds no database";
      return ok();
    }
    TRY(read_header());
    TRY(check_pages());
    report_missing_pages();
    describe_damage();
    return ok();
  }

 private:
  Status read_header() {
    std::vector<std::byte> page(default_page_bytes);
    TRY(file_.read(page, 0));
    header_ = DatabaseHeader::parse(page);
    audit_.page_bytes = header_ ? header_->page_bytes : default_page_bytes;
    page.resize(audit_.page_bytes);
    TRY(file_.read(page, 0));
    const bool is_intact = TRY(page_is_good(page, 1));
    // A damaged size field must not make every other page look bad too.
    if (!is_intact) audit_.page_bytes = default_page_bytes;
    audit_.pages =
        static_cast<std::uint32_t>((audit_.file_bytes + audit_.page_bytes - 1) / audit_.page_bytes);
    if (audit_.wal.committed_frames != 0) {
      least_pages_ = audit_.wal.database_pages;  // the file may be longer until the checkpoint
    } else if (header_ && is_intact && header_->page_count_is_valid) {
      least_pages_ = most_pages_ = header_->page_count;
    }
    return ok();
  }

  Status check_pages() {
    std::vector<std::byte> chunk(
        std::min<std::uint64_t>(chunk_bytes, std::uint64_t{audit_.pages} * audit_.page_bytes));
    for (std::uint64_t begin = 0; begin < audit_.file_bytes; begin += chunk_bytes) {
      const std::size_t length = std::min<std::uint64_t>(chunk_bytes, audit_.file_bytes - begin);
      TRY(file_.read(std::span(chunk).first(length), begin));
      for (std::size_t i = 0; i < length; i += audit_.page_bytes) {
        const std::span page = std::span(chunk).subspan(i, audit_.page_bytes);
        const auto number = static_cast<std::uint32_t>((begin + i) / audit_.page_bytes + 1);
        const bool is_complete = length - i >= audit_.page_bytes;
        const bool is_expected = is_complete && number <= most_pages_;
        if (!is_expected || !TRY(page_is_good(page, number))) report(number);
      }
    }
    return ok();
  }

  Result<bool> page_is_good(std::span<std::byte> page, std::uint32_t number) {
    if (number == lock_page_number(audit_.page_bytes))
      return std::ranges::all_of(page, [](std::byte byte) { return byte == std::byte{0}; });
    for (int reads = 0; !page_is_intact(page, number); ++reads, ++extra_reads_) {
      if (reads == extra_reads_per_page || extra_reads_ >= extra_reads_per_file) return false;
      TRY(file_.read(page, std::uint64_t{number - 1} * audit_.page_bytes));
    }
    return true;
  }

  void report(std::uint32_t number) {
    if (number < audit_.wal.replaces.size() && audit_.wal.replaces[number]) {
      ++audit_.replaced_pages;
      return;
    }
    ++audit_.bad_pages;
    if (audit_.first_bad_page != 0) return;
    audit_.first_bad_page = number;
    audit_.first_bad_begin = std::uint64_t{number - 1} * audit_.page_bytes;
    audit_.first_bad_end = audit_.first_bad_begin + audit_.page_bytes;
  }

  void report_missing_pages() {
    for (std::uint32_t page = audit_.pages + 1; page <= least_pages_; ++page)
      if (page != lock_page_number(audit_.page_bytes)) report(page);
  }

  void describe_damage() {
    if (audit_.bad_pages != 0) audit_.problem = page_problem();
    if (audit_.problem.empty()) audit_.problem = audit_.wal.problem;
  }

  std::string page_problem() const {
    const std::uint32_t page = audit_.first_bad_page;
    const std::string where = fmt::format("page {} (bytes {}-{})", page, audit_.first_bad_begin,
                                          audit_.first_bad_end - 1);
    return fmt::format("{} {}; {} bad pages in all, {} pages in the file", where, rule_broken(),
                       audit_.bad_pages, audit_.pages);
  }

  std::string rule_broken() const {
    const std::uint32_t page = audit_.first_bad_page;
    if (page > audit_.pages) return "is missing: the file was cut off";
    if (page > most_pages_) {
      return fmt::format("is beyond the {} pages of the database", most_pages_);
    }
    if (audit_.first_bad_end > audit_.file_bytes) return "is incomplete: the file was cut off";
    if (page == 1 && !header_) return "does not begin like a SQLite database";
    const std::size_t reserved_bytes = header_ ? header_->reserved_bytes : page_checksum_bytes;
    if (page == 1 && reserved_bytes != page_checksum_bytes) {
      return fmt::format("keeps no checksum: {} bytes are reserved for it (byte 20), not {}",
                         reserved_bytes, page_checksum_bytes);
    }
    return "does not fit its checksum";
  }

  const RawFile& file_;
  PageAudit& audit_;
  std::optional<DatabaseHeader> header_;
  int extra_reads_ = 0;
  // What header or WAL say about the number of pages in the file.
  std::uint32_t least_pages_ = 0;
  std::uint32_t most_pages_ = std::numeric_limits<std::uint32_t>::max();
};

}  // namespace

Result<PageAudit> audit_pages(const std::string& path) {
  const RawFile file = TRY(RawFile::open(path));
  PageAudit audit;
  audit.wal = TRY(audit_wal(path + "-wal"));
  TRY(PageAuditor(file, audit).run());
  return audit;
}

}  // namespace kensho
