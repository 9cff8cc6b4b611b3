import { readImageSettings } from '../../source/dockerfile/image-settings.ts';
import { plainName } from '../complete/names.ts';
import type { ProjectFiles } from '../folder/project-files.ts';
import { contextChooser } from './build-context.ts';
import { type FoundDockerfile, VARIANT } from './find-dockerfiles.ts';
import { readManifest } from './manifests.ts';
import type { Program } from './proposed-service.ts';

type NamedProgram = Program & { readonly label: string | undefined; readonly folder: string };

/**
 * The programs that Dockerfiles make images of, by keys of services.
 *
 * @param top name of the folder that was looked through
 */
export async function readPrograms(
  files: ProjectFiles,
  dockerfiles: readonly FoundDockerfile[],
  top: string,
): Promise<ReadonlyMap<string, Program>> {
  const { tree, paths } = files;
  const contextOf = contextChooser(files);
  const programs: NamedProgram[] = [];
  for (const dockerfile of dockerfiles) {
    const { path: file, folder } = dockerfile;
    const images = imagesOf((await tree.text(file)) ?? '');
    if (images.length === 0) continue;
    const build = await contextOf(dockerfile);
    for (const { settings, target, passedOver } of images) {
      const label = target ?? dockerfile.label;
      const manifest = label === undefined ? await readManifest(folder, paths, (path) => tree.text(path)) : undefined;
      programs.push({ file, folder, label, target, passedOver, settings, build, manifest });
    }
  }
  return keyed(programs, top);
}

type Image = Pick<Program, 'settings' | 'target' | 'passedOver'>;

/** What the last stage makes, and stages of which nothing else is made and that say how they run. None where there is no FROM. */
function imagesOf(text: string): readonly Image[] {
  const last = readImageSettings(text);
  if (!last) return [];
  const others = last.otherImages.flatMap((target): Image[] => {
    const settings = VARIANT.test(target) ? undefined : readImageSettings(text, { target });
    const isRun = settings && (settings.exposed.length > 0 || settings.command);
    return isRun ? [{ settings, target, passedOver: [] }] : [];
  });
  const passedOver = last.otherImages.filter((stage) => others.every(({ target }) => target !== stage));
  const { stage } = last;
  const isNamed = others.length > 0 && stage !== undefined && !VARIANT.test(stage);
  return [...others, { settings: last, target: isNamed ? stage : undefined, passedOver }];
}

/** By their label, or else their folder, or at the top their manifest. Those that meet have more of their path in their key. */
function keyed(programs: readonly NamedProgram[], top: string): ReadonlyMap<string, Program> {
  const keys = new Map<string, Program>();
  for (const program of programs) {
    const candidates = namesOf(program, top).map((one) => plainName([one]));
    const free = candidates.find((one) => !keys.has(one)) ?? numbered(candidates[0] ?? '', keys);
    keys.set(free, program);
  }
  return keys;
}

/** Folders that say what is in them and not whose it is. */
const GENERIC = /^(?:src|source|app|docker|dockerfiles|container|build|deploy|package|code)$/i;

function namesOf({ label, folder, manifest }: NamedProgram, top: string): readonly string[] {
  if (label !== undefined) return [label, `${folder}-${label}`];
  const parts = folder.split('/').filter((part) => part !== '' && !GENERIC.test(part));
  const last = parts.at(-1);
  if (last === undefined) return [manifest?.name ?? top];
  return [last, parts.slice(-2).join('-'), parts.join('-')];
}

/** Room for a number behind a name. */
const STEM_LENGTH = 28;

function numbered(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 2; ; number += 1) {
    const candidate = `${name.slice(0, STEM_LENGTH)}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
