"""The picture book in docs/gallery: a case played by a scripted surgeon, pictured at each step, and every patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from game.view import gallery as by_hand
from game.view import views
from game.view.camera import Camera
from game.view.field import FieldState, InkMark, field_of, usual_marks
from game.view.frame import CArm
from game.view.labels import placed
from game.view.openings import pocket_opening
from game.view.renderer import Renderer
from game.view.scene import SceneOptions, frame_from
from physics.anatomy import Anatomy, build_anatomy
from physics.observation import Observation

if TYPE_CHECKING:
    from PIL.Image import Image

CASE = "implant_adult_t10"
SIZE = (1280, 800)
BEAM = 640
QUALITY = 84  # of the JPEG: the whole book stays under 12 MB
LOW, MIDDLE = (0.0, 0.03, 0.03), (0.0, 0.03, 0.11)
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plate:
    """One picture: file name, caption, moment, view or "ap" / "lateral", options, and how the camera is turned."""

    name: str
    caption: str
    moment: str
    view: str
    options: SceneOptions = SceneOptions()
    turn: tuple[float, float, float] = (0.0, 0.0, 1.0)
    at: str = ""  # "hub", "entry", "flank", "cut": what the camera is moved to


# --- moments of a played case -----------------------------------------------------------------


def _moments(seen: Observation) -> Iterator[tuple[str, bool]]:
    """Yield (moment, whether the first is kept: else the last) for each moment that an observation belongs to."""
    needle, catheter, pocket = seen.needle, seen.catheter, seen.pocket
    if not needle.is_placed and not catheter.is_open:
        yield "before", True
    if needle.is_placed and not catheter.is_open:
        if needle.csf_drops == 0:
            yield "needle", False
        elif not needle.is_stylet_in:
            yield "csf", False
    if needle.is_placed and catheter.is_open and catheter.inserted_m > 0.05 and not seen.is_lumbar_open:
        yield "threaded", False
    if seen.is_lumbar_open and needle.is_placed:
        yield "incised", False
    if seen.is_lumbar_open and not needle.is_placed and catheter.purse_tension_n > 0 and catheter.n_anchor_sutures == 0:
        yield "purse", False
    if catheter.n_anchor_sutures > 0 and catheter.loop_radius_m == 0:
        yield "anchored", False
    if catheter.loop_radius_m > 0 and not pocket.is_pump_in and not catheter.is_tunnelled:
        yield "loop", False
    if pocket.is_dissected and not pocket.is_pump_in and not pocket.is_closed:
        yield "pocket", False
    if catheter.is_tunnelled and not catheter.is_connected:
        yield "tunnelled", False
    if catheter.is_connected and not pocket.is_closed and not seen.field.stitches:
        yield "connected", False
    if pocket.is_closed:
        yield "closed", True


def played_moments(case_id: str = CASE) -> tuple[Anatomy, dict[str, Observation]]:
    """Return the patient and the observations of a case as the attending surgeon plays it, by moment."""
    from game.players.chart import chart_for
    from game.players.habits import ATTENDING
    from game.players.implant import implant
    from game.session import Session
    from scenarios.load import load
    from scenarios.setup import setup

    scenario = load(case_id)
    case = setup(scenario, 0)
    session = Session(scenario, case, 0)
    found: dict[str, Observation] = {}
    plan = implant(chart_for(scenario, case), ATTENDING)
    given = next(plan)
    try:
        while True:
            session.advance(given.commands, given.actions)
            for name, is_first in _moments(session.observation):
                if not (is_first and name in found):
                    found[name] = session.observation
            if "closed" in found:
                break
            given = plan.send(session.observation)
    except StopIteration:
        pass
    return build_anatomy(case.params.build), found


# --- what the pictures show beyond the observation ---------------------------------------------


def _marks(anatomy: Anatomy, moments: dict[str, Observation]) -> tuple[InkMark, ...]:
    last = moments["connected"]
    cut = moments.get("incised", moments["anchored"])
    return usual_marks(anatomy, (cut.lumbar_u_m, cut.lumbar_v_m), views.pocket_site(last, anatomy))


def plates(anatomy: Anatomy, moments: dict[str, Observation]) -> list[Plate]:
    """Return the plates of the operation in the order of its steps."""
    marks = _marks(anatomy, moments)
    bare = FieldState(is_draped=False, antiseptic=0.0, marks=marks)
    wet = replace(bare, antiseptic=1.0, wet=1.0)
    done = replace(field_of(moments["closed"]), blood_film=0.0, blood_pool_m3=0.0)

    def seen_field(moment: str, **changes: Any) -> SceneOptions:
        state = field_of(moments[moment])
        drawn = {mark.name for mark in state.marks}  # the player's own; the rest of what a surgeon marks beside them
        state = replace(state, marks=(*state.marks, *(mark for mark in marks if mark.name not in drawn)))
        return SceneOptions(field=replace(state, **changes))

    named = SceneOptions(has_labels=True)
    bloody = {"blood_film": 0.34, "blood_pool_m3": 0.7e-6, "is_swab_laid": True}
    beam = SceneOptions()
    return [
        Plate("01_plan", "The plan: tip at T10, pump in the right flank.", "before", views.PLAN,
              SceneOptions(planned_tip_level=10.0)),
        Plate("02_room", "The room before the catheter is fixed; vital signs on the screen.", "anchored", views.THEATRE,
              seen_field("anchored")),
        Plate("03_room_c_arm", "The C-arm for the anteroposterior film: tube behind the back, its arc under the table.", "threaded", views.THEATRE,
              replace(seen_field("threaded"), c_arm=CArm(LOW, 0.0)), (0.15, -0.18, 0.9)),
        Plate("04_mark", "Midline, crest, rib margin and the lumbar incision marked on dry skin.", "before", views.BACK,
              SceneOptions(field=bare), (0.2, 0.0, 0.43), "flank"),
        Plate("05_prep", "The back painted and still wet.", "before", views.BACK, SceneOptions(field=wet), (0.2, 0.0, 0.43), "flank"),
        Plate("06_drape", "Draped: only the field is left free.", "before", views.BACK,
              SceneOptions(field=FieldState(wet=0.15, marks=marks))),
        Plate("07_needle", "The Tuohy needle on its way; the notch of the hub lies on the side of the bevel.", "needle",
              views.BACK, seen_field("needle")),
        Plate("08_csf", "Stylet out: CSF gathers at the hub and drops.", "csf", views.BACK,
              seen_field("csf"), (0.3, -0.15, 2.4), "hub"),
        Plate("09_cut_sagittal", "The same moment, cut along the canal.", "csf", views.INSIDE, named),
        Plate("10_cut_axial", "Cut across at the needle's tip.", "csf", views.AXIAL, named),
        Plate("11_cut_corner", "A corner taken out.", "csf", views.CORNER, named),
        Plate("12_threading", "The catheter goes up through the needle; a mark each centimetre.", "threaded", views.BACK,
              seen_field("threaded")),
        Plate("13_film_threading_ap", "Film while threading, anteroposterior.", "threaded", "ap", beam),
        Plate("14_film_threading_lateral", "Film while threading, lateral.", "threaded", "lateral", beam),
        Plate("15_incision", "The back opened round the needle, down to the fascia.", "incised", views.BACK,
              seen_field("incised", **bloody), (0.25, -0.42, 1.5)),
        Plate("16_purse_string", "Purse-string round the catheter, needle out, CSF at the free end.", "purse", views.BACK,
              seen_field("purse", blood_film=0.15)),
        Plate("17_anchor", "Anchor sewn to the fascia.", "anchored", views.BACK, seen_field("anchored", blood_film=0.12)),
        Plate("18_loop", "Strain-relief loop on the fascia, partly under the lips.", "tunnelled", views.BACK,
              seen_field("tunnelled", blood_film=0.12)),
        Plate("19_pocket", "The pocket opened.", "pocket", views.POCKET, seen_field("pocket", blood_film=0.12)),
        Plate("20_tunnel", "The tunnel round the flank.", "tunnelled", views.IMPLANT, SceneOptions(),
              (0.55, -0.05, 1.25)),
        Plate("21_connect", "The pump in its pocket, seen from the head: access port, and the connector on the catheter.", "connected", views.POCKET,
              seen_field("connected", blood_film=0.10), (0.55, -0.15, 1.8), "cut"),
        Plate("22_close", "The back closed.", "closed", views.BACK, SceneOptions(field=done), (0.05, 0.08, 1.2), "entry"),
        Plate("23_close_pocket", "The pocket closed over the pump.", "closed", views.POCKET, SceneOptions(field=done)),
        Plate("24_final_film_ap", "Final film, anteroposterior.", "closed", "ap", beam),
        Plate("25_final_film_lateral", "Final film, lateral.", "closed", "lateral", beam),
        Plate("26_implant", "The whole implant in the ghost body.", "closed", views.IMPLANT, SceneOptions()),
        Plate("27_refill", "Refill weeks later: template, needle, syringe on a sterile sheet.", "refill", views.REFILL),
        Plate("28_refill_assist", "The same with the skin as glass.", "refill", views.REFILL, SceneOptions(is_see_through=True)),
    ]  # fmt: skip


# --- drawing ----------------------------------------------------------------------------------


def context() -> Any:
    """Return a GL context without a window."""
    import sys

    import moderngl

    if sys.platform == "linux":
        return moderngl.create_context(standalone=True, backend="egl")
    return moderngl.create_context(standalone=True)


def film(renderer: Renderer, anatomy: Anatomy, seen: Observation, view: str, centre: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Return a radiograph as pixels."""
    frame = frame_from(seen, anatomy, views.BACK)
    arm = CArm(centre, 0.0 if view == "ap" else 0.5 * np.pi, field_m=0.26)
    return renderer.pulse_picture(frame, arm, BEAM)[0]


