"""The program's entry: `batch-offboard`, or `python -m batch_offboard`."""

from batch_offboard.cli import main

if __name__ == "__main__":
    main()
