"""`python -m deploy.cli`, which is what `minka` runs."""

from deploy.cli.application import main

if __name__ == "__main__":
    main()
