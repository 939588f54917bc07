"""Assembles the program without windows: one object with one method for each thing a person can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.base.events import EventHub
from clappper.base.paths import AppPaths
from clappper.base.secrets import Secrets

if TYPE_CHECKING:
    from clappper.base.settings import Settings
    from clappper.base.units import FrameRate
    from clappper.brief.findings import Finding
    from clappper.brief.from_text import FromText
    from clappper.brief.guidelines import Reading, Rule
    from clappper.brief.preflight import Scorecard
    from clappper.brief.rewrite import Rewrite
    from clappper.brief.schema import AdBrief
    from clappper.brief.variants import Variation
    from clappper.flow.briefing.forecast import Forecast
    from clappper.flow.briefing.preflight import Means
    from clappper.flow.briefing.second_opinion import SecondOpinion
    from clappper.flow.clips.interpolate import Smoothed
    from clappper.flow.clips.matte import CutOut
    from clappper.flow.clips.seams import Inspected
    from clappper.flow.delivering.export_queue import Export
    from clappper.flow.delivering.versions import Version
    from clappper.flow.doctor import Checkup
    from clappper.flow.generating.make import Made, Order
    from clappper.flow.jobs import JobBook
    from clappper.flow.keys import KeyLine, KeyTest
    from clappper.flow.learning.prompt_history import Outcome, PastPrompt
    from clappper.flow.learning.service import PredictService
    from clappper.flow.models import ModelLine
    from clappper.flow.money import MoneyBook
    from clappper.flow.project.recents import Recent
    from clappper.flow.project.session import Session
    from clappper.flow.providers import ProviderLine, Renewed
    from clappper.flow.reviewing.judgements import Judgements
    from clappper.flow.shots.generate_clip import ClipOrder, MadeClip, Tell
    from clappper.flow.usd.open_in_composer import Application
    from clappper.flow.usd.scenes import SceneFacts, SceneOrder, ScenePreview
    from clappper.jobs.model import Job
    from clappper.media.matte.film import Matting
    from clappper.providers.workbench import Workbench
    from clappper.render.verdicts import CheckReport
    from clappper.review.metrics import Measured
    from clappper.review.plugins.material import Material
    from clappper.usd.recipe import SceneRecipe
    from clappper.usd.rendering import Rendered

Report = Callable[[str, float, str], None]


class Studio:
    """The whole program, for the command line and for windows alike. Modules load when first needed."""

    def __init__(self, paths: AppPaths, hub: EventHub, secrets: Secrets | None = None) -> None:
        """Without ``secrets`` there are no keys, so that only what is embedded is ready."""
        self.paths = paths
        self.hub = hub
        self.secrets = secrets or Secrets()

    def bench(self) -> Workbench:
        """Give what providers are made from: the user's keys, and settings as they are now.

        Raises:
            UnusableInputError: the settings cannot be read.
        """
        from clappper.providers.workbench import Workbench

        return Workbench(Path(), self.settings(), self.secrets, self.paths)

    async def open(self, folder: Path, *, read_only: bool = False) -> Session:
        """Open a project to edit it; its jobs go on in the background: see ``flow.project.session``."""
        from clappper.flow.project import session

        opened = await session.open_session(folder, self.hub, read_only=read_only, bench=self.bench())
        self._attend(opened)
        return opened

    async def create(self, folder: Path, brief: AdBrief) -> Session:
        """Make a new project with a brief in it: see ``flow.project.session``."""
        from clappper.flow.project import session

        made = await session.create_session(folder, brief, self.hub, bench=self.bench())
        self._attend(made)
        return made

    def _attend(self, session: Session) -> None:
        """Foretell and measure the project's clips and learn from ratings, all in the background."""
        from clappper.flow.project.attending import attend

        attend(session, self.paths.models)

    async def start(self, brief: AdBrief) -> Session:
        """Make a project for a brief in a new folder of the user's."""
        from clappper.flow.project.starting import free_folder

        return await self.create(free_folder(self.projects, brief.project.name), brief)

    @property
    def projects(self) -> Path:
        """Where new projects are made."""
        from clappper.flow.project.starting import HOME

        chosen = self.settings().projects_folder
        return Path(chosen).expanduser() if chosen else Path.home() / HOME

    async def open_sample(self) -> Session:
        """Open the sample project, unpacked when it is not there yet: see ``flow.project.sample``."""
        import asyncio

        from clappper.flow.project import sample

        return await self.open(await asyncio.to_thread(sample.unpack_sample, self.projects))

    def recents(self) -> tuple[Recent, ...]:
        """List the projects that were open before: see ``flow.project.recents``."""
        from clappper.flow.project import recents

        return recents.read(self.paths.config)

    def note_recent(self, session: Session) -> None:
        from clappper.base.clock import Clock
        from clappper.flow.project import recents

        recents.note(self.paths.config, session, Clock().now())

    def forget_recent(self, path: str) -> None:
        from clappper.flow.project import recents

        recents.forget(self.paths.config, path)

    async def close(self, session: Session) -> None:
        await session.aclose()

    async def export(
        self, project: Path, presets: Sequence[str], out: Path | None, report: Report
    ) -> tuple[Export, ...]:
        """Write a project's edit as finished files: see ``flow.export_project``."""
        from clappper.flow import export_project

        async with aclosing(await self.open(project)) as session:
            return await export_project.export_project(session, presets, out, report)

    async def export_timeline(self, project: Path, to: str, out: Path | None) -> tuple[Path, tuple[str, ...]]:
        """Write a project's edit for another program: see ``flow.interchange``."""
        from clappper.flow.interchange import exchange

        async with aclosing(await self.open(project, read_only=True)) as session:
            return exchange.export_timeline(session, exchange.Format(to), out)

    async def import_timeline(self, project: Path, file: Path) -> tuple[str, ...]:
        """Put another program's edit into a project: see ``flow.interchange``."""
        from clappper.flow.interchange import exchange

        async with aclosing(await self.open(project)) as session:
            return await exchange.import_timeline(session, file)

    async def make(
        self, order: Order, report: Report, tell: Callable[[Scorecard], None] = lambda _: None
    ) -> Made:
        """Make the ad of a brief's file: see ``flow.generating.make``."""
        from clappper.flow.generating import make

        return await make.make(order, self.hub, report, self.bench(), tell)

    async def preflight(self, path: Path, means: Means | None = None) -> tuple[AdBrief, Scorecard]:
        """Judge a brief's file: see ``flow.briefing.preflight``."""
        from clappper.flow.briefing import preflight
        from clappper.flow.predictor import load_predictor_of

        return await preflight.preflight_file(
            path,
            self.bench(),
            load_predictor_of(self.paths.models).foretell,
            means or preflight.PRICED,
        )

    async def predict(self, path: Path) -> Forecast:
        """Foretell what people will think of a brief's ad: see ``flow.learning.predict``."""
        from clappper.flow.learning import predict

        return await predict.predict_file(path, self.paths.models, self.bench())

    def serve(self, port: int, token: str) -> PredictService:
        """Make the local service that foretells: see ``flow.learning.service``."""
        from clappper.flow.learning import service

        return service.PredictService(self.paths.models, self.bench(), port=port, token=token)

    def prompt_history(self, project: Path, words: str, outcome: Outcome | None) -> tuple[PastPrompt, ...]:
        """Search what a project asked for before, by what came of it: see ``learning.prompt_history``."""
        from clappper.flow.learning import prompt_history

        found = prompt_history.history_of(project, self.paths.models)
        return prompt_history.matching(found, words, outcome)

    async def rewrite(self, path: Path, *, ask_model: bool) -> tuple[AdBrief, tuple[Rewrite, ...]]:
        """Offer other ways to say a brief: see ``brief.rewrite``."""
        from clappper.flow.learning import predict

        return await predict.rewrite_file(path, self.paths.models, self.bench(), ask_model=ask_model)

    async def opinion(self, path: Path) -> SecondOpinion:
        """Ask a language model about a brief: see ``flow.briefing.second_opinion``."""
        from clappper.flow.learning import predict

        return await predict.opinion_file(path, self.bench())

    def metrics(self, video: Path, given: Material, plugins: Sequence[str] = ()) -> tuple[Measured, ...]:
        """Measure a clip, with the plug-ins of the settings and those named: see ``review.metrics``."""
        from clappper.review import metrics

        wanted = (*self.settings().metric_plugins, *plugins)
        return metrics.measure(video, given.prompt, given.models) + metrics.measure_plugins(wanted, given)

    def judgements(self, project: Path) -> Judgements:
        """Give what people said of a project's clips: see ``flow.reviewing.judgements``."""
        from clappper.flow.reviewing.judgements import Judgements

        return Judgements(project)

    async def fix(self, path: Path) -> tuple[AdBrief, tuple[Finding, ...]]:
        """Apply the one-click fixes that help: see ``flow.briefing.preflight``."""
        from clappper.flow.briefing import preflight

        return await preflight.fix_file(path, self.bench())

    def brief_from_template(self, name: str) -> AdBrief:
        from clappper.brief import templates

        return templates.template(name)

    def brief_from_text(self, sentence: str) -> FromText:
        from clappper.brief import from_text

        return from_text.brief_from_text(sentence)

    def brand_rules(self, document: Path) -> Reading:
        """Read the rules of a brand's document. It blocks."""
        from clappper.brief.guidelines import read_guidelines
        from clappper.media.documents import read_document

        return read_guidelines(read_document(document))

    def with_rules(self, path: Path, rules: Sequence[Rule]) -> AdBrief:
        """Give the brief in a file with all of a document's rules taken over."""
        from clappper.brief.guidelines import accept
        from clappper.flow.briefs import read_brief

        return accept(read_brief(path), rules)

    def write_brief(self, brief: AdBrief, path: Path) -> None:
        from clappper.flow import briefs

        briefs.write_brief(brief, path)

    def write_variations(self, brief: AdBrief, count: int, path: Path) -> tuple[tuple[Path, Variation], ...]:
        from clappper.flow import briefs

        return briefs.write_variations(brief, count, path)

    def check(self, video: Path, brief_path: Path, aspect: str) -> CheckReport:
        """Measure a finished file against its brief: see ``render.checks``."""
        from clappper.flow.delivering import check

        return check.check_file(video, brief_path, aspect)

    def seams(self, video: Path) -> Inspected:
        """Look for stitches that show: see ``flow.clips.seams``."""
        from clappper.flow.clips import seams

        return seams.inspect_file(video, self.paths.models)

    def write_test_plan(self, versions: Sequence[Version], exports: Sequence[Export]) -> Path:
        """Write down which exported file is which version: see ``flow.delivering.versions``."""
        from clappper.flow.delivering import versions as flow

        return flow.write_test_plan(versions, exports)

    def models(self) -> tuple[ModelLine, ...]:
        """List the neural networks: see ``flow.models``."""
        from clappper.flow import models

        return models.list_models(self.paths)

    async def get_model(self, model: str, licence: str, report: Callable[[float], None]) -> ModelLine:
        from clappper.flow import models

        return await models.get_model(self.paths, model, licence, self.bench(), report)

    def bring_model(self, model: str, folder: Path, licence: str) -> ModelLine:
        from clappper.flow import models

        return models.bring_model(self.paths, model, folder, licence, self.bench())

    def remove_model(self, model: str) -> ModelLine:
        from clappper.flow import models

        return models.remove_model(self.paths, model)

    def matte(
        self, source: Path, out: Path, matting: Matting, behind: str, report: Callable[[float], None]
    ) -> CutOut:
        """Cut the subject out of a clip: see ``flow.clips.matte``."""
        from clappper.flow.clips import matte

        return matte.cut_out(source, out, matting, behind, self.paths, report)

    def interpolate(
        self, source: Path, out: Path, target: FrameRate | int, backend: str, report: Callable[[float], None]
    ) -> Smoothed:
        """Make a clip smoother: see ``flow.clips.interpolate``."""
        from clappper.flow.clips import interpolate
        from clappper.media.interpolate.backends import Backend

        return interpolate.interpolate(source, out, target, Backend(backend), self.paths, report)

    async def renew_models(self) -> tuple[Renewed, ...]:
        """Read the fields of models anew from the services: see ``flow.providers``."""
        from clappper.flow import providers

        return await providers.renew_models(self.bench())

    async def providers(self) -> tuple[ProviderLine, ...]:
        from clappper.flow import providers

        return await providers.list_providers(self.bench())

    def jobs(self, project: Path) -> JobBook:
        from clappper.flow import jobs

        return jobs.list_jobs(project)

    async def change_job(
        self, project: Path, job_id: str, verb: str, *, remote_id: str = "", unknown_price: bool = False
    ) -> Job:
        """Do to one job what a person has decided; ``verb`` is one of ``flow.jobs.Verb``."""
        from clappper.flow import jobs

        return await jobs.change_job(
            project, job_id, jobs.Verb(verb), self.bench(), remote_id=remote_id, unknown_price=unknown_price
        )

    async def watch_jobs(self, project: Path, report: Report) -> JobBook:
        """Let a project's jobs go on until all are over: see ``flow.jobs``."""
        from clappper.flow import jobs

        return await jobs.watch_jobs(project, self.hub, report, self.bench())

    async def generate_clip(self, order: ClipOrder, report: Report, tell: Tell) -> MadeClip:
        """Make one clip without a brief: see ``flow.shots.generate_clip``."""
        from clappper.flow.shots import generate_clip

        return await generate_clip.generate_clip(order, self.hub, report, self.bench(), tell)

    def money(self, project: Path) -> MoneyBook:
        """Add up what a project has cost: see ``flow.money``."""
        from clappper.flow import money

        return money.money_of_project(project)

    def keys(self) -> tuple[KeyLine, ...]:
        from clappper.flow import keys

        return keys.list_keys(self.secrets)

    def set_key(self, service: str, value: str) -> KeyLine:
        from clappper.flow import keys

        return keys.set_key(self.secrets, service, value)

    def remove_key(self, service: str) -> KeyLine:
        from clappper.flow import keys

        return keys.remove_key(self.secrets, service)

    async def try_keys(self, services: Sequence[str] = ()) -> tuple[KeyTest, ...]:
        """Ask services whether they take their keys; spends nothing: see ``flow.keys``."""
        from clappper.flow import keys

        return await keys.try_keys(self.bench(), services)

    def render_scene(self, order: SceneOrder, report: Callable[[float, str], None]) -> Rendered:
        """Render a 3D scene's recipe: see ``flow.usd.scenes``."""
        from clappper.flow.usd import scenes

        return scenes.render_scene(order, self.bench().settings, report)

    def new_scene(self, product: str, out: Path, name: str, colours: tuple[str, ...]) -> SceneRecipe:
        from clappper.flow.usd import scenes

        return scenes.new_scene(product, out, name, colours)

    def scene_of_brief(self, brief_path: Path, scene_id: str, out: Path, aspect: str = "") -> SceneRecipe:
        from clappper.flow.usd import scenes

        return scenes.scene_of_brief(brief_path, scene_id, out, aspect)

    async def preview_scene(
        self, session: Session, scene_id: str, is_stopped: Callable[[], bool]
    ) -> ScenePreview:
        """Render a draft picture of a scene of the open brief: see ``flow.usd.scenes``."""
        import asyncio

        from clappper.flow.usd import scenes

        return await asyncio.to_thread(
            scenes.preview_scene, session, scene_id, self.bench().settings, is_stopped
        )

    def open_scene(self, path: Path, application: str = "") -> Application:
        """Open a scene in USD Composer or what there is: see ``flow.usd.open_in_composer``."""
        from clappper.flow.usd import open_in_composer

        return open_in_composer.open_stage(path, self.bench().settings, application)

    def scene_facts(self, recipe: Path, *, timed: bool = False) -> SceneFacts:
        from clappper.flow.usd import scenes

        return scenes.scene_facts(recipe, self.bench().settings, timed=timed)

    def install_rtx(self, agreed: str, report: Callable[[str], None], is_stopped: Callable[[], bool]) -> Path:
        """Install NVIDIA's renderer after its licence was agreed to: see ``flow.usd.rtx_renderer``."""
        from clappper.flow.usd import rtx_renderer

        return rtx_renderer.install(self.paths, agreed, report, is_stopped)

    def remove_rtx(self) -> bool:
        from clappper.flow.usd import rtx_renderer

        return rtx_renderer.remove(self.paths)

    def settings(self) -> Settings:
        """Read the user's settings: see ``base.settings``."""
        from clappper.base.settings import SettingsFile

        return SettingsFile(self.paths.config).load()

    def save_settings(self, **changes: object) -> Settings:
        from clappper.base.settings import SettingsChanged, SettingsFile

        settings = SettingsFile(self.paths.config).save(**changes)
        self.hub.publish(SettingsChanged(settings))
        return settings

    def write_report(self, target: Path) -> None:
        """Write what helps to find a fault, without any secret: see ``flow.report``. It blocks."""
        from clappper.base.clock import Clock
        from clappper.flow import report

        log = report.read_log(self.paths.logs)
        report.write_report(target, self.doctor(), log, self.secrets.redactor, Clock().now())

    def doctor(self) -> tuple[Checkup, ...]:
        from clappper.flow import doctor

        return doctor.examine(self.paths)


def build(paths: AppPaths) -> Studio:
    """Put the program together."""
    return Studio(paths, EventHub(), Secrets.of_user())
