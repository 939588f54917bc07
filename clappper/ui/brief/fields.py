"""The form as data: which field of the brief stands where, what it is called, and how it is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from clappper.brief import schema
from clappper.brief.fields import scene_number

Kind = Literal[
    "line",
    "text",
    "choice",
    "whole",
    "number",
    "slider",
    "flag",
    "list",
    "colour",
    "colours",
    "file",
    "files",
    "titles",
    "beats",
]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field. ``path`` is that of ``brief.fields``, within the scene for a scene's.

    ``choices`` are values; ``low`` and ``high`` bound a number; ``unit`` stands behind it. ``files`` names
    the kinds of file, as a dialog writes them. ``half`` lets two stand side by side.
    """

    path: str
    label: str
    kind: Kind
    hint: str = ""
    choices: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    unit: str = ""
    files: str = ""
    optional: bool = False
    half: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: tuple[FieldRow, ...]


CONTROL_MAPS = "Pictures and films (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.mp4 *.mov *.webm *.mkv)"
PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff)"
LOGOS = "Logos (*.svg *.png *.webp *.jpg)"
SONGS = "Sound (*.wav *.mp3 *.flac *.ogg *.m4a *.aac *.opus *.aif *.aiff)"
DOCUMENTS = "Documents (*.pdf *.docx *.md *.markdown *.html *.htm *.txt)"
SCENES_3D = "USD (*.usd *.usda *.usdc *.usdz)"

CHOICE_NAMES = {
    "full_t2v": "Whole",
    "keyframes_plus_fill": "From keyframes",
    "t2v": "Text to video",
    "omniverse": "3D scene",
    "cosmos": "NVIDIA Cosmos",
    "ugc": "User-made",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "9:16": "9:16",
    "16:9": "16:9",
    "1:1": "1:1",
    "safe-lower-third": "Lower third",
}
"""What choices are called where their own word will not do."""

SECTIONS: tuple[Section, ...] = (
    Section(
        "Project",
        (
            FieldRow("project.name", "Name", "line"),
            FieldRow(
                "project.target_audience", "Audience", "line", "Who is it for? 25-45, first coffee of the day"
            ),
            FieldRow(
                "project.objective", "Objective", "choice", choices=get_args(schema.Objective), half=True
            ),
            FieldRow("project.platform", "Platform", "choice", choices=get_args(schema.Platform), half=True),
            FieldRow("project.aspect", "Aspect", "choice", choices=get_args(schema.Aspect), half=True),
            FieldRow("project.duration_s", "Length", "whole", low=8, high=60, unit=" s", half=True),
            FieldRow("project.fps", "Frame rate", "whole", low=24, high=30, unit=" fps", half=True),
        ),
    ),
    Section(
        "Product and brand",
        (
            FieldRow("product.name", "Product", "line"),
            FieldRow(
                "product.key_benefit", "Key benefit", "text", "What is it good for, in one concrete sentence?"
            ),
            FieldRow("product.price_text", "Price", "line", "$24", optional=True),
            FieldRow("product.brand_colors", "Brand colours", "colours"),
            FieldRow("product.logo", "Logo", "file", files=LOGOS, optional=True),
            FieldRow("product.no_logo", "This brand has no logo", "flag"),
            FieldRow(
                "product.style_pack.palette_hint",
                "Palette",
                "choice",
                choices=get_args(schema.Palette),
                optional=True,
                half=True,
            ),
            FieldRow("product.style_pack.font_family", "Font", "line", "Inter", optional=True, half=True),
            FieldRow("product.style_pack.visual_style", "Style", "list", "clean, warm editorial, minimalist"),
            FieldRow("product.style_pack.negative_style", "Never", "list", "clutter, harsh flash"),
            FieldRow(
                "product.style_pack.grade_lut",
                "Look",
                "line",
                "A look's name, or a .cube file",
                optional=True,
            ),
        ),
    ),
    Section(
        "Call to action",
        (
            FieldRow("cta.headline", "Headline", "line"),
            FieldRow("cta.subhead", "Subhead", "line", optional=True),
            FieldRow("cta.button_text", "Button", "line", half=True),
            FieldRow("cta.url", "Address", "line", "https://", optional=True, half=True),
            FieldRow("cta.legal_disclaimer", "Small print", "line", optional=True),
        ),
    ),
    Section(
        "Audio",
        (
            FieldRow("audio.mode", "Sound", "choice", choices=get_args(schema.AudioMode), half=True),
            FieldRow(
                "audio.music_bpm", "Tempo", "number", low=60, high=180, unit=" bpm", optional=True, half=True
            ),
            FieldRow(
                "audio.file",
                "Song",
                "file",
                "Drop a song, or let one be composed",
                files=SONGS,
                optional=True,
            ),
            FieldRow("audio.script", "Voice-over", "text", "What is said", optional=True),
            FieldRow("audio.voice", "Voice", "line", "A voice's name, or a recording", optional=True),
        ),
    ),
    Section(
        "Material",
        (
            FieldRow("assets.product_images", "Product photos", "files", "Drop photos here", files=PICTURES),
            FieldRow(
                "assets.reference_images", "References", "files", "Pictures to be close to", files=PICTURES
            ),
            FieldRow(
                "assets.guideline_documents",
                "Brand guidelines",
                "files",
                "PDF, Word, Markdown, HTML or text",
                files=DOCUMENTS,
            ),
            FieldRow(
                "assets.controls.segmap",
                "Maps of the parts",
                "files",
                "One for all scenes, or one a scene",
                files=CONTROL_MAPS,
            ),
            FieldRow(
                "assets.controls.depth",
                "Maps of the depth",
                "files",
                "Near is white, far is black",
                files=CONTROL_MAPS,
            ),
            FieldRow("assets.product_usd", "Product in 3D", "file", files=SCENES_3D, optional=True),
            FieldRow("assets.usd_scene", "Scene in 3D", "file", files=SCENES_3D, optional=True),
        ),
    ),
    Section(
        "Safety",
        (
            FieldRow("safety.banned_terms", "Banned words", "list", "Words that must not appear"),
            FieldRow("safety.allow_faces", "Faces may be shown", "flag"),
        ),
    ),
    Section(
        "Compute",
        (
            FieldRow("compute.quality", "Quality", "choice", choices=get_args(schema.Quality), half=True),
            FieldRow("compute.budget_usd_max", "Budget", "number", low=1, high=50, unit="$", half=True),
            FieldRow(
                "compute.ip_frame_mode",
                "Shots are made",
                "choice",
                choices=get_args(schema.FrameMode),
                half=True,
            ),
            FieldRow(
                "compute.keyframe_density", "Keyframes", "choice", choices=get_args(schema.Density), half=True
            ),
            FieldRow(
                "compute.keyframe_units",
                "Share for keyframes",
                "slider",
                "100 are worth half of what generating a shot whole costs.",
                low=10,
                high=200,
                unit=" units",
            ),
        ),
    ),
)

