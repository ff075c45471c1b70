#include "acts.h"

#include <array>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "kill_switch.h"
#include "wiring/intake.h"

namespace kensho::sim {
namespace {

class Reports final : public CaseSource {
 public:
  explicit Reports(std::vector<CaseReport> reports) : reports_(std::move(reports)) {}
  Result<std::optional<SourcedRow>> next() override {
    if (at_ == reports_.size()) return std::optional<SourcedRow>();
    const std::size_t row = at_++;
    return std::optional(SourcedRow{.line = row + 2, .report = reports_[row], .problems = {}});
  }

 private:
  std::vector<CaseReport> reports_;
  std::size_t at_ = 0;
};

}  // namespace

Result<app::ImportReport> import_reports(app::Journal& journal, std::vector<CaseReport> reports,
                                         const std::string& digest) {
  Reports source(std::move(reports));
  return app::import_cases(journal, source,
                           {.actor = user, .digest = digest, .file_name = "rows.csv", .reason = ""},
                           {.on_problem = [](const RowProblem&) {}, .on_progress = nullptr});
}

Status send_reports(const std::filesystem::path& folder, const Clock& clock,
                    const std::vector<Sent>& sent,
                    const std::function<void(const Result<app::Accepted>&)>& on_answer) {
  auto intake = TRY(wiring::Intake::open(folder, clock, nullptr));
  for (const Sent& item : sent) {
    app::SealedReport sealed =
        TRY(app::seal_report({item.client, item.report.institution}, item.key, item.report));
    TRY(intake->sequencer().submit(std::move(sealed), on_answer));
  }
  return intake->stop();
}

ChildEnd in_killed_child(long disk_calls, const std::function<bool(int pipe)>& work) {
  std::array<int, 2> ends{};
  ENSURE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  ENSURE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    kill_before_disk_call(disk_calls);
    ::_exit(work(ends[1]) ? 0 : 1);
  }
  ::close(ends[1]);
  ChildEnd end;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    end.told.append(buffer.data(), static_cast<std::size_t>(count));
  ::close(ends[0]);
  int status = 0;
  ENSURE(::waitpid(child, &status, 0) == child);
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  end.failed = !end.killed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0);
  return end;
}

}  // namespace kensho::sim
