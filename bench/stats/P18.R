source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages(library(survival))
time <- column("time"); event <- column("event"); arm <- column("arm")
# 200 simulated and analysed trials, times 50; the value compared is that of our trial 0
once <- function() {
  entry <- runif(500, 0, 12); event_time <- rexp(500, 0.05 * ifelse(arm == 1, 0.7, 1))
  survdiff(Surv(pmin(event_time, 30 - entry), event_time <= 30 - entry) ~ arm)$chisq
}
peer("R survdiff loop (200 trials, times 50)", { for (i in 1:200) once(); survdiff(Surv(time, event) ~ arm)$chisq }, identity, scale = 50)
