import ast
from pathlib import Path

import batch_offboard.simulator


def test_the_simulator_imports_nothing_else_of_the_program() -> None:
    """A witness that shared code with the program would share its mistakes."""
    foreign = []
    for path in Path(batch_offboard.simulator.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            ours = (n for n in names if n.startswith("batch_offboard"))
            foreign += [n for n in ours if not n.startswith("batch_offboard.simulator")]
            foreign += [n for n in names if n.startswith("PureCloudPlatformClientV2")]
    assert foreign == []
