# Makes bone_marrow_transplant.json: every number of the example study on the 137 bone marrow
# transplants. Run in this folder: Rscript bone_marrow_transplant.R
suppressPackageStartupMessages({library(survival); library(cmprsk)})
source("../reference_json.R")

d <- read.csv("data/bmt_kmsurv.csv")
times <- c(100, 365, 730, 1095)
d$cause <- ifelse(d$d2 == 1, 1, ifelse(d$d1 == 1, 2, 0))  # 1 relapse, 2 death in remission

survival_set <- function(time, event) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log")
  at <- summary(fit, times = times, extend = TRUE)
  q <- quantile(fit, probs = .5)
  list(events = sum(event), at_risk = I(at$n.risk), survival = I(at$surv), std_error = I(at$std.err),
       lower = I(at$lower), upper = I(at$upper),
       median = list(estimate = unname(q$quantile), lower = unname(q$lower), upper = unname(q$upper)))
}

incidence_set <- function(time, cause, k) {
  aalen <- timepoints(cuminc(time, cause), times)
  row <- paste(1, k)
  fit <- summary(survfit(Surv(time, factor(cause, 0:2)) ~ 1, conf.type = "log-log"), times = times, extend = TRUE)
  f <- as.numeric(aalen$est[row, ])
  se <- sqrt(as.numeric(aalen$var[row, ]))
  reach <- exp(qnorm(.975) * se / (f * log(f)))  # below 1, for log f is negative
  list(events = sum(cause == k), incidence = I(f), aalen_std_error = I(se),
       aalen_lower = I(f^(1 / reach)), aalen_upper = I(f^reach),
       jackknife_std_error = I(as.numeric(fit$std.err[, k + 1])),
       jackknife_lower = I(as.numeric(fit$lower[, k + 1])), jackknife_upper = I(as.numeric(fit$upper[, k + 1])))
}

groups <- lapply(sort(unique(d$group)), function(g) {
  x <- d[d$group == g, ]
  follow_up <- quantile(survfit(Surv(t1, 1 - d1) ~ 1, x, conf.type = "log-log"), probs = .5)
  list(group = g, n = nrow(x), censored_alive_and_disease_free = sum(x$cause == 0),
       disease_free = survival_set(x$t2, x$d3), overall = survival_set(x$t1, x$d1),
       relapse = incidence_set(x$t2, x$cause, 1), death_in_remission = incidence_set(x$t2, x$cause, 2),
       deaths_after_relapse = sum(x$d1 == 1 & x$d2 == 1), alive_after_relapse = sum(x$d1 == 0 & x$d2 == 1),
       status_known_at = I(sapply(times, function(t) sum(x$t1 >= t | x$d1 == 1))),
       median_follow_up = list(estimate = unname(follow_up$quantile), lower = unname(follow_up$lower),
                               upper = unname(follow_up$upper)))
})

test <- survdiff(Surv(t2, d3) ~ group, d)
log_rank <- list(observed = I(test$obs), expected = I(test$exp), variance = I(as.vector(test$var)),
                 chi_square = test$chisq, degrees_of_freedom = 2, p_value = pchisq(test$chisq, 2, lower.tail = FALSE))

anomalies <- d[d$d2 == 0 & d$t1 != d$t2, ]
consistency <- list(
  rows = nrow(d), d3_is_d1_or_d2 = sum(d$d3 == as.integer(d$d1 | d$d2)), duplicated_rows = sum(duplicated(d)),
  relapse_after_end_of_follow_up = sum(d$d2 == 1 & d$t2 > d$t1),
  no_relapse_and_t2_differs_from_t1 = list(count = nrow(anomalies), file_row = I(which(d$d2 == 0 & d$t1 != d$t2)),
    group = I(anomalies$group), t1 = I(anomalies$t1), t2 = I(anomalies$t2), d1 = I(anomalies$d1), d3 = I(anomalies$d3)))

# Figures printed by others from the same patients, as printed.
published <- list(
  list(what = "survdiff(Surv(t2, d3) ~ group) of KMsurv::bmt: counts, expected, chi-square, p",
       source = "D. A. Moe, 'Breast Cancer: Log-Rank, Hazard, and more' (public GitHub notebook, R 4.3)",
       n = I(c(38, 54, 45)), observed = I(c(24, 25, 34)), expected_1_decimal = I(c(21.9, 40.0, 21.2)),
       square_over_expected_3_decimals = I(c(0.211, 5.604, 7.756)),
       square_over_variance_3_decimals = I(c(0.289, 11.012, 10.529)),
       chi_square_1_decimal = 13.8, p_value_3_decimals = 0.001),
  list(what = "cross table of relapse (d2) and failure (d3)", source = "the same notebook",
       d2_0_d3_0 = 54, d2_0_d3_1 = 41, d2_1_d3_1 = 42),
  list(what = "listing of group, t2, d3: all 137 rows equal to data/bmt_kmsurv.csv",
       source = "SAS/STAT User's Guide, The LIFETEST Procedure, example Enhanced Survival Plot and Multiple-Comparison Adjustments"),
  list(what = "listing of t2 and cause, group 1: all 38 rows equal to our causes, the row of 332 days as death in remission",
       source = "SAS Sample Library LIFTEX4, documentation example 4 for PROC LIFETEST"))

write_reference(list(title = "137 bone marrow transplants: the numbers of the example study",
                     versions = versions(c("survival", "cmprsk")), times = I(times), groups = groups,
                     log_rank_disease_free = log_rank, consistency = consistency, published = published),
                "bone_marrow_transplant.json")
