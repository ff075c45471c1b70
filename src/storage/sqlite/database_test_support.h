// What the tests of this module share: a folder that goes away, bytes on disk, a small database.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "storage/sqlite/checked_vfs_raw_file.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/statement.h"

namespace kensho::test {

/// A new empty folder, removed with all its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "kensho-test-XXXXXX").string();
    ENSURE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The value, or a failed test that shows the error.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}

inline std::vector<std::byte> file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// Copies a file that is open in this process, without dropping its locks.
inline void copy_open_file(const std::string& from, const std::string& to) {
  const RawFile file = must(RawFile::open(from));
  std::vector<std::byte> bytes(must(file.size_bytes()));
  must(file.read(bytes, 0));
  std::ofstream(to, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

/// Overwrites bytes of an existing file (which must not be open in this process).
inline void write_at(const std::string& path, std::uint64_t offset,
                     std::span<const std::byte> bytes) {
  std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(offset));
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  ENSURE(out.good());
}

inline std::int64_t query_int64(const Database& database, std::string_view sql) {
  Statement rows = must(Statement::prepare(database, sql));
  REQUIRE(must(rows.step()));
  return rows.column_int64(0);
}

inline std::string query_text(const Database& database, std::string_view sql) {
  Statement rows = must(Statement::prepare(database, sql));
  REQUIRE(must(rows.step()));
  return std::string(rows.column_text(0));
}

/// Distance between the bytes an exhaustive test changes. Optimised builds change every byte; the
/// others, which are there to find undefined behaviour, every 13th.
#ifdef NDEBUG
inline constexpr std::size_t byte_step = 1;
#else
inline constexpr std::size_t byte_step = 13;
#endif

/// Writes `rows` rows with `blob_bytes` bytes each, in one transaction.
inline Status insert_rows(Database& database, int rows, std::size_t blob_bytes) {
  Transaction transaction = TRY(Transaction::begin(database));
  Statement insert = TRY(Statement::prepare(database, "INSERT INTO sample(content) VALUES(?1)"));
  std::vector<std::byte> blob(blob_bytes);
  for (int row = 0; row < rows; ++row) {
    std::ranges::fill(blob, static_cast<std::byte>(row + 1));
    TRY(insert.bind(1, blob).run());
  }
  return transaction.commit();
}

inline constexpr const char* sample_schema =
    "CREATE TABLE sample(id INTEGER PRIMARY KEY, content BLOB NOT NULL);";

/// A database of about 40 pages with inner, leaf, overflow, index and free pages, closed.
inline void make_sample_database(const std::string& path) {
  Database database = must(Database::open(path));
  must(database.execute(sample_schema));
  must(database.execute("CREATE INDEX sample_content ON sample(substr(content, 1, 40));"));
  must(insert_rows(database, 150, 400));
  must(insert_rows(database, 4, 20000));
  must(database.execute("DELETE FROM sample WHERE id IN (151, 152);"));
  must(database.close());
}

}  // namespace kensho::test
