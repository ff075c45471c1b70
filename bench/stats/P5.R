source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
library(survival)
time <- column("time"); event <- column("event")
answer <- function(fit) {
  read <- summary(fit, times = c(1, 5, 20))
  mean <- summary(fit, rmean = 20)$table[c("rmean", "se(rmean)")]
  c(rbind(read$surv, read$std.err, read$lower, read$upper), mean)
}
peer("R survfit, its curve alone", survfit(Surv(time, event) ~ 1, conf.type = "log-log", timefix = FALSE), answer)
