# Makes log_rank.json. Run in this folder: Rscript log_rank.R
suppressPackageStartupMessages(library(survival))
source("../reference_json.R")

read <- function(name) read.csv(file.path("data", paste0(name, ".csv")), check.names = FALSE, na.strings = "")

tested <- function(time, event, group, stratum = NULL) {
  fit <- if (is.null(stratum)) survdiff(Surv(time, event) ~ group)
         else survdiff(Surv(time, event) ~ group + strata(stratum))
  total <- function(x) if (is.matrix(x)) rowSums(x) else x
  df <- sum(total(fit$exp) > 0) - 1
  list(subjects = I(as.vector(fit$n)), observed = I(total(fit$obs)), expected = I(total(fit$exp)),
       variance = I(as.vector(fit$var)), chi_square = fit$chisq, degrees_of_freedom = df,
       p_value = pchisq(fit$chisq, df, lower.tail = FALSE))
}
from_data <- function(id, data, time, event, event_code, group, stratum = NULL) {
  d <- read(data)
  if (!is.null(stratum)) d <- d[!is.na(d[[stratum]]), ]
  c(list(id = id, data = data, time = time, event = event, event_code = event_code, group = group,
         stratum = stratum),
    tested(d[[time]], as.integer(d[[event]] == event_code), d[[group]],
           if (is.null(stratum)) NULL else d[[stratum]]))
}
inline <- function(id, time, event, group, stratum = NULL)
  c(list(id = id, inline = list(time = I(time), event = I(event), group = I(group), stratum = if (is.null(stratum)) NULL else I(stratum))),
    tested(time, event, group, stratum))

cases <- list(
  from_data("bmt group", "bmt_kmsurv", "t2", "d3", 1, "group"),
  from_data("bmt group by hospital", "bmt_kmsurv", "t2", "d3", 1, "group", "z9"),
  from_data("alloauto", "alloauto", "time", "delta", 1, "type"),
  from_data("lung by ECOG status, missing dropped", "lung", "time", "status", 2, "sex", "ph.ecog"),
  inline("one group leaves before the first event", c(1, 2, 5, 6, 7, 8, 9, 9), c(0, 0, 1, 1, 0, 1, 1, 1),
         c(3, 3, 1, 2, 1, 2, 1, 2)),
  inline("ties in every group", c(2, 2, 2, 2, 3, 3, 3, 5, 5, 5, 6, 6), c(1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1),
         c(0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 1, 0)),
  inline("strata with their own times", c(1, 2, 3, 4, 1, 2, 3, 4, 5, 5), c(1, 1, 0, 1, 1, 1, 1, 0, 1, 1),
         c(1, 2, 1, 2, 2, 1, 1, 2, 1, 2), c(1, 1, 1, 1, 2, 2, 2, 2, 2, 2)))

write_reference(list(title = "Log-rank: survdiff", versions = versions("survival"), cases = cases), "log_rank.json")
