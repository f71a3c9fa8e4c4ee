"""Lists from municipalities, employers and health records: uploaded, looked at, in force, ended."""
