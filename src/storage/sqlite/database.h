// A SQLite database file with checked pages, and its transactions.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/open_mode.h"

struct sqlite3;
struct sqlite3_stmt;

namespace kensho {

/// What becomes of the write-ahead log once its content is in the database file.
enum class WalCheckpoint : unsigned char {
  truncate,  // it is emptied
  restart,   // it keeps its space, which the next transaction overwrites from the start
};

struct OpenOptions {
  OpenMode mode = OpenMode::create;
  int busy_timeout_ms = 5000;  // how long to wait for another writer before `unavailable`
};

/// One connection to a database file. Every page is verified as it is read (see checked_vfs.h).
///
/// Set on every connection: WAL, synchronous FULL (a commit is on the disk when it returns),
/// foreign keys, secure_delete (removed content is overwritten), cell_size_check, no trusted
/// schema, no memory mapping, temporary tables in memory. New files: 4096-byte pages, UTF-8. Cost
/// One thread at a time; open one connection a thread. 16 MiB of page cache at most.
class Database {
 public:
  /// Errors  not_found, permission_denied, corrupted (not a database, a damaged page, no space for
  ///         checksums), unavailable (busy, disk full); see `database_error`.
  static Result<Database> open(const std::string& path, OpenOptions options = {});

  /// Runs one or more statements that need no values; rows are dropped. Errors: `database_error`.
  Status execute(const std::string& sql);

  /// Copies the WAL into the database file.
  /// Errors  unavailable: another connection is reading or writing. Cost: the size of the WAL.
  Status wal_checkpoint(WalCheckpoint then);

  /// Writes the file anew from what is in it, and nothing else: unused parts of pages are empty
  /// then. One transaction. Needs twice the file's size on its disk meanwhile; flat memory. Errors
  /// unavailable: no space, or another connection writes. Cost: reads and writes it twice.
  Status vacuum();

  /// Checkpoints and closes. If no other connection is open the file then stands alone and the WAL
  /// is gone. Nothing is lost if it fails or is left to the destructor: the next open goes on from
  /// the WAL. Contract: every Statement is gone. Errors: unavailable (disk full).
  Status close();

  /// The connection, for Statement and Transaction; owned by this object.
  sqlite3* connection() const { return connection_.get(); }

  /// Statements that nobody uses at the moment, by their SQL: compiling one costs more than running
  /// it. They hold no values.
  class StatementShelf {
   public:
    /// A statement of this SQL, or null.
    sqlite3_stmt* take(std::string_view sql);
    /// Keeps the statement, or finalizes it where one of its SQL is here or there are enough.
    void put(sqlite3_stmt* statement);
    void clear();
    ~StatementShelf() { clear(); }

   private:
    std::vector<sqlite3_stmt*> statements_;
  };
  const std::shared_ptr<StatementShelf>& shelf() const { return shelf_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  explicit Database(sqlite3* connection) : connection_(connection) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::shared_ptr<StatementShelf> shelf_ = std::make_shared<StatementShelf>();
};

/// A write transaction: all of it happens or nothing. Rolls back unless committed.
class Transaction {
 public:
  /// Takes the write lock at once, so nothing in it fails for another writer. The database must
  /// outlive it. Errors: unavailable (another writer held the lock for busy_timeout_ms).
  static Result<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Makes it durable. After an error it is rolled back: nothing of it is seen any more. (Only if
  /// the disk failed while syncing may it reappear after a crash, as with every log.) Contract:
  /// called once. Errors: unavailable (disk full, or an earlier failure made SQLite roll back).
  Status commit();

 private:
  explicit Transaction(sqlite3* connection) : connection_(connection) {}

  void roll_back();

  sqlite3* connection_;  // borrowed from the Database; null once committed or moved from
};

}  // namespace kensho
