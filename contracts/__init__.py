"""What Minka's services, and strangers who listen to them, share: events, their envelope, and the topics."""

VERSION = "0.1.0"
