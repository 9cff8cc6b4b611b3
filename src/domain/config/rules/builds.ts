import { suggestion } from '../../../shared/suggestion.ts';
import { leavesFolder } from '../build-context.ts';
import type { DeploymentConfig, SecretSetting } from '../model.ts';
import type { BuildSettings } from '../model-choices.ts';
import { given } from '../normalize/given.ts';
import type { RawConfig } from '../schema.ts';
import { type ImageUser, workloads } from '../workloads.ts';
import { problem, type RuleProblem } from './rule.ts';

/** What a Dockerfile may call a variable: https://docs.docker.com/reference/dockerfile/#arg */
const ARGUMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the builder takes for a stage: https://docs.docker.com/reference/dockerfile/#from */
const STAGE_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/;
/** ACR's builder makes a file of each: https://github.com/Azure/acr-builder/blob/main/pkg/volume/source.go */
const SECRET_ID = /^[A-Za-z0-9_.-]+$/;
const LINE_BREAK = /[\r\n]/;

/** What cannot be built whatever is in the sources. */
export function buildSettings(config: DeploymentConfig): readonly RuleProblem[] {
  return workloads(config).flatMap(({ place, workload }) => {
    const { build } = workload;
    if (!build) return [];
    const at = (...rest: readonly string[]): readonly string[] => [...place, 'build', ...rest];
    return [
      ...placeProblems(workload, build, at),
      ...argumentProblems(build, at),
      ...secretProblems(config, build, at),
    ];
  });
}

type At = (...rest: readonly string[]) => readonly string[];

function placeProblems({ dockerfile = '' }: ImageUser, build: BuildSettings, at: At): readonly RuleProblem[] {
  const { context, target } = build;
  const found: RuleProblem[] = [];
  if (context !== undefined && leavesFolder(context))
    found.push(problem(at('context'), `found ${JSON.stringify(context)}; allowed: a folder of the source directory`));
  // The builder splits its command at every space: https://github.com/Azure/acr-builder/blob/main/builder/parse.go
  if (/\s/.test(dockerfile))
    found.push(problem(at('dockerfile'), `found ${JSON.stringify(dockerfile)}; allowed: a path without spaces`));
  if (leavesFolder(dockerfile))
    found.push(problem(at('dockerfile'), `found ${JSON.stringify(dockerfile)}; allowed: a file of the build context`));
  if (target !== undefined && !STAGE_NAME.test(target))
    found.push(
      problem(at('target'), `found ${JSON.stringify(target)}; allowed: the name of a stage, as in FROM … AS name`),
    );
  return found;
}

function argumentProblems({ args = {} }: BuildSettings, at: At): readonly RuleProblem[] {
  return Object.entries(args).flatMap(([name, value]) => {
    if (!ARGUMENT_NAME.test(name))
      return [
        {
          ...problem(at('args', name), `found the name ${JSON.stringify(name)}; allowed: letters, digits and _`),
          isAboutKey: true as const,
        },
      ];
    return LINE_BREAK.test(value) ? [problem(at('args', name), 'must be one line')] : [];
  });
}

function secretProblems({ secrets }: DeploymentConfig, build: BuildSettings, at: At): readonly RuleProblem[] {
  const entries = Object.entries(build.secrets ?? {});
  const wrong = entries.flatMap(([id, name]): readonly RuleProblem[] => {
    if (!SECRET_ID.test(id))
      return [
        {
          ...problem(at('secrets', id), `found the id ${JSON.stringify(id)}; allowed: letters, digits, _, . and -`),
          isAboutKey: true,
        },
      ];
    const why = whyNotGiven(secrets[name], name, Object.keys(secrets));
    return why === undefined ? [] : [problem(at('secrets', id), why)];
  });
  const isClassic = entries.length > 0 && build.builder === 'classic';
  return isClassic ? [...wrong, problem(at('builder'), 'classic has no secrets: only BuildKit mounts them')] : wrong;
}

/** The builder gets the value, so it has to be known before anything is made. */
function whyNotGiven(setting: SecretSetting | undefined, name: string, known: readonly string[]): string | undefined {
  if (!setting) {
    const meant = suggestion(name, known);
    return `there is no secret ${name}${meant ? `; did you mean ${meant}?` : ''}`;
  }
  const made = { generated: 'generated', reference: 'made of references' } as const;
  if (setting.source !== 'generated' && setting.source !== 'reference') return undefined;
  return `${name} is ${made[setting.source]}; a build can have only what is given: env:NAME or keyvault:NAME`;
}

/** Keys that say the same, of which only one would count. */
export function contradictingBuilds({ services, jobs, docker }: RawConfig): readonly RuleProblem[] {
  const all = Object.entries({ services, jobs: jobs ?? {} }).flatMap(([section, members]) =>
    Object.entries(members).map(([key, member]) => ({ path: [section, key, 'build'], key, ...member })),
  );
  return all.flatMap(({ path, key, image, build, dockerfile }) => {
    if (!build) return [];
    if (given(image) !== undefined)
      return [
        problem(
          path,
          `the ${path[0]?.slice(0, -1)} has an image, too: what is built needs none, and what is prebuilt no build`,
        ),
      ];
    const named = docker?.dockerfiles && Object.hasOwn(docker.dockerfiles, key) ? docker.dockerfiles[key] : undefined;
    const elsewhere = given(dockerfile) ?? given(named);
    return elsewhere === undefined
      ? []
      : [problem(path, `the Dockerfile ${elsewhere} is named outside of build, too: write build.dockerfile instead`)];
  });
}
