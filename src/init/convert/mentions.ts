import { resolve } from 'node:path';
import type { ComposeProject } from '../compose/project.ts';
import { memberOf, type Place } from '../compose/tree.ts';
import type { ServiceFacts } from './facts.ts';
import type { HostIndex, NamedService } from './host-index.ts';
import type { Listening } from './listening.ts';
import type { Report } from './report.ts';
import { composeText } from './text.ts';

/** A file of a container that names other services; nothing in it can be replaced. */
export interface Mention {
  readonly owner: ServiceFacts;
  readonly place: Place;
  readonly path: string;
  readonly uses: readonly NamedService[];
}

/** What is said of other services in files that are mounted: the configuration of a proxy, of a collector. */
export function mentionsOf(
  all: readonly ServiceFacts[],
  hosts: HostIndex,
  project: ComposeProject,
): readonly Mention[] {
  return all.flatMap((owner) =>
    textsOf(owner, project).flatMap(({ text, place, path }) => {
      const uses = hosts.usesIn(text, '', owner);
      return uses.length > 0 ? [{ owner, place, path, uses }] : [];
    }),
  );
}

interface MountedText {
  readonly text: string;
  readonly place: Place;
  readonly path: string;
}

function textsOf({ mounts, files }: ServiceFacts, project: ComposeProject): readonly MountedText[] {
  const read = (folder: string, source: string): string | undefined => {
    const file = resolve(folder, source);
    return project.files.kind(file) === 'file' ? project.files.text(file) : undefined;
  };
  const bound = mounts.flatMap(({ type, source = '', place, path }) => {
    const text = type === 'bind' ? read(place.origin.folder, source) : undefined;
    return text === undefined ? [] : [{ text, place, path }];
  });
  const configs = files.flatMap(({ kind, source, place, path }) => {
    const definition = kind === 'configs' ? project.named('configs', source) : undefined;
    const file = memberOf(definition, 'file');
    const text = file
      ? read(file.place.origin.folder, composeText(file) ?? '')
      : composeText(memberOf(definition, 'content'));
    return text === undefined ? [] : [{ text, place, path }];
  });
  return [...bound, ...configs];
}

/** Tells of services that are not reached any more as a file says. */
export function tellMentions(
  mentions: readonly Mention[],
  listening: ReadonlyMap<ServiceFacts, Listening>,
  isReplaced: (facts: ServiceFacts) => boolean,
  report: Report,
): void {
  for (const { owner, place, path, uses } of mentions) {
    for (const { target, host, port } of uses) {
      if (target === owner) continue;
      const { transport, port: main, further = [] } = listening.get(target) ?? {};
      const isSame = host === (target.appName ?? target.key.replaceAll('_', '-'));
      const isReached = transport === 'tcp' || (port ?? 80) === 80 || further.includes(port ?? 0);
      if (isReplaced(target))
        report.left(place, path, `names ${host}, which is a managed service now`, ['services', owner.key]);
      else if (main === undefined)
        report.left(place, path, `names ${host}, which listens nowhere, as far as can be seen`, [
          'services',
          owner.key,
        ]);
      else if (!isSame || !isReached)
        report.left(
          place,
          path,
          `names ${host}${port === undefined ? '' : `:${port}`}, which other services reach as ${target.appName ?? target.key.replaceAll('_', '-')}${transport === 'tcp' ? `:${main}` : ' at port 80'}: change the file`,
          ['services', owner.key],
        );
    }
  }
}
