import { relative, resolve } from 'node:path';
import { isImageReference } from '../../domain/config/rules/workloads/images.ts';
import type { ComposeFiles } from './files.ts';
import type { Filling } from './forms/filling.ts';
import { isWindowsPath } from './forms/mounts.ts';
import type { ComposeService } from './project.ts';
import { valueIn } from './scope.ts';
import { filled, parseTemplate } from './template.ts';
import { memberOf, rawTextOf, type Tree } from './tree.ts';

interface OriginAround {
  readonly filling: Filling;
  readonly files: ComposeFiles;
  /** Absolute: of the configuration. */
  readonly root: string;
}

/** That a service has an image that can be pulled, or a folder that it can be built from. */
export function checkOrigin({ name, place, keys }: ComposeService, around: OriginAround): void {
  const { problems } = around.filling;
  const [image, build] = [keys.members.get('image'), keys.members.get('build')];
  const at = `services.${name}`;
  if (build) checkBuild(build, `${at}.build`, around);
  else if (image && rawTextOf(image) !== undefined) checkImage(image, `${at}.image`, around);
  else problems.add(place, at, 'has neither an image nor a build');
}

/** What is set nowhere may be a tag, for which there is a usual one. */
function checkImage(image: Tree, at: string, { filling }: OriginAround): void {
  const template = parseTemplate(rawTextOf(image) ?? '');
  // Told elsewhere.
  if (!template.ok) return;
  const lookup = (name: string): string | undefined => valueIn(image.place.origin.scope, name);
  const { text, unset } = filled(template.parts, lookup);
  const withTag = filled(template.parts, (name) => lookup(name) ?? 'latest').text;
  if (isImageReference(text) || (unset.length > 0 && text !== '' && isImageReference(withTag))) return;
  const why = unset.length > 0 ? `: ${unset.join(', ')} is set nowhere` : '';
  filling.problems.add(
    image.place,
    at,
    `found ${JSON.stringify(text)}${why}; expected the name of an image, such as "redis:7"`,
  );
}

function checkBuild(build: Tree, at: string, around: OriginAround): void {
  const why = wrongBuild(build, at, around);
  const place = memberOf(build, 'context')?.place ?? build.place;
  if (why !== undefined) around.filling.problems.add(place, at, why);
}

function wrongBuild(build: Tree, at: string, { filling, files, root }: OriginAround): string | undefined {
  if (memberOf(build, 'dockerfile_inline'))
    return 'has a Dockerfile within (dockerfile_inline): write it into a file, and name that in "dockerfile"';
  const context = filling.text(memberOf(build, 'context'), `${at}.context`) ?? '.';
  if (/^(?:[a-z+]+:\/\/|git@)|\.git(?:#|$)/.test(context))
    return `${JSON.stringify(context)} is a repository; clone it beside this file, and give its folder`;
  if (isWindowsPath(context)) return `${JSON.stringify(context)} is a path of Windows; write it relative to this file`;
  const folder = resolve(build.place.origin.folder, context);
  if (isOutside(root, folder))
    return `${JSON.stringify(context)} lies outside of the folder of the configuration, which has to be above everything that is built`;
  const named = filling.text(memberOf(build, 'dockerfile'), `${at}.dockerfile`) || 'Dockerfile';
  const dockerfile = resolve(folder, named);
  if (isOutside(folder, dockerfile) || /^\/|\s/.test(named))
    return `the Dockerfile ${JSON.stringify(named)} must lie in the folder that is built, without spaces in its path`;
  return files.kind(dockerfile) === 'file'
    ? undefined
    : `there is no file ${relative(root, dockerfile).replaceAll('\\', '/')}`;
}

function isOutside(folder: string, path: string): boolean {
  return /^\.\.(?:[\\/]|$)/.test(relative(folder, path));
}

/** Texts that name no variable where they begin one, wherever they stand. */
export function checkTexts({ name, keys, variables }: ComposeService, { problems }: Filling): void {
  const check = (tree: Tree, at: string): void => {
    if (tree.kind === 'list') for (const [index, item] of tree.items.entries()) check(item, `${at}.${index}`);
    else if (tree.kind === 'map') for (const [key, member] of tree.members) check(member, `${at}.${key}`);
    else {
      const template = parseTemplate(tree.text ?? '');
      if (!template.ok) problems.add(tree.place, at, template.problem);
    }
  };
  check(keys, `services.${name}`);
  for (const [variable, tree] of variables) check(tree, `services.${name}.environment.${variable}`);
}
