# Cumulative incidence for the figure tests: simulated patients, Aalen-Johansen by R's survival.
# Rscript incidence.R > incidence.csv   (R 4.2.2, survival 3.5)
# Columns: time, incidence of causes 1 to 3, at_risk (just before that time).
suppressMessages(library(survival))
set.seed(4)
n <- 214
event_time <- rexp(n, 0.032)
cause <- sample(1:3, n, TRUE, c(0.5, 0.3, 0.2))
censor <- runif(n, 3, 30)
data <- data.frame(time = round(pmin(event_time, censor, 24), 1),
                   state = factor(ifelse(event_time <= pmin(censor, 24), cause, 0), 0:3))
fit <- survfit(Surv(time, state) ~ 1, data)
cat("time,cause_1,cause_2,cause_3,at_risk\n")
cat(sprintf("%g,%.6f,%.6f,%.6f,%d\n", fit$time, fit$pstate[, 2], fit$pstate[, 3], fit$pstate[, 4],
            as.integer(fit$n.risk[, 1])), sep = "")