SCENE: tuple[Section, ...] = (
    Section(
        "Shot",
        (
            FieldRow("intent", "Intent", "text", "What is seen and felt, in one sentence"),
            FieldRow("type", "Type", "choice", choices=get_args(schema.SceneType), half=True),
            FieldRow("provider_hint", "Made by", "choice", choices=get_args(schema.Hint), half=True),
            FieldRow("start_s", "Start", "number", low=0, high=60, unit=" s", half=True),
            FieldRow("end_s", "End", "number", low=0, high=60, unit=" s", half=True),
            FieldRow("camera.move", "Camera", "choice", choices=get_args(schema.Move), half=True),
            FieldRow("camera.focal_length_mm", "Lens", "number", low=18, high=85, unit=" mm", half=True),
            FieldRow(
                "studio.product",
                "Studio model",
                "choice",
                "As said",
                choices=get_args(schema.StudioProduct),
                optional=True,
                half=True,
            ),
        ),
    ),
    Section(
        "Words",
        (
            FieldRow("subject", "Subject", "line", optional=True),
            FieldRow("action", "Action", "line", optional=True),
            FieldRow("setting", "Setting", "line", optional=True),
            FieldRow("lighting", "Lighting", "line", optional=True),
            FieldRow("style", "Style", "line", optional=True),
            FieldRow("t2v_prompt", "Prompt", "text", "Instead of one made from the above", optional=True),
            FieldRow("t2v_negative", "Never", "line", optional=True),
        ),
    ),
    Section(
        "Overlays and controls",
        (
            FieldRow(
                "overlays.text_blocks",
                "Titles",
                "titles",
                "Add a title",
                choices=get_args(schema.TextPosition),
            ),
            FieldRow("beats", "Beats", "beats", "Add a beat"),
            FieldRow("negatives", "Not in this shot", "list", "text, hands"),
            FieldRow("overlays.show_logo", "Show the logo", "flag"),
            FieldRow("overlays.show_price", "Show the price", "flag"),
            FieldRow("structure_controls.use_seg", "Follow the segmentation map", "flag"),
            FieldRow("structure_controls.use_depth", "Follow the depth map", "flag"),
            FieldRow("structure_controls.use_pose", "Follow the pose or camera path", "flag"),
        ),
    ),
)

STUDIO: tuple[Section, ...] = (
    Section(
        "In 3D",
        (
            FieldRow(
                "studio.lighting",
                "Light",
                "choice",
                "As said",
                choices=get_args(schema.StudioLight),
                optional=True,
                half=True,
            ),
            FieldRow("studio.backdrop", "Backdrop", "colour", optional=True, half=True),
            FieldRow(
                "studio.yaw_deg",
                "Turn",
                "whole",
                "As said",
                low=-180,
                high=180,
                unit="°",
                optional=True,
                half=True,
            ),
            FieldRow(
                "studio.quality",
                "Quality",
                "choice",
                "As the ad",
                choices=get_args(schema.Quality),
                optional=True,
                half=True,
            ),
            FieldRow(
                "studio.label",
                "Label",
                "file",
                "Drop a picture",
                files=PICTURES,
                optional=True,
            ),
        ),
    ),
)
"""What only a scene in 3D has; its camera and lens stand with the shot."""

_TITLES = {row.path: row.label for section in (*SECTIONS, *SCENE, *STUDIO) for row in section.rows}


def title_of(path: str) -> str:
    """Name a field of the brief as the form does: ``Product photos``, or ``Scene 2, camera``."""
    place = scene_number(path)
    within = path if place is None else path.partition("].")[2]
    bare = re.sub(r"\[\d+\].*", "", within)
    title = _TITLES.get(bare) or _TITLES.get(f"{bare}.move") or bare.rpartition(".")[2].replace("_", " ")
    if place is None:
        return title[:1].upper() + title[1:]
    return f"Scene {place + 1}, {title[:1].lower()}{title[1:]}" if title else f"Scene {place + 1}"
