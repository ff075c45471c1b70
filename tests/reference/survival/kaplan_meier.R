# Makes kaplan_meier.json. Run in this folder: Rscript kaplan_meier.R
suppressPackageStartupMessages(library(survival))
source("../reference_json.R")

read <- function(name) read.csv(file.path("data", paste0(name, ".csv")), check.names = FALSE, na.strings = "")
probabilities <- c(.25, .5, .75)

interval_set <- function(time, event, times, type, level) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = type, conf.int = level)
  at <- summary(fit, times = times, extend = TRUE)
  q <- quantile(fit, probs = probabilities)
  list(transform = gsub("-", "_", type), level = level, lower = I(fit$lower), upper = I(fit$upper),
       at_times = list(lower = I(at$lower), upper = I(at$upper)),
       quantiles = list(estimate = I(unname(q$quantile)), lower = I(unname(q$lower)),
                        upper = I(unname(q$upper))))
}

curve <- function(time, event, times, levels = .95) {
  fit <- survfit(Surv(time, event) ~ 1)
  steps <- summary(fit, censored = TRUE)
  at <- summary(fit, times = times, extend = TRUE)
  choices <- expand.grid(type = c("plain", "log", "log-log"), level = levels, stringsAsFactors = FALSE)
  list(n = fit$n,
       steps = list(time = I(steps$time), at_risk = I(steps$n.risk), events = I(steps$n.event),
                    censored = I(steps$n.censor), survival = I(steps$surv), std_error = I(steps$std.err)),
       at_times = list(time = I(times), at_risk = I(at$n.risk), survival = I(at$surv),
                       std_error = I(at$std.err)),
       probabilities = I(probabilities),
       intervals = Map(function(type, level) interval_set(time, event, times, type, level),
                       choices$type, choices$level) |> unname())
}

# A case over a data file: which rows (group), which columns, which code is the event.
from_data <- function(id, data, time, event, event_code, group = NULL, times) {
  d <- read(data)
  groups <- if (is.null(group)) "all" else sort(unique(na.omit(d[[group]])))
  lapply(groups, function(g) {
    rows <- if (is.null(group)) rep(TRUE, nrow(d)) else !is.na(d[[group]]) & d[[group]] == g
    c(list(id = paste(id, g), data = data, time = time, event = event, event_code = event_code,
           group = group, group_code = if (is.null(group)) NULL else g),
      curve(d[[time]][rows], as.integer(d[[event]][rows] == event_code), times))
  })
}

inline <- function(id, time, event, times, levels = .95)
  list(c(list(id = id, inline = list(time = I(time), event = I(event))), curve(time, event, times, levels)))

cases <- c(
  from_data("bmt disease-free", "bmt_kmsurv", "t2", "d3", 1, "group", c(30, 100, 365, 730, 1825, 9999)),
  from_data("bmt overall", "bmt_kmsurv", "t1", "d1", 1, NULL, c(100, 365, 730)),
  from_data("alloauto", "alloauto", "time", "delta", 1, "type", c(6, 12, 24, 36)),
  from_data("lung", "lung", "time", "status", 2, "sex", c(90, 180, 365, 730)),
  from_data("cmv", "cytomegalovirus_hsct", "time.to.cmv", "cmv", 1, "recipient.cmv", c(1, 3, 6, 12)),
  from_data("lung reverse", "lung", "time", "status", 1, NULL, c(90, 365)),
  inline("falls to zero", c(1, 2, 2, 3, 4, 5), c(0, 1, 0, 1, 1, 1), c(0, .5, 1, 2, 2.5, 5, 7), c(.8, .95)),
  inline("flat at the median", c(1, 2, 3, 4, 5, 6, 7, 8), c(1, 1, 1, 1, 0, 1, 0, 1), c(0, 4, 5, 6, 8)),
  inline("ends flat at the median", c(1, 2, 3, 4, 5, 6), c(1, 1, 1, 0, 0, 0), c(3, 6)),
  inline("all censored", c(1, 2, 2, 3), c(0, 0, 0, 0), c(0, 2, 9)),
  inline("all at once", c(4, 4, 4), c(1, 1, 1), c(3, 4, 5)),
  inline("one subject", 2, 1, c(1, 2)),
  inline("event at zero", c(0, 0, 3, 4, 5, 6), c(1, 0, 0, 1, 0, 0), c(0, 1, 10)),
  inline("event and censoring tied", c(5, 5, 5, 8, 8, 9, 9, 12), c(1, 0, 1, 0, 0, 1, 0, 1), c(5, 8, 9), c(.5, .99)))

write_reference(list(title = "Kaplan-Meier: survfit, summary.survfit, quantile.survfit",
                     versions = versions("survival"), cases = cases), "kaplan_meier.json")
