// A PostgreSQL server for the tests of one program: started when first asked for, gone at the end.
#pragma once

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/postgres/connection.h"

namespace kensho::test {

/// Runs tests/postgres_server.py, which ends with the pipe to it.
class PostgresServer {
 public:
  explicit PostgresServer(const std::vector<std::string>& settings = {}) {
    std::array<int, 2> to{}, from{};
    ENSURE(::pipe2(to.data(), O_CLOEXEC) == 0 && ::pipe2(from.data(), O_CLOEXEC) == 0);
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(to[0], STDIN_FILENO);
      ::dup2(from[1], STDOUT_FILENO);
      become_server(settings);
    }
    ::close(to[0]);
    ::close(from[1]);
    to_ = to[1];
    read_url(from[0]);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;
  ~PostgresServer() {
    ::close(to_);
    ::waitpid(process_, nullptr, 0);
  }

  /// The one of this program.
  static PostgresServer& shared() {
    static PostgresServer server;
    return server;
  }

  /// The database that is always there.
  const std::string& url() const { return url_; }

  /// The URL of a new, empty database.
  std::string new_database() {
    static std::atomic<int> count = 0;
    const std::string name = fmt::format("test{}", ++count);
    postgres::Connection connection = postgres::Connection::open(url_).value();
    const auto made =
        connection.execute(fmt::format("CREATE DATABASE {} TEMPLATE template0", name));
    if (!made) FAIL(made.error().message);
    std::string url = url_;
    return url.replace(url.find("/postgres?"), 10, fmt::format("/{}?", name));
  }

 private:
  [[noreturn]] static void become_server(const std::vector<std::string>& settings) {
    std::vector<const char*> arguments = {"python3", KENSHO_SOURCE_DIR "/tests/postgres_server.py"};
    for (const std::string& setting : settings) arguments.push_back(setting.c_str());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], const_cast<char* const*>(arguments.data()));
    ::_exit(127);
  }

  void read_url(int from) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(::fdopen(from, "r"), &std::fclose);
    std::array<char, 1000> line{};
    if (std::fgets(line.data(), static_cast<int>(line.size()), file.get()) == nullptr) {
      FAIL("no PostgreSQL server for the tests: see above; apt-get install postgresql");
    }
    url_ = line.data();
    url_.pop_back();  // the end of the line
  }

  int process_ = -1;
  int to_ = -1;
  std::string url_;
};

}  // namespace kensho::test
