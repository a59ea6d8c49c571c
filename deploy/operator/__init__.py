"""The operator's command `minka`: one module per command, all listed in `application.py`.

It needs the contracts, the chassis, and the addresses and passwords in its environment. It knows no service's code and
nothing of the trial: `deploy.trial` adds the trial's own commands where the whole repository is installed.
"""
