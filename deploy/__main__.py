"""`python -m deploy`: the command `minka` of the whole repository, the operator's commands and the trial's."""

from deploy.trial.application import main

if __name__ == "__main__":
    main()
