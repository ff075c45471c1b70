#include "http/static_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "http/content_type.h"
#include "http/loopback_client.h"
#include "http/router.h"
#include "http/target.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

// A folder with a public tree and a secret beside it, removed at the end.
class Tree {
 public:
  Tree() {
    std::string name = (fs::temp_directory_path() / "kensho_static_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    base_ = name;
    write("secret.txt", "secret");
    write("site/index.html", "<p>home");
    write("site/ja/index.html", "<p>ホーム");
    write("site/data.csv", "a,b\n1,2\n");
    write("site/検証 1.txt", "text");
    write("site/.htpasswd", "secret");
    write("site/.well-known/security.txt", "contact");
    write("site/empty/deep/x", "");
    fs::create_symlink("../secret.txt", base_ / "site/link.txt");
    fs::create_symlink("..", base_ / "site/up");
    fs::create_symlink("data.csv", base_ / "site/inside.csv");
    REQUIRE(::mkfifo((base_ / "site/pipe").c_str(), 0600) == 0);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() { fs::remove_all(base_); }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((base_ / name).parent_path());
    std::ofstream(base_ / name) << text;
  }
  std::string root() const { return (base_ / "site").string(); }
  fs::path path(const std::string& name) const { return base_ / name; }

 private:
  fs::path base_;
};

Request request_for(std::string_view target) {
  Target parsed = parse_target(target).value();
  Request request;
  request.raw_path = std::move(parsed.raw_path);
  request.raw_query = std::move(parsed.raw_query);
  request.segments = std::move(parsed.segments);
  return request;
}

std::string header(const Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, &NamedValue::name);
  return found == response.headers.end() ? "" : found->value;
}

std::string content(const Response& response) {
  if (!response.file) return "";
  std::string text(1000, ' ');
  text.resize(response.file->read_at(0, text).value());
  return text;
}

StaticFiles files_of(const Tree& tree) {
  return StaticFiles::make({.root = tree.root()}).value();
}

TEST_CASE("files are found with their type, folders by their index") {
  const Tree tree;
  const StaticFiles files = files_of(tree);
  const Response csv = files(request_for("/data.csv")).value();
  CHECK(csv.content_type == "text/csv; charset=utf-8");
  CHECK(content(csv) == "a,b\n1,2\n");
  CHECK(csv.file->size_bytes() == 8);
  CHECK(header(csv, "Cache-Control") == "no-cache");
  CHECK(content(files(request_for("/")).value()) == "<p>home");
  CHECK(content(files(request_for("/ja/")).value()) == "<p>ホーム");
  CHECK(content(files(request_for("/%E6%A4%9C%E8%A8%BC%201.txt")).value()) == "text");
  CHECK(content(files(request_for("/.well-known/security.txt")).value()) == "contact");
}

TEST_CASE("a folder without its slash is redirected, query kept") {
  const Tree tree;
  const Response response = files_of(tree)(request_for("/ja?x=1")).value();
  CHECK(response.status == 308);
  CHECK(header(response, "Location") == "/ja/?x=1");
}

TEST_CASE("nothing outside the folder, linked, hidden or special is served") {
  const Tree tree;
  const StaticFiles files = files_of(tree);
  for (const std::string target : {"/none",
                                   "/data.csv/",
                                   "/data.csv/x",
                                   "/empty/",
                                   "/..%2fsecret.txt",
                                   "/%2fetc/passwd",
                                   "/etc/passwd",
                                   "//data.csv",
                                   "//example.org/ja",
                                   "/ja//index.html",
                                   "/link.txt",
                                   "/up/secret.txt",
                                   "/up/site/data.csv",
                                   "/inside.csv",
                                   "/.htpasswd",
                                   "/.git/config",
                                   "/...",
                                   "/pipe",
                                   "/ja%2findex.html",
                                   "/%252e%252e/secret.txt",
                                   "/%2e%2e%2fsecret.txt",
                                   "/..%5csecret.txt",
                                   "/DATA.CSV"}) {
    CAPTURE(target);
    const auto response = files(request_for(target));
    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::not_found);
  }
}

