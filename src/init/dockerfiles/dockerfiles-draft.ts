import { posix } from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import type { Draft, Leftover } from '../draft.ts';
import type { ProjectFiles } from '../folder/project-files.ts';
import { type FoundDockerfile, findDockerfiles } from './find-dockerfiles.ts';
import { readPrograms } from './programs.ts';
import { buildSecrets, knownPort, proposedService } from './proposed-service.ts';

/** What people call the part of an application that they see. */
const ENTRANCE =
  /(?:^|-)(?:web|www|webapp|website|site|frontend|front|gateway|proxy|ui|client|app|storefront|portal)(?:$|-)/;

/**
 * A service for each image that the Dockerfiles of a folder make, as far as they and the manifests beside them tell.
 *
 * @param name of the folder, for the image at its top
 */
export async function dockerfilesDraft(files: ProjectFiles, name: string): Promise<Draft> {
  const { taken, variants } = findDockerfiles(files.dockerfiles ?? files.paths);
  const programs = await readPrograms(files, taken, name);
  const callable = [...programs].flatMap(([key, program]) => (knownPort(program) ? [key] : []));
  const isPublic = (key: string): boolean => ENTRANCE.test(key) || callable.length === 1;
  const services: JsonObject = {};
  const comments: Draft['comments'][number][] = [];
  const leftovers: Leftover[] = [];
  for (const [key, program] of programs) {
    const proposed = proposedService(program, isPublic(key));
    const at = ['services', key];
    services[key] = proposed.service;
    comments.push(
      ...proposed.comments.map((one) => ({ path: one.key === undefined ? at : [...at, one.key], text: one.text })),
    );
    leftovers.push(...proposed.notes.map((note) => ({ file: program.file, ...note, path: at })));
  }
  if (callable.length > 0) comments.push({ path: ['services'], text: WHO_REACHES });
  const secrets = buildSecrets(programs.values());
  return {
    config: { ...(Object.keys(secrets).length > 0 && { secrets }), services },
    comments,
    leftovers: [...leftovers, ...variants.map(variant), ...(files.isCut ? [CUT] : [])],
    choices: [],
  };
}

const WHO_REACHES = '`ingress: external`: everybody reaches a service; `internal`: only the other services do.';

const CUT: Leftover = {
  file: '.',
  line: 1,
  key: 'folders',
  text: 'there are so many folders that not all were looked into; what is missing can be added by hand',
};

function variant({ path }: FoundDockerfile): Leftover {
  const text =
    'taken for another way to build the same; if it is a service of its own, write one with `build.dockerfile`';
  return { file: path, line: 1, key: posix.basename(path), text };
}
