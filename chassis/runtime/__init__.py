"""What a process needs to run: settings, telemetry, health, leadership, retries and jobs."""