TEST_CASE("segments that no parsed target can hold are refused all the same") {
  const Tree tree;
  const StaticFiles files = files_of(tree);
  using Segments = std::vector<std::string>;
  for (const Segments& segments :
       {Segments{"..", "secret.txt"}, Segments{".", "data.csv"}, Segments{"../secret.txt"},
        Segments{"/etc/passwd"}, Segments{std::string("data.csv\0.html", 14)}, Segments{},
        Segments{"", "data.csv"}, Segments{std::string(5000, 'a')}}) {
    Request request;
    request.segments = segments;
    CHECK_FALSE(files(request));
  }
}

TEST_CASE("an unchanged file is 304, a changed one is sent") {
  const Tree tree;
  const StaticFiles files = files_of(tree);
  const Response first = files(request_for("/data.csv")).value();
  const std::string tag = header(first, "ETag");
  CHECK((tag.starts_with('"') && tag.ends_with('"')));

  const auto status_with = [&](const char* name, const std::string& value) {
    Request request = request_for("/data.csv");
    request.headers = {{name, value}};
    return files(request)->status;
  };
  CHECK(status_with("if-none-match", tag) == 304);
  CHECK(status_with("if-none-match", "\"other\" , W/" + tag) == 304);
  CHECK(status_with("if-none-match", "*") == 304);
  CHECK(status_with("if-none-match", "\"other\"") == 200);
  CHECK(status_with("if-modified-since", header(first, "Last-Modified")) == 304);
  CHECK(status_with("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT") == 200);

  const auto written_at = fs::last_write_time(tree.path("site/data.csv"));
  tree.write("site/data.csv", "a,b\n3,4\n");  // same size, and the same time of writing
  fs::last_write_time(tree.path("site/data.csv"), written_at);
  CHECK(status_with("if-none-match", tag) == 200);
}

TEST_CASE("the caller's policy sets caching and type by the path below the mount") {
  const Tree tree;
  tree.write("site/tile/0/001", "tile");
  const StaticFiles files = StaticFiles::make({.root = tree.root(),
                                               .mount = "/log",
                                               .policy =
                                                   [](std::string_view path) {
                                                     return path.starts_with("tile/")
                                      ? FilePolicy{"public, max-age=31536000, immutable", ""}
                                      : FilePolicy{"no-store", "text/plain; charset=utf-8"};
                                                   }})
                                .value();
  const Response tile = files(request_for("/log/tile/0/001")).value();
  CHECK(header(tile, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(tile.content_type == "application/octet-stream");
  const Response other = files(request_for("/log/data.csv")).value();
  CHECK(header(other, "Cache-Control") == "no-store");
  CHECK(other.content_type == "text/plain; charset=utf-8");
  CHECK_FALSE(files(request_for("/log")));
}

TEST_CASE("a folder that is missing or a mount without a slash is refused at once") {
  CHECK_FALSE(StaticFiles::make({.root = "/nonexistent"}));
  const Tree tree;
  CHECK_FALSE(StaticFiles::make({.root = tree.root(), .mount = "log"}));
  CHECK_FALSE(StaticFiles::make({.root = tree.root(), .mount = "/log/"}));
  CHECK_FALSE(StaticFiles::make({.root = tree.path("secret.txt").string()}));
}

TEST_CASE("a root that is a link may be switched while the server runs") {
  const Tree tree;
  tree.write("next/index.html", "<p>next");
  fs::create_directory_symlink("site", tree.path("current"));
  const StaticFiles files = StaticFiles::make({.root = tree.path("current").string()}).value();
  CHECK(content(files(request_for("/")).value()) == "<p>home");
  fs::remove(tree.path("current"));
  fs::create_directory_symlink("next", tree.path("current"));
  CHECK(content(files(request_for("/")).value()) == "<p>next");
}

TEST_CASE("types are chosen by the end of the name") {
  CHECK(content_type_of("a.html") == "text/html; charset=utf-8");
  CHECK(content_type_of("a.min.js") == "text/javascript; charset=utf-8");
  CHECK(content_type_of("a.json") == "application/json");
  CHECK(content_type_of("a.woff2") == "font/woff2");
  CHECK(content_type_of("a.exe") == "application/octet-stream");
  CHECK(content_type_of("html") == "application/octet-stream");
}

// Served through sockets from here on.
Handler handler_of(const Tree& tree) {
  auto router = std::make_shared<Router>(
      Router::make({{Method::get, "/{path...}", files_of(tree), ""}}).value());
  return [router](Request request) { return router->handle(std::move(request)); };
}

std::string get(std::string_view path, std::string_view more = "") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, more);
}

