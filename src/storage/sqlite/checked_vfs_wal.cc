#include "storage/sqlite/checked_vfs_wal.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "storage/sqlite/checked_vfs_page.h"
#include "storage/sqlite/checked_vfs_raw_file.h"

namespace kensho {
namespace {

constexpr std::uint64_t wal_header_bytes = 32;
constexpr std::uint64_t frame_header_bytes = 24;
constexpr std::uint32_t magic_little_endian = 0x377f0682;  // + 1: checksums over big-endian words
constexpr std::uint32_t wal_version = 3007000;

struct WalSum {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  bool operator==(const WalSum&) const = default;
};

struct WalHeader {
  bool big_endian;
  std::uint32_t page_bytes;
  std::array<std::byte, 8> salts;
  WalSum sum;
};

struct Frame {
  std::uint32_t page_number;
  std::uint32_t database_pages;  // after the commit; 0 if the frame ends no transaction
  bool of_this_generation;       // has the salts of the header
  WalSum sum;
};

WalSum stored_sum(std::span<const std::byte> bytes) {
  return {load_big_endian_32(bytes), load_big_endian_32(bytes.subspan(4))};
}

WalSum add_to_sum(WalSum sum, std::span<const std::byte> bytes, bool big_endian) {
  const bool swap = big_endian != (std::endian::native == std::endian::big);
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::array<std::uint32_t, 2> word;
    std::memcpy(word.data(), bytes.data() + i, sizeof word);
    if (swap) word = {__builtin_bswap32(word[0]), __builtin_bswap32(word[1])};
    sum.first += word[0] + sum.second;
    sum.second += word[1] + sum.first;
  }
  return sum;
}

// Nothing if the header does not verify.
std::optional<WalHeader> parse_header(std::span<const std::byte> bytes) {
  const std::uint32_t magic = load_big_endian_32(bytes);
  const bool big_endian = (magic & 1U) != 0;
  const WalSum sum = add_to_sum({}, bytes.first(24), big_endian);
  const std::uint32_t page_bytes = load_big_endian_32(bytes.subspan(8));
  if ((magic & ~1U) != magic_little_endian || !is_page_size(page_bytes)) return {};
  if (load_big_endian_32(bytes.subspan(4)) != wal_version) return {};
  if (sum != stored_sum(bytes.subspan(24))) return {};
  WalHeader header{.big_endian = big_endian, .page_bytes = page_bytes, .salts = {}, .sum = sum};
  std::memcpy(header.salts.data(), bytes.data() + 16, header.salts.size());
  return header;
}

class WalAuditor {
 public:
  WalAuditor(const RawFile& file, const WalHeader& header, WalAudit& audit)
      : file_(file),
        header_(header),
        audit_(audit),
        frame_bytes_(frame_header_bytes + header.page_bytes),
        frames_((audit.file_bytes - wal_header_bytes) / frame_bytes_),
        buffer_(frame_bytes_) {}

  Status run() {
    TRY(read_valid_frames());
    TRY(mark_replaced_pages());
    return judge_tail();
  }

 private:
  std::uint64_t offset_of(std::uint64_t frame) const {
    return wal_header_bytes + frame * frame_bytes_;
  }

  // Reads frame `index` into the buffer (only its header if that is all that is asked for).
  Result<Frame> read_frame(std::uint64_t index, std::uint64_t bytes) {
    TRY(file_.read(std::span(buffer_).first(bytes), offset_of(index)));
    const std::span<const std::byte> frame(buffer_);
    return Frame{
        .page_number = load_big_endian_32(frame),
        .database_pages = load_big_endian_32(frame.subspan(4)),
        .of_this_generation = std::memcmp(&buffer_[8], header_.salts.data(), 8) == 0,
        .sum = stored_sum(frame.subspan(16)),
    };
  }

