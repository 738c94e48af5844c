"""The way in when Paceline is installed: its folders are put first on the path, then the command line runs."""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line."""
    folder = Path(__file__).resolve().parent
    sys.path.insert(0, str(folder / "_app" if (folder / "_app").is_dir() else folder.parent))
    from api.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
