"""Sessions and bookings: the coordinator's week, the phone agent's call, the lists."""
