"""The contracts of the events, where records and schemas say that they are."""
