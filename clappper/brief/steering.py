"""Which of a brief's own control pictures steer a scene: maps of its parts, and of its depth.

One map steers every scene that asks for it. Of several, each scene that follows controls has its own, in the
order of the scenes. A pose or a camera path steers no model that is known here.
"""

from __future__ import annotations

from clappper.brief.schema import AdBrief, Scene

SEG, DEPTH = "seg", "depth"


def given_controls(brief: AdBrief, scene: Scene) -> dict[str, tuple[str, str]]:
    """Give the field and the file of each control that a scene follows: all, where it does not say which."""
    if not _follows(scene):
        return {}
    flags, assets = scene.structure_controls, brief.assets.controls
    is_open = not any((flags.use_seg, flags.use_depth, flags.use_pose))
    wanted = {
        SEG: ("segmap", assets.segmap, is_open or flags.use_seg),
        DEPTH: ("depth", assets.depth, is_open or flags.use_depth),
    }
    found = {}
    for name, (field, files, is_wanted) in wanted.items():
        place = 0 if len(files) == 1 else _place(brief, scene)
        if is_wanted and place < len(files):
            found[name] = (f"assets.controls.{field}[{place}]", files[place])
    return found


def _place(brief: AdBrief, scene: Scene) -> int:
    return [one.id for one in brief.scenes if _follows(one)].index(scene.id)


def _follows(scene: Scene) -> bool:
    flags = scene.structure_controls
    return scene.provider_hint == "cosmos" or any((flags.use_seg, flags.use_depth, flags.use_pose))
