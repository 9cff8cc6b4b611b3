import { appendFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGES_BY_HAND } from '../helpers/cloud/changes-by-hand.ts';
import { type Command, type Deployer, EXAMPLE } from './deployment.ts';
import type { Stage } from './stage.ts';

/** A command, and what it finds when it is given. */
export interface Act {
  readonly command: Command;
  /** What must find nothing to do when all is done; default: the same command. */
  readonly rest?: Command;
  /** What was deployed last, when it is given. */
  readonly before?: Command;
  /** The code with which that is refused, where it is no run that does nothing. */
  readonly restsAs?: string;
}

export type Scene = (stage: Stage, deployer: Deployer) => Promise<Act>;

/** Of each kind: a field, something deleted that holds data, an app, a revision. */
const CHANGES = [
  'our own tag taken from the vault',
  'the admin user of the registry',
  'the database, deleted',
  'a variable of an app',
  'an infrastructure service, deleted',
].map((title) => {
  const found = CHANGES_BY_HAND.find((one) => one.title === title);
  if (!found) throw new Error(`nobody does: ${title}`);
  return found;
});

export const SCENES = {
  'a first deployment': async () => ({ command: {} }),

  async 'a release of a changed image'({ directory, deploy }, { example }) {
    await deploy();
    return { command: { application: await example(undefined, await changedSource(directory)) } };
  },

  async 'a canary'({ directory, deploy }, { example }) {
    await deploy();
    const release = { strategy: 'canary', steps: [20, 60, 100], bake_time: 120 };
    const application = await example(
      (document) => {
        document.release = release;
      },
      await changedSource(directory),
    );
    return { command: { application } };
  },

  async 'a rollback'({ directory, deploy }, { example }) {
    const first = await deploy();
    const before: Command = { application: await example(undefined, await changedSource(directory)) };
    await deploy(before);
    return { command: { work: { kind: 'rollback', to: first.summary.runId } }, rest: {}, before };
  },

  async 'a repair'({ deploy, byHand }) {
    const { state } = await deploy();
    await byHand(state, CHANGES);
    return { command: { work: { kind: 'repair' } }, rest: { options: { refresh: true } }, before: {} };
  },

  async 'a deletion'({ deploy }) {
    await deploy();
    const everything = { keepData: false, include: [], confirm: 'default', expired: false };
    return { command: { work: { kind: 'destroy', ...everything } }, restsAs: 'nothing_deployed', before: {} };
  },
} as const satisfies Record<string, Scene>;
export type SceneName = keyof typeof SCENES;

export const SCENE_NAMES = Object.keys(SCENES) as SceneName[];
/** All but the first deployment, of which more is tried. */
export const LATER_SCENES = SCENE_NAMES.slice(1);

/** The example's sources, with another gateway. */
async function changedSource(directory: string): Promise<string> {
  const changed = join(directory, 'changed');
  await cp(EXAMPLE, changed, { recursive: true });
  await appendFile(join(changed, 'services/api-gateway/main.js'), '\n// Another one.\n');
  return changed;
}
