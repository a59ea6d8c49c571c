-- Nothing changes here: workers of the former release go on reading `enrollment.events`.
SELECT;
