import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface OtherNode {
  readonly path: string;
  readonly version: string;
  readonly major: number;
}

/** Nodes of this machine: those on the path, and the one that `NODE_22` names (`.ci/run` gets it where npm has it). */
export function otherNodes(): readonly OtherNode[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = [process.env.NODE_22 ?? '', ...folders.map((folder) => join(folder, 'node'))];
  return [...new Set(paths)].filter(existsSync).map((path) => {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    return { path, version, major: Number(version.split('.')[0]) };
  });
}
