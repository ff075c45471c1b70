# Curves for the figure tests: simulated patients, Kaplan-Meier by R's survival package.
# Rscript curves.R > curves.csv   (R 4.2.2, survival 3.5)
# Columns: set, group, time, estimate, lower, upper (log-log 95% interval, empty where there is
# none), censored (1 when someone is censored at that time), at_risk (just before that time).
suppressMessages(library(survival))

patients <- function(seed, sizes, medians, shape, censor_max) {
  set.seed(seed)
  group <- rep(seq_along(sizes), sizes)
  event <- rweibull(length(group), shape, (medians / log(2)^(1 / shape))[group])
  censor <- runif(length(group), censor_max / 8, censor_max)
  data.frame(group, time = ceiling(pmin(event, censor)), event = as.integer(event <= censor))
}

print_set <- function(name, data) {
  for (g in sort(unique(data$group))) {
    fit <- survfit(Surv(time, event) ~ 1, data[data$group == g, ], conf.type = "log-log")
    number <- function(x) ifelse(is.na(x), "", sprintf("%.6f", x))
    cat(sprintf("%s,%d,%g,%s,%s,%s,%d,%d\n", name, g, fit$time, number(fit$surv),
                number(fit$lower), number(fit$upper), as.integer(fit$n.censor > 0),
                as.integer(fit$n.risk)), sep = "")
  }
}

cat("set,group,time,estimate,lower,upper,censored,at_risk\n")
print_set("one", patients(1, 60, 30, 1.2, 60))
print_set("three", patients(2, c(38, 54, 45), c(500, 2200, 250), 0.6, 2600))
print_set("five", patients(3, c(30, 30, 30, 30, 30), c(12, 20, 30, 55, 90), 1, 72))
