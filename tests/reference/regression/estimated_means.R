# Estimated marginal means and contrasts by emmeans. Rscript estimated_means.R > estimated_means.json (from this folder)
suppressMessages({library(emmeans); library(MASS)})
options(digits = 17, contrasts = c("contr.treatment", "contr.poly"))
rd <- function(n) read.csv(file.path("..", "r", "data", paste0(n, ".csv")), na.strings = "", stringsAsFactors = FALSE)
num <- function(x) if (is.character(x)) paste0("[", paste0('"', x, '"', collapse = ", "), "]") else paste0("[", paste(ifelse(is.finite(x), sprintf("%.17g", x), "null"), collapse = ", "), "]")
tab <- function(d, name) paste0("{", paste(sprintf('"%s": %s', c("name", "estimate", "se", "df", "lower", "upper", "p"),
  sapply(list(name, d$e, d$SE, d$df, d$l, d$u, d$p.value), num)), collapse = ",\n     "), "}")
means <- function(fit, f, w) { m <- emmeans(fit, f, weights = w); s <- as.data.frame(summary(m, infer = c(TRUE, TRUE))); p <- as.data.frame(summary(pairs(m, adjust = "none"), infer = c(TRUE, TRUE)))
  fix <- function(d) { names(d)[names(d) %in% c("emmean", "estimate")] <- "e"; names(d)[names(d) %in% c("lower.CL", "asymp.LCL")] <- "l"; names(d)[names(d) %in% c("upper.CL", "asymp.UCL")] <- "u"; d }
  s <- fix(s); p <- fix(p); paste0('{"means": ', tab(s, as.character(s[[1]])), ',\n    "pairs": ', tab(p, as.character(p[[1]])), "}") }
a <- rd("anorexia"); q <- rd("quine"); b <- rd("birthwt"); b$race <- factor(b$race); b$smoke <- factor(b$smoke)
f1 <- lm(Postwt ~ Treat * Prewt, a); f2 <- lm(Days ~ Eth + Sex * Age + Lrn, q); f3 <- glm(low ~ race + smoke + lwt, binomial, b, control = glm.control(epsilon = 1e-15, maxit = 100))
out <- c(anorexia = means(f1, "Treat", "equal"), quine_equal = means(f2, "Sex", "equal"), quine_proportional = means(f2, "Sex", "proportional"), birthwt = means(f3, "race", "equal"))
cat("{\n", paste(sprintf('"%s": %s', names(out), out), collapse = ",\n"), "\n}\n", sep = "")
