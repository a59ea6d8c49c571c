-- name: figure
-- Why: A repeated command compares the figure with itself.
SELECT figure_id, publication_id, period_start, period_end, reach, impressions, grade FROM platform_figures WHERE figure_id = :figure_id;

-- name: add_figure
-- Why: A recorded figure is never changed.
INSERT INTO platform_figures (figure_id, publication_id, period_start, period_end, reach, impressions, grade)
VALUES (:figure_id, :publication_id, :period_start, :period_end, :reach, :impressions, :grade);

-- name: figures
-- Why: The lists show each figure by itself. Figures are never added up.
SELECT f.figure_id, f.publication_id, f.period_start, f.period_end, f.reach, f.impressions, f.grade, f.recorded_at, f.number, p.channel, a.title
FROM platform_figures f JOIN publications p USING (publication_id) JOIN assets a USING (asset_id);