def drawn(renderer: Renderer, anatomy: Anatomy, seen: Observation, plate: Plate) -> Image:
    """Return one plate as a picture, with its words."""
    from PIL import Image

    if plate.view in ("ap", "lateral"):
        return Image.fromarray(film(renderer, anatomy, seen, plate.view, MIDDLE))
    frame = frame_from(seen, anatomy, plate.view, plate.options)
    camera = views.camera_for(plate.view, seen, anatomy)
    if plate.at:
        camera = _moved(camera, _aim(anatomy, seen, plate.at))
    camera = camera.orbited(*plate.turn)
    picture = Image.fromarray(renderer.picture(frame, camera, SIZE)).resize(SIZE)
    return _lettered(picture, frame.labels, camera)


def _aim(anatomy: Anatomy, seen: Observation, at: str) -> NDArray[np.float64]:
    """Return what a plate's camera looks at, in the patient frame [m]."""
    if at == "hub":
        return np.asarray(seen.needle.tip_m - seen.needle.direction * (seen.needle.length_m + 0.015))
    if at == "entry":
        return views.surface_axes(anatomy, *views.entry_site(seen, anatomy))[0]
    if at == "flank":  # the middle of a bare back that lies on its side
        u, v = views.field_site(seen, anatomy)
        return views.surface_axes(anatomy, u + 0.075 * float(views.side_up(seen, anatomy)[0]), v)[0]
    found = pocket_opening(seen)
    assert found is not None, "a plate of the open pocket"
    return views.surface_axes(anatomy, found.u_m, found.v_m)[0]


