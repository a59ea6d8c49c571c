-- A scan from before the session's day is a conflict.
ALTER TYPE conflict_reason ADD VALUE 'session_to_come';
