# Makes aalen_johansen.json. Run in this folder: Rscript aalen_johansen.R
suppressPackageStartupMessages({library(survival); library(cmprsk)})
source("../reference_json.R")

read <- function(name) read.csv(file.path("data", paste0(name, ".csv")), check.names = FALSE, na.strings = "")

# survfit of states: incidence, infinitesimal-jackknife standard error, at every time; log-log interval at `times`.
states <- function(time, cause, causes, times) {
  state <- factor(cause, 0:causes)
  fit <- survfit(Surv(time, state) ~ 1, conf.type = "log-log")
  at <- summary(fit, times = times, extend = TRUE)
  column <- function(m, k) I(as.numeric(m[, k + 1]))
  list(time = I(fit$time), at_risk = I(as.numeric(fit$n.risk[, 1])), survival = column(fit$pstate, 0),
       causes = lapply(1:causes, function(k) list(
         incidence = column(fit$pstate, k), std_error = column(fit$std.err, k),
         at_times = list(incidence = column(at$pstate, k), std_error = column(at$std.err, k),
                         lower = column(at$lower, k), upper = column(at$upper, k)))),
       at_times = list(time = I(times), at_risk = I(as.numeric(at$n.risk[, 1])),
                       survival = column(at$pstate, 0)))
}

# cuminc: incidence and variance after each time with an event of the cause.
cuminc_set <- function(time, cause, causes) {
  fit <- cuminc(time, cause)
  lapply(1:causes, function(k) {
    curve <- fit[[paste(1, k)]]
    if (is.null(curve)) return(list(time = I(numeric()), incidence = I(numeric()), variance = I(numeric())))
    last <- !duplicated(curve$time, fromLast = TRUE) & curve$time %in% time[cause == k]
    list(time = I(curve$time[last]), incidence = I(curve$est[last]), variance = I(curve$var[last]))
  })
}

both <- function(time, cause, causes, times)
  list(causes = causes, survfit = states(time, cause, causes, times), cuminc = cuminc_set(time, cause, causes))

from_data <- function(id, data, time, cause, labels, group = NULL, times, groups = NULL) {
  d <- read(data)
  code <- match(d[[cause]], labels, nomatch = 0)
  if (is.null(groups)) groups <- if (is.null(group)) "all" else sort(unique(na.omit(d[[group]])))
  lapply(groups, function(g) {
    rows <- if (is.null(group)) rep(TRUE, nrow(d)) else !is.na(d[[group]]) & d[[group]] == g
    c(list(id = paste(id, g), data = data, time = time, cause = cause, labels = I(as.character(labels)),
           group = group, group_label = if (is.null(group)) NULL else as.character(g)),
      both(d[[time]][rows], code[rows], length(labels), times))
  })
}
inline <- function(id, time, cause, causes, times)
  list(c(list(id = id, inline = list(time = I(time), cause = I(cause))), both(time, cause, causes, times)))

set.seed(20251108)
n <- 120
cases <- c(
  from_data("cibmtr", "bmt_cibmtr", "time", "cause", 1:2, NULL, c(0.01, 3, 6, 12, 24, 60, 500)),
  from_data("cibmtr by platelet", "bmt_cibmtr", "time", "cause", 1:2, "platelet", c(3, 6, 12, 24, 60)),
  from_data("melanoma by ulcer", "melanoma", "time", "status", c(1, 3), "ulcer", c(365, 1095, 1825, 3650)),
  from_data("aidssi by ccr5", "aidssi", "time", "status", 1:2, "ccr5", c(2, 5, 8, 10, 12)),
  from_data("waiting list by blood group", "transplant_waitlist", "futime", "event",
            c("death", "ltx", "withdraw"), "abo", c(30, 90, 180, 365), c("AB", "B")),
  inline("no censoring", c(1, 2, 2, 3, 4, 4), c(1, 2, 1, 1, 2, 2), 2, c(0.5, 2, 4, 5)),
  inline("ends in events of both causes", c(1, 2, 3, 5, 5, 5, 6, 6, 6), c(1, 0, 2, 1, 2, 0, 1, 1, 2), 2, c(3, 5, 6)),
  inline("one cause", c(1, 2, 2, 3, 5, 7), c(1, 0, 1, 1, 0, 1), 1, c(1, 3, 8)),
  inline("a cause that never happens", c(1, 2, 4, 5), c(1, 0, 1, 0), 2, c(1, 4)),
  inline("heavy ties, four causes", sample(1:9, n, TRUE), sample(0:4, n, TRUE, c(3, 2, 2, 1, 1)), 4, c(2, 5, 9)))

write_reference(list(title = "Cumulative incidence: survfit of states, cmprsk::cuminc",
                     versions = versions(c("survival", "cmprsk")), cases = cases), "aalen_johansen.json")