def _moved(camera: Camera, point: NDArray[np.float64]) -> Camera:
    """Return a camera that looks at a point from the same direction and distance."""
    eye = np.asarray(camera.eye_m) + point - np.asarray(camera.target_m)
    return replace(camera, target_m=tuple(float(v) for v in point), eye_m=tuple(float(v) for v in eye))


def _belly(anatomy: Anatomy, camera: Camera) -> Camera:
    """Return the camera of the front nearer to what the belly carries."""
    spots = [views.surface_axes(anatomy, *site.path_uv_m[0])[0] for site in anatomy.build.sites]
    navel = views.surface_axes(anatomy, *anatomy.trunk.umbilicus_uv_m)[0]
    return _moved(camera, np.mean([*spots, navel], axis=0)).orbited(0.0, 0.0, 2.6)


def _lettered(picture: Image, labels: tuple[Any, ...], camera: Camera) -> Image:
    from PIL import ImageDraw, ImageFont

    if not labels:
        return picture
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(19)
    for label in placed(labels, camera, picture.size):
        x, y = label.anchor
        width = pen.textlength(label.text, font)
        left = x if label.is_left else x - width
        begin = left + width + 8 if label.is_left else left - 8
        pen.line([(begin, y), label.point], fill=(222, 232, 238), width=1)
        px, py = label.point
        pen.ellipse([px - 3, py - 3, px + 3, py + 3], fill=(86, 180, 233), outline=(10, 16, 20))
        pen.rounded_rectangle([left - 6, y - 14, left + width + 6, y + 13], 5, fill=(20, 26, 31))
        pen.text((left, y - 12), label.text, fill=(232, 240, 245), font=font)
    return picture


