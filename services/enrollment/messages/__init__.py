"""What people are told about their enrollment, by e-mail or telephone."""
