"""What operators use: the local trial, the `minka` command, containers, runbooks."""
