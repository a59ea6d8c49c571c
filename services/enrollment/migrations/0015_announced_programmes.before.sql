-- Nothing changes here: the former release's relay may run before the topic `enrollment.programmes` exists.
SELECT;
