"""Organizations of civil society, whose members take part."""