TEST_CASE("no way of writing a path reaches the secret, through the whole server") {
  const Tree tree;
  RunningServer server({}, handler_of(tree));
  for (const std::string path :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2fsecret.txt",
        "/%252e%252e%252fsecret.txt", "/ja/../../secret.txt", "/ja/..%2f..%2fsecret.txt",
        "/..\\secret.txt", "/..%5csecret.txt", "/%c0%ae%c0%ae/secret.txt", "/./../secret.txt",
        "//../secret.txt", "/link.txt", "/up/secret.txt", "/secret.txt%00.html", "/.htpasswd",
        "/%2ehtpasswd", "http://x/../secret.txt", "../secret.txt"}) {
    CAPTURE(path);
    const std::string response = server.exchange(get(path));
    const bool refused =
        response.starts_with("HTTP/1.1 404 ") || response.starts_with("HTTP/1.1 400 ");
    CHECK(refused);
    CHECK_FALSE(response.ends_with("secret"));
  }
}

TEST_CASE("a file, its head and its 304 agree") {
  const Tree tree;
  RunningServer server({}, handler_of(tree));
  LoopbackClient client(server.port());
  client.send(get("/data.csv"));
  const std::string whole = client.response();
  CHECK(whole.ends_with("a,b\n1,2\n"));
  client.send("HEAD /data.csv HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.response(true) == whole.substr(0, whole.size() - 8));
  const auto tag_at = whole.find("ETag: ") + 6;
  const std::string tag = whole.substr(tag_at, whole.find("\r\n", tag_at) - tag_at);
  client.send(get("/data.csv", "If-None-Match: " + tag + "\r\n"));
  const std::string unchanged = client.response();
  CHECK(unchanged.starts_with("HTTP/1.1 304 "));
  CHECK(unchanged.find(tag) != std::string::npos);
  CHECK(unchanged.ends_with("\r\n\r\n"));
}

long resident_kilobytes() {
  long total_pages = 0;
  long resident_pages = 0;
  std::ifstream("/proc/self/statm") >> total_pages >> resident_pages;
  return resident_pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

TEST_CASE("a file of 64 MB is streamed in little memory") {
  const Tree tree;
  constexpr std::uint64_t size_bytes = 64ULL * 1024 * 1024;
  tree.write("site/big.bin", "");
  fs::resize_file(tree.path("site/big.bin"), size_bytes);  // sparse
  RunningServer server({}, handler_of(tree));
  const long before = resident_kilobytes();

  LoopbackClient client(server.port());
  client.send(get("/big.bin", "Connection: close\r\n"));
  const std::uint64_t received = client.count_rest();

  CHECK(received > size_bytes);
  CHECK(received < size_bytes + 4096);
  CHECK(resident_kilobytes() - before < 8 * 1024);
}

TEST_CASE("a file that shrinks while it is sent breaks the connection instead of lying") {
  const Tree tree;
  constexpr std::uint64_t size_bytes = 64ULL * 1024 * 1024;
  tree.write("site/big.bin", "");
  fs::resize_file(tree.path("site/big.bin"), size_bytes);
  RunningServer server({}, handler_of(tree));
  LoopbackClient client(server.port());
  client.send(get("/big.bin"));
  REQUIRE(client.receive());
  // The buffers of two sockets hold far less than the file, so the server waits for us halfway.
  fs::resize_file(tree.path("site/big.bin"), 1000);
  CHECK(client.count_rest() < size_bytes);
}

}  // namespace
}  // namespace kensho
