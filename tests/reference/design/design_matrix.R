# Makes design_matrix.json. Run in this folder: Rscript design_matrix.R
library(splines)
source("../reference_json.R")
read <- function(name) {
  d <- read.csv(file.path("../r/data", paste0(name, ".csv")), check.names = FALSE, na.strings = c("", "NA"))
  for (v in names(d)) if (is.character(d[[v]])) d[[v]] <- factor(d[[v]], levels = sort(unique(d[[v]]), method = "radix"))
  d
}

# Restricted cubic splines by their formula (Harrell 2015, eq. 2.25), knots as in his rcspline.eval.
rcs <- function(x, k) {
  present <- sort(x[!is.na(x)])
  outer <- if (k > 6) .025 else if (k > 3) .05 else .10
  t <- unname(quantile(present, seq(outer, 1 - outer, length.out = k)))
  if (length(present) < 100) { t[1] <- present[5]; t[k] <- present[length(present) - 4] }
  plus <- function(u) pmax(u, 0)^3
  bend <- sapply(1:(k - 2), function(j)
    (plus(x - t[j]) - plus(x - t[k - 1]) * (t[k] - t[j]) / (t[k] - t[k - 1]) +
       plus(x - t[k]) * (t[k - 1] - t[j]) / (t[k] - t[k - 1])) / (t[k] - t[1])^2)
  unname(cbind(x, bend))
}

# The first rows in full, and of all rows two sums that notice a value in the wrong place.
designed <- function(id, data, formula, d = read(data)) {
  f <- as.formula(formula)
  frame <- model.frame(f, d, drop.unused.levels = TRUE)
  x <- model.matrix(f, frame)
  assign <- attr(x, "assign")
  place <- as.integer(rownames(x))
  list(id = id, data = data, formula = formula, names = I(colnames(x)), term = I(assign),
       term_names = I(attr(terms(f), "term.labels")), rows = nrow(x), first_rows = I(head(place, 12)),
       first = lapply(seq_len(min(12, nrow(x))), function(i) I(unname(x[i, ]))),
       sum = I(unname(colSums(x))), weighted_sum = I(unname(colSums(x * place))))
}
case <- function(data, formula) designed(paste(data, formula), data, formula)

# Bases on values the knots were not placed by.
predicted <- function(id, x, new, df) {
  b <- ns(x, df)
  list(id = id, x = I(x), new = I(new), df = df, knots = I(unname(attr(b, "knots"))),
       basis = lapply(seq_along(new), function(i) I(unname(c(predict(b, new)[i, ])))))
}
skew <- c(0.3, 0.4, 0.9, 1.1, 1.7, 2.2, 2.9, 4.1, 7.3, 18.5, 40.25)

cases <- list(
  case("lung", "time ~ age + sex"),
  case("lung", "~ factor(sex) * ph.ecog"),
  case("lung", "~ factor(ph.ecog) + factor(sex) - 1"),
  case("lung", "~ age:factor(sex)"),
  case("lung", "~ age + age:factor(sex)"),
  case("lung", "~ 0 + age:factor(sex) + factor(ph.ecog)"),
  case("birthwt", "low ~ age + lwt + factor(race) + smoke + ht + ui"),
  case("birthwt", "low ~ factor(race) * smoke * age"),
  case("birthwt", "~ factor(race):factor(smoke)"),
  case("birthwt", "~ factor(race):factor(smoke) - 1"),
  case("birthwt", "~ factor(race) + factor(race):factor(smoke)"),
  case("birthwt", "~ factor(smoke):factor(race) + factor(ui):factor(race) + factor(ht)"),
  case("birthwt", "~ factor(race):factor(smoke):factor(ui) + factor(race):factor(smoke)"),
  case("birthwt", "~ factor(race):age + factor(smoke):age"),
  case("fev_data", "FEV1 ~ RACE + SEX + ARMCD * AVISIT"),
  case("fev_data", "FEV1 ~ 0 + RACE + SEX + ARMCD:AVISIT"),
  case("fev_data", "~ AVISIT:ARMCD + FEV1_BL"),
  case("epil", "y ~ log(base) + trt + log(age) + V4"),
  case("epil", "y ~ trt * V4 + log(base)"),
  case("pbc", "~ log(bili) + sex + factor(stage) + edema"),
  case("pbc", "~ ns(age, 1)"),
  case("pbc", "~ ns(age, 2)"),
  case("pbc", "~ ns(age, 4) + sex"),
  case("pbc", "~ ns(bili, 3) * sex"),
  case("pbc", "~ ns(trig, 3) + ns(bili, 5) - 1"),
  case("pbc", "~ sex:ns(age, 3)"),
  case("pbc", "~ rcs(age, 3)"),
  case("pbc", "~ rcs(bili, 4) * sex"),
  case("pbc", "~ rcs(trig, 5) + rcs(alk.phos, 7)"),
  case("ovarian", "~ rcs(age, 4)"),
  case("lung", "~ 1"))

write_reference(list(
  title = "Designs: model.matrix and ns of R; rcs by its formula", versions = versions("splines"), cases = cases,
  predicted = list(
    predicted("no interior knot", skew, c(-2, 0.3, 1, 20, 40.25, 55), 1),
    predicted("one interior knot", skew, c(-2, 0.3, 1, 2.2, 20, 40.25, 55), 2),
    predicted("four interior knots", skew, c(-2, 0.3, 1, 20, 40.25, 55), 5)),
  quoted = { d <- data.frame(check.names = FALSE, `dose mg` = c(1, 2, 4), `type of cell` = factor(c("a", "b", "a")))
             list(names = I(colnames(model.matrix(~ `dose mg` + `type of cell`, d)))) }),
  "design_matrix.json")
