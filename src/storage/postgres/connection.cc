#include "storage/postgres/connection.h"

#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "base/embedded.h"
#include "storage/postgres/database_error.h"

namespace kensho::postgres {
namespace {

constexpr int binary_format = 1;

bool is_ours(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

/// libpq's own words about a wrong URL may quote a password: ours do not.
Status check_url(const std::string& url) {
  char* words = nullptr;
  PQconninfoOption* options = is_ours(url) ? PQconninfoParse(url.c_str(), &words) : nullptr;
  const bool is_good = options != nullptr;
  PQconninfoFree(options);
  PQfreemem(words);
  if (is_good) return ok();
  return Error{Errc::invalid_argument,
               "the database must be given as postgresql://user@host:port/name with everything "
               "else percent-encoded; a folder of a socket is ?host=/folder"};
}

/// Rows come in binary: bigint as 8 bytes, most significant first.
std::int64_t read_int64(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

/// PostgreSQL has no text with a zero byte, and would take the part in front of it for the whole.
Result<std::vector<const char*>> pointers(const Parameters& values) {
  std::vector<const char*> all;
  for (const std::string& value : values.values()) {
    if (value.find('\0') != value.npos) {
      return Error{Errc::invalid_argument, "a value holds a zero byte, which no text may"};
    }
    all.push_back(value.c_str());
  }
  return all;
}

}  // namespace

std::string_view sql_text(std::string_view name) {
  return embedded_file(fmt::format("sql/postgres/{}.sql", name));
}

void Rows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int Rows::size() const {
  return PQntuples(result_.get());
}

bool Rows::is_null(int row, int column) const {
  ENSURE(row >= 0 && row < size() && column >= 0 && column < PQnfields(result_.get()));
  return PQgetisnull(result_.get(), row, column) == 1;
}

std::int64_t Rows::int64(int row, int column) const {
  ENSURE(!is_null(row, column) && PQgetlength(result_.get(), row, column) == 8);
  return read_int64(PQgetvalue(result_.get(), row, column));
}

bool Rows::boolean(int row, int column) const {
  return !is_null(row, column) && *PQgetvalue(result_.get(), row, column) != 0;
}

std::string_view Rows::text(int row, int column) const {
  if (is_null(row, column)) return {};
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void Connection::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Result<Connection> Connection::open(const std::string& url) {
  TRY(check_url(url));
  // What stands before dbname can be overruled by the URL, what stands behind it cannot.
  constexpr int names = 4;
  const std::array<const char*, names + 1> keys = {"connect_timeout", "fallback_application_name",
                                                   "dbname", "client_encoding", nullptr};
  const std::array<const char*, names + 1> values = {"10", "kensho", url.c_str(), "UTF8", nullptr};
  Connection opened(PQconnectdbParams(keys.data(), values.data(), /*expand_dbname=*/1));
  pg_conn* const connection = opened.connection_.get();
  if (PQstatus(connection) != CONNECTION_OK) return connection_error(connection);
  // Notices tell of tables that exist already and the like: nobody reads them.
  PQsetNoticeReceiver(connection, [](void*, const PGresult*) {}, nullptr);
  TRY(opened.execute(sql_text("session_settings")));
  return opened;
}

bool Connection::is_alive() const {
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

bool Connection::is_in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  return status != PQTRANS_IDLE && status != PQTRANS_UNKNOWN;
}

Result<std::string> Connection::execute(std::string_view sql) {
  PGresult* const result = PQexec(connection_.get(), std::string(sql).c_str());
  const Rows owner(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return statement_error(connection_.get(), result);
  }
  return std::string(PQcmdStatus(result));
}

Status Connection::prepare(const std::string& name) {
  if (prepared_.contains(name)) return ok();
  const std::string sql(sql_text(name));
  PGresult* const result = PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr);
  const Rows owner(result);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    return statement_error(connection_.get(), result);
  }
  prepared_.insert(name);
  return ok();
}

Result<Rows> Connection::run(std::string_view name, const Parameters& values) {
  const std::string statement(name);
  TRY(prepare(statement));
  const auto sent = TRY(pointers(values));
  PGresult* const result =
      PQexecPrepared(connection_.get(), statement.c_str(), static_cast<int>(sent.size()),
                     sent.data(), nullptr, nullptr, binary_format);
  Rows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  return statement_error(connection_.get(), result);
}

Status Connection::stream(std::string_view name, const Parameters& values,
                          const std::function<Status(const Rows&)>& visit) {
  const std::string statement(name);
  TRY(prepare(statement));
  const auto sent = TRY(pointers(values));
  if (PQsendQueryPrepared(connection_.get(), statement.c_str(), static_cast<int>(sent.size()),
                          sent.data(), nullptr, nullptr, binary_format) == 0) {
    return connection_error(connection_.get());
  }
  PQsetSingleRowMode(connection_.get());
  while (PGresult* const result = PQgetResult(connection_.get())) {
    const Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) continue;  // the end
    if (status != PGRES_SINGLE_TUPLE) {
      return drain(statement_error(connection_.get(), result));
    }
    if (Status visited = visit(rows); !visited) return drain(std::move(visited));
  }
  return ok();
}

/// Drops what is still to come, so that the connection can be used again.
Status Connection::drain(Status status) {
  while (PGresult* const result = PQgetResult(connection_.get())) PQclear(result);
  return status;
}

Status Connection::copy(std::string_view name, const CopyText& rows) {
  const std::string sql(sql_text(name));
  {
    PGresult* const begun = PQexec(connection_.get(), sql.c_str());
    const Rows owner(begun);
    if (PQresultStatus(begun) != PGRES_COPY_IN) return statement_error(connection_.get(), begun);
  }
  constexpr std::size_t piece_bytes = 1 << 20;
  const std::string& text = rows.text();
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    const std::size_t length = std::min(piece_bytes, text.size() - at);
    if (PQputCopyData(connection_.get(), text.data() + at, static_cast<int>(length)) != 1) break;
  }
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) return connection_error(connection_.get());
  PGresult* const ended = PQgetResult(connection_.get());
  const Rows owner(ended);
  if (PQresultStatus(ended) == PGRES_COMMAND_OK) return drain(ok());
  return drain(statement_error(connection_.get(), ended));
}

Result<Transaction> Transaction::begin(Connection& connection, std::string_view begin) {
  // PostgreSQL would only warn, and the inner one would end the outer one.
  if (connection.is_in_transaction()) {
    return Error{Errc::unavailable, "a batch is open on this registry; end it first"};
  }
  TRY(connection.execute(begin));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  if (connection_ != nullptr && connection_->is_alive()) (void)connection_->execute("ROLLBACK");
}

Status Transaction::commit() {
  Connection& connection = *std::exchange(connection_, nullptr);
  const auto tag = connection.execute("COMMIT");
  if (!tag && !connection.is_alive()) {
    return Error{tag.error().code,
                 fmt::format("{}; nobody knows whether it was accepted: see what the registry "
                             "holds before repeating it",
                             tag.error().message)};
  }
  if (!tag) return tag.error();
  if (*tag == "COMMIT") return ok();
  return Error{Errc::unavailable, "an earlier failure undid the transaction; repeat it"};
}

}  // namespace kensho::postgres
