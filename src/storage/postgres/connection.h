// A connection to PostgreSQL and its transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/postgres/parameters.h"

struct pg_conn;
struct pg_result;

namespace kensho::postgres {

/// The text of sql/postgres/<name>.sql.
std::string_view sql_text(std::string_view name);

/// Rows of an answer, in memory. Reading a row or column that is not there is a programmer's error.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}

  int size() const;
  bool empty() const { return size() == 0; }
  bool is_null(int row, int column) const;
  std::int64_t int64(int row, int column) const;  // the column is a bigint
  bool boolean(int row, int column) const;
  /// Text, or the bytes of a bytea; nothing for NULL. Lives as long as the rows.
  std::string_view text(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// One connection. One thread at a time.
class Connection {
 public:
  /// `url` is postgresql://...; what it leaves out comes from the service file, the password file
  /// and the environment, as with every program on libpq. Its text is never in a message.
  /// Errors: invalid_argument: not such a URL; unavailable, permission_denied, not_found.
  static Result<Connection> open(const std::string& url);

  /// False once it was lost: nothing works on it any more.
  bool is_alive() const;
  bool is_in_transaction() const;

  /// Runs one or more statements without values and drops rows; gives the last one's command tag.
  Result<std::string> execute(std::string_view sql);
  /// Runs sql/postgres/<name>.sql, one statement, prepared when first used.
  Result<Rows> run(std::string_view name, const Parameters& values = {});
  /// The same for an answer too large for memory: `visit` gets the rows one at a time, and must not
  /// use the connection. Stops at its first error.
  Status stream(std::string_view name, const Parameters& values,
                const std::function<Status(const Rows&)>& visit);
  /// Runs a COPY ... FROM STDIN of that name. Errors: those of the table's rules.
  Status copy(std::string_view name, const CopyText& rows);

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  explicit Connection(pg_conn* connection) : connection_(connection) {}

  Status prepare(const std::string& name);
  Status drain(Status status);

  std::unique_ptr<pg_conn, Finish> connection_;
  std::set<std::string, std::less<>> prepared_;
};

/// A transaction: all of it happens or nothing. Rolls back unless committed.
class Transaction {
 public:
  /// `begin` is the statement: "BEGIN", or with a level of isolation.
  /// Errors: unavailable: there is one on this connection.
  static Result<Transaction> begin(Connection& connection, std::string_view begin = "BEGIN");
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Makes it durable. Errors: unavailable, saying so where the connection was lost in the middle
  /// and nobody knows whether it happened.
  Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;  // null once committed or moved from
};

}  // namespace kensho::postgres
