source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages({library(survival); library(boot)})
time <- column("time"); event <- column("event")
d <- data.frame(time, event, matrix(column("x"), nrow = length(time)))
peer("R boot of coxph, 1,000 replicates",
     boot(d, function(data, rows) coef(coxph(Surv(time, event) ~ ., data[rows, ])), R = 1000),
     function(result) nrow(result$t), repeats = 1)
