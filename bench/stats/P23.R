source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages(library(geepack))
data <- data.frame(cluster = column("cluster"), treated = column("treated"), visit = column("visit"), age = column("age"), outcome = column("outcome"))
# geepack stops when coefficients move by less than 1e-4; the tighter call is what the values are compared with
values <- function(fit) c(coef(fit), summary(fit)$coefficients[, 2])
peer("R geeglm", geeglm(outcome ~ treated + visit + age, binomial, data, id = cluster, corstr = "exchangeable"), values)
peer("R geeglm, epsilon 1e-10", geeglm(outcome ~ treated + visit + age, binomial, data, id = cluster, corstr = "exchangeable", control = geese.control(epsilon = 1e-10, maxit = 100)), values)
