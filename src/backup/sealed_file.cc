#include "backup/sealed_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

namespace kensho::backup {

std::uint64_t padded_length(std::uint64_t bytes) {
  if (bytes < 2) return bytes;
  const auto exponent = static_cast<unsigned>(std::bit_width(bytes)) - 1;
  const auto kept_bits = static_cast<unsigned>(std::bit_width(exponent));
  const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept_bits)) - 1;
  return (bytes + mask) & ~mask;
}

SealedWriter::SealedWriter(std::unique_ptr<std::ostream> sink, std::string name,
                           const SecretKey& key, std::string associated)
    : sink_(std::move(sink)),
      name_(std::move(name)),
      associated_(std::move(associated)),
      stream_(key) {
  pending_.reserve(frame_bytes);
}
SealedWriter::SealedWriter(SealedWriter&&) noexcept = default;
SealedWriter::~SealedWriter() = default;

Result<SealedWriter> SealedWriter::create(const std::filesystem::path& file, const SecretKey& key,
                                          std::string associated) {
  auto sink = std::make_unique<std::ofstream>(file, std::ios::binary | std::ios::trunc);
  if (!*sink) {
    return Error{Errc::unavailable,
                 fmt::format("{}: cannot create: {}", file.string(), std::strerror(errno))};
  }
  return SealedWriter(std::move(sink), file.string(), key, std::move(associated));
}

Status SealedWriter::emit(ByteView sealed) {
  hash_.update(sealed);
  size_.bytes += sealed.size();
  const std::string_view text = as_text(sealed);
  sink_->write(text.data(), static_cast<std::streamsize>(text.size()));
  if (*sink_) return ok();
  return Error{Errc::unavailable, fmt::format("{}: cannot write: {}", name_, std::strerror(errno))};
}

Status SealedWriter::seal_pending(StreamPart part) {
  if (size_.bytes == 0) TRY(emit(stream_.header()));
  TRY(emit(stream_.seal(pending_, as_bytes(associated_), part)));
  pending_.clear();
  return ok();
}

Status SealedWriter::write(ByteView content) {
  content_bytes_ += content.size();
  while (!content.empty()) {
    // A full frame waits for the byte behind it: only then is it known not to be the last.
    if (pending_.size() == frame_bytes) TRY(seal_pending(StreamPart::more));
    const std::size_t count = std::min(content.size(), frame_bytes - pending_.size());
    pending_.insert(pending_.end(), content.begin(), content.begin() + static_cast<long>(count));
    content = content.subspan(count);
  }
  return ok();
}

Result<SealedSize> SealedWriter::finish() {
  const Bytes zeros(frame_bytes);
  std::uint64_t padding = padded_length(content_bytes_) - content_bytes_;
  while (padding > 0) {
    const std::size_t count = std::min<std::uint64_t>(padding, zeros.size());
    TRY(write(ByteView(zeros).first(count)));
    padding -= count;
  }
  TRY(seal_pending(StreamPart::last));
  sink_->flush();
  TRY(emit({}));  // whether the flush went well
  size_.sha256 = hash_.finish();
  return size_;
}

SealedReader::SealedReader(std::unique_ptr<std::istream> source, std::string name,
                           std::string associated, SecretStreamReader stream)
    : source_(std::move(source)),
      name_(std::move(name)),
      associated_(std::move(associated)),
      stream_(std::move(stream)) {}
SealedReader::SealedReader(SealedReader&&) noexcept = default;
SealedReader::~SealedReader() = default;

Result<SealedReader> SealedReader::open(const std::filesystem::path& file, const SecretKey& key,
                                        std::string associated) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem)) {
    return Error{Errc::not_found, fmt::format("{}: the file is missing", file.string())};
  }
  return open(std::make_unique<std::ifstream>(file, std::ios::binary), file.string(), key,
              std::move(associated));
}

Result<SealedReader> SealedReader::open(std::unique_ptr<std::istream> source, std::string name,
                                        const SecretKey& key, std::string associated) {
  std::array<char, secret_stream_header_bytes> header{};
  if (!source->read(header.data(), header.size())) {
    return Error{Errc::corrupted, fmt::format("{}: it is cut off or cannot be read", name)};
  }
  const ByteView bytes = as_bytes({header.data(), header.size()});
  SealedReader reader(std::move(source), std::move(name), std::move(associated),
                      TRY(SecretStreamReader::open(key, bytes)));
  reader.hash_.update(bytes);
  reader.size_.bytes = bytes.size();
  return reader;
}

Error SealedReader::damaged(std::string_view what) const {
  return {Errc::corrupted, fmt::format("{}: {}", name_, what)};
}

Status SealedReader::next_frame() {
  if (frame_.part == StreamPart::last) return damaged("it ends before its content does");
  std::string sealed(frame_bytes + secret_stream_overhead_bytes, '\0');
  source_->read(sealed.data(), static_cast<std::streamsize>(sealed.size()));
  sealed.resize(static_cast<std::size_t>(source_->gcount()));
  if (sealed.empty()) return damaged("it is cut off");
  hash_.update(as_bytes(sealed));
  size_.bytes += sealed.size();
  auto frame = stream_.open_next(as_bytes(sealed), as_bytes(associated_));
  if (!frame) {
    return damaged(fmt::format("damaged in its last {} of {} bytes read: {}", sealed.size(),
                               size_.bytes, frame.error().message));
  }
  frame_ = std::move(frame).value();
  taken_ = 0;
  return ok();
}

Status SealedReader::read(std::span<std::uint8_t> content) {
  while (!content.empty()) {
    if (taken_ == frame_.bytes.size()) TRY(next_frame());
    const std::size_t count = std::min(content.size(), frame_.bytes.size() - taken_);
    std::copy_n(frame_.bytes.begin() + static_cast<long>(taken_), count, content.begin());
    taken_ += count;
    content = content.subspan(count);
  }
  return ok();
}

Result<SealedSize> SealedReader::finish() {
  const auto is_zero = [](std::uint8_t byte) { return byte == 0; };
  while (true) {
    const auto rest = std::span(frame_.bytes).subspan(taken_);
    if (!std::ranges::all_of(rest, is_zero)) return damaged("there is more in it than it should");
    if (frame_.part == StreamPart::last) break;
    TRY(next_frame());
  }
  if (source_->peek() != std::istream::traits_type::eof()) {
    return damaged("bytes were added at its end");
  }
  size_.sha256 = hash_.finish();
  return size_;
}

}  // namespace kensho::backup