def patient_sheet(renderer: Renderer, anatomy: Anatomy) -> Image:
    """Return one patient on one sheet: back, front, skeleton, films from behind and from the side."""
    from PIL import Image

    seen = by_hand.start()
    sheet = Image.new("RGB", (1280, 800))
    panes = ((views.PATIENT, 0, 0, 426, 800), (views.FRONT, 426, 0, 427, 400), (views.PLAN, 426, 400, 427, 400))
    for view, x, y, width, height in panes:
        camera = views.camera_for(view, seen, anatomy)
        if view == views.FRONT and anatomy.build.sites:
            camera = _belly(anatomy, camera)
        pixels = renderer.picture(frame_from(seen, anatomy, view), camera, (width, height))
        sheet.paste(Image.fromarray(pixels).resize((width, height)), (x, y))
    for k, view in enumerate(("ap", "lateral")):
        pixels = film(renderer, anatomy, seen, view, LOW)
        sheet.paste(Image.fromarray(pixels).resize((400, 400)), (866, 400 * k))
    return sheet


def write_operation(folder: Path, ctx: Any, tell: Tell, preset: str = "full", wanted: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Play the case and write its plates; return (file, caption) of each."""
    anatomy, moments = played_moments()
    home = by_hand.closed(moments["closed"], 40.0)
    moments["refill"] = by_hand.with_refill(home, anatomy)
    renderer = Renderer(ctx, anatomy, preset)
    written = []
    for plate in plates(anatomy, moments):
        if plate.moment in moments:
            name = f"{plate.name}.jpg"
            if not wanted or any(w in name for w in wanted):
                drawn(renderer, anatomy, moments[plate.moment], plate).save(folder / name, quality=QUALITY)
                tell(name)
            written.append((name, plate.caption))
    return written


def write_patients(folder: Path, ctx: Any, tell: Tell, preset: str = "full") -> list[tuple[str, str]]:
    """Write a sheet for each packaged patient; return (file, caption) of each."""
    from scenarios.load import list_patient_ids, load_patient
    from scenarios.setup import body_of

    written = []
    for identifier in list_patient_ids():
        patient = load_patient(identifier)
        anatomy = build_anatomy(body_of(patient))
        renderer = Renderer(ctx, anatomy, preset)
        name = f"patient_{identifier}.jpg"
        patient_sheet(renderer, anatomy).save(folder / name, quality=QUALITY)
        tell(name)
        sex = "girl" if anatomy.build.is_child and anatomy.build.is_female else "boy" if anatomy.build.is_child else (
            "woman" if anatomy.build.is_female else "man")  # fmt: skip
        b = anatomy.build
        written.append((name, f"`{identifier}`: {sex} of {b.age_years:.0f}, {100 * b.height_m:.0f} cm, {b.mass_kg:.0f} kg."))
    return written


def write_index(folder: Path, operation: list[tuple[str, str]], patients: list[tuple[str, str]]) -> None:
    """Write the page that shows every picture."""
    lines = ["# Gallery", "", "Drawn by `thecal gallery`. Each picture is a moment of a case that a scripted surgeon plays;",
             "bones, skin, needle and catheter lie where the physics has them.", "", "## The operation", ""]  # fmt: skip
    lines += [f"{caption}\n\n![{caption}]({name})\n" for name, caption in operation]
    if patients:
        lines += ["## The patients", "", "From behind, from the front, the skeleton, and films from behind and from the side.", ""]
        lines += [f"{caption}\n\n![{name[8:-4]}]({name})\n" for name, caption in patients]
    (folder / "README.md").write_text("\n".join(lines), "utf-8")


def write_gallery(folder: Path, tell: Tell, preset: str = "full") -> int:
    """Write the whole book; return how many pictures it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    ctx = context()
    operation = write_operation(folder, ctx, tell, preset)
    patients = write_patients(folder, ctx, tell, preset)
    write_index(folder, operation, patients)
    return len(operation) + len(patients)
