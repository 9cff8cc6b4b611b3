import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readComposeProject } from '../../../src/init/compose/read-project.ts';
import { composeDraft } from '../../../src/init/convert/compose-draft.ts';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { type Application, createDeployer } from '../../faults/deployment.ts';
import { installVirtualTime } from '../../faults/virtual-time.ts';
import { answered } from '../../helpers/compose/answered.ts';

/** Written for this project, in the shapes of public collections. */
const COLLECTION = fileURLToPath(new URL('../../fixtures/compose', import.meta.url));
const NAMES = readdirSync(COLLECTION);

const deployer = await createDeployer();
// What is loaded with the first deployment comes through the test's own runner, and its time must not stand still.
await deployed('swarm', (work) => work);
const time = installVirtualTime(() => deployer.underWay() > 0);

function applicationOf(name: string): Application {
  const source = join(COLLECTION, name);
  const read = readComposeProject({ folder: source, env: {} });
  if (!read.ok) throw new Error(`${name} is refused: ${JSON.stringify(read.problems)}`);
  const result = answered(composeDraft(read.project));
  if (!result.ok) throw new Error(`${name} makes a wrong configuration: ${JSON.stringify(result.problems)}`);
  return { parsed: result.parsed, source };
}

async function deployed<Made>(
  name: string,
  during: <Value>(work: Promise<Value>) => Promise<Value>,
): Promise<Made | unknown> {
  const simulator = await startSimulator({ profile: 'instant' });
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-compose-'));
  try {
    const { summary } = await during(deployer.deploy(simulator, directory, applicationOf(name)));
    return summary.status === 'succeeded' ? summary.status : summary.error;
  } finally {
    await simulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}

it('is of thirty projects at least', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(30);
});

it.each(NAMES)('%s is converted and deployed', async (name) => {
  time.reset();
  expect(await deployed(name, (work) => time.during(work))).toBe('succeeded');
});