  // The sum the frame in the buffer must have if the one before it has `before`.
  WalSum sum_after(WalSum before) const {
    const std::span<const std::byte> frame(buffer_);
    const WalSum sum = add_to_sum(before, frame.first(8), header_.big_endian);
    return add_to_sum(sum, frame.subspan(frame_header_bytes), header_.big_endian);
  }

  Status read_valid_frames() {
    for (WalSum sum = header_.sum; valid_frames_ < frames_; ++valid_frames_) {
      const Frame frame = TRY(read_frame(valid_frames_, frame_bytes_));
      sum = sum_after(sum);
      if (!frame.of_this_generation || frame.page_number == 0 || sum != frame.sum) break;
      if (frame.database_pages == 0) continue;
      audit_.committed_frames = valid_frames_ + 1;
      audit_.database_pages = frame.database_pages;
    }
    audit_.later_frames = valid_frames_ - audit_.committed_frames;
    return ok();
  }

  Status mark_replaced_pages() {
    for (std::uint64_t index = 0; index < audit_.committed_frames; ++index) {
      const Frame frame = TRY(read_frame(index, frame_header_bytes));
      if (audit_.replaces.size() <= frame.page_number)
        audit_.replaces.resize(frame.page_number + 1);
      audit_.replaces[frame.page_number] = true;
    }
    return ok();
  }

  // Frames behind the first invalid one are normal after a rollback or crash: they were never
  // committed. A commit mark among them is not; and if the frame after the mark continues its sum,
  // the writer went on from a commit that was valid then.
  Status judge_tail() {
    bool complete = false;
    bool went_on = false;
    Frame before{};
    for (std::uint64_t index = valid_frames_; index < frames_; ++index) {
      const Frame frame = TRY(read_frame(index, frame_bytes_));
      if (frame.of_this_generation) {
        ++audit_.later_frames;
        const bool follows_commit = before.of_this_generation && before.database_pages != 0;
        went_on = went_on || (follows_commit && frame.sum == sum_after(before.sum));
        complete =
            complete || follows_commit || (index > valid_frames_ && frame.database_pages != 0);
      }
      before = frame;
    }
    const bool rest = audit_.later_frames != 0 || offset_of(frames_) != audit_.file_bytes;
    audit_.state = went_on    ? WalState::corrupted
                   : complete ? WalState::doubtful_end
                   : rest     ? WalState::unfinished_tail
                              : WalState::whole;
    if (complete) audit_.problem = tail_problem();
    return ok();
  }

  std::string tail_problem() const {
    return fmt::format(
        "WAL frame {} (bytes {}-{}) does not verify, but {} frames of the same log follow it; "
        "SQLite would drop them{}",
        valid_frames_ + 1, offset_of(valid_frames_), offset_of(valid_frames_ + 1) - 1,
        frames_ - valid_frames_ - 1,
        audit_.state == WalState::corrupted
            ? ""
            : ". Power failed before they were confirmed, or stored bytes were changed");
  }

  const RawFile& file_;
  const WalHeader& header_;
  WalAudit& audit_;
  std::uint64_t frame_bytes_;
  std::uint64_t frames_;
  std::uint64_t valid_frames_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

Result<WalAudit> audit_wal(const std::string& path) {
  WalAudit audit;
  if (!RawFile::exists(path)) return audit;
  const RawFile file = TRY(RawFile::open(path));
  audit.file_bytes = TRY(file.size_bytes());
  if (audit.file_bytes == 0) return audit;
  std::array<std::byte, wal_header_bytes> start;
  TRY(file.read(start, 0));
  const std::optional<WalHeader> header = parse_header(start);
  if (!header) {
    // The header is on disk before the first frame is written, so frames prove it was valid.
    const bool has_frames = audit.file_bytes > wal_header_bytes;
    audit.state = has_frames ? WalState::corrupted : WalState::unfinished_tail;
    if (has_frames)
      audit.problem = "WAL header (bytes 0-31) does not verify; SQLite would drop the whole log";
    return audit;
  }
  TRY(WalAuditor(file, *header, audit).run());
  return audit;
}

}  // namespace kensho
