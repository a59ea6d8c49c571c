"""The queries that compare the candidate generation with the live one; `migrate` installs them for the operator."""

from chassis.messaging.admin import GenerationQueries
from chassis.store.queries import queries

sql = queries(__package__)

GENERATION_QUERIES = GenerationQueries(sql.differences, sql.missing_in_candidate)
