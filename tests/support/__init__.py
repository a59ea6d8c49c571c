"""What tests of every folder may use: the running broker and database, fresh databases and topics, waiting."""
