"""Sync folders as they come out of careless, confused and hostile hands: valid ones, changed in one to four places."""

from __future__ import annotations

from random import Random

from tests.attacks.folder_changes import FOLDER_CHANGES
from tests.attacks.sync_folders import TRANSFORM, SyncFolder, emit, rich_trees, shipped_trees
from tests.attacks.yaml_changes import TREE_CHANGES


def sync_folder(random: Random) -> SyncFolder:
    """One folder, changed in one to four places."""
    made = SyncFolder(transforms={"own.py": TRANSFORM.encode()})
    trees = shipped_trees() if random.random() < 0.1 else rich_trees()
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        tree = random.choice(list(trees.values()))
        random.choice(TREE_CHANGES)(random, tree) if random.random() < 0.75 else None
    made.files = {f"{name}.yaml": emit(tree).encode("utf-8", "surrogatepass") for name, tree in trees.items()}
    if random.random() < 0.35:
        random.choice(FOLDER_CHANGES)(random, made)
    return made
