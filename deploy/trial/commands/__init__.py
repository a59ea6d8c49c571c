"""The commands that `minka` has only where the trial is installed: one module per command."""
