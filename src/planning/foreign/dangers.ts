import { AzureError } from '../../azure/errors.ts';
import type { StepResource } from '../../domain/desired.ts';
import { nameOf } from '../../domain/ids.ts';
import type { PlannedResource, PlannedStep } from '../../domain/plan-schema.ts';
import { trafficStep } from '../../domain/steps.ts';
import type { Look } from '../../engine/step.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';
import { uncertain } from '../plan-write.ts';
import { childKinds, type ForeignChild, type ForeignChildrenInput, foreignChildren } from './foreign-children.ts';

/** What endangers resources of ours and others made, and where nobody may look for it. */
interface FoundDangers {
  readonly found: readonly ForeignChild[];
  /** One sentence each. */
  readonly unseen: readonly string[];
}

/** Reads the children that may be one, of those resources that exist. */
export async function findDangers(
  input: ForeignChildrenInput,
  look: Look,
  parents: readonly StepResource[],
): Promise<FoundDangers> {
  const endangered = parents.filter((parent) => dangerousKinds(parent).length > 0);
  const all = await mapLimited(endangered, READS_AT_A_TIME, async (parent) =>
    (await look(parent)) ? await dangersIn(input, parent) : NONE,
  );
  return { found: all.flatMap(({ found }) => found), unseen: all.flatMap(({ unseen }) => unseen) };
}

const NONE: FoundDangers = { found: [], unseen: [] };

async function dangersIn(input: ForeignChildrenInput, parent: StepResource): Promise<FoundDangers> {
  const kinds = dangerousKinds(parent);
  try {
    const children = await foreignChildren(input, parent, kinds);
    return { found: children.filter(({ fate }) => fate !== 'told'), unseen: [] };
  } catch (error) {
    if (!(error instanceof AzureError) || error.statusCode !== 403) throw error;
    const what = kinds.map(({ type }) => nameOf(type)).join(', ');
    return { found: [], unseen: [`${what} of ${parent.title}: they may not be read (${parent.id})`] };
  }
}

function dangerousKinds(parent: StepResource): ReturnType<typeof childKinds> {
  return childKinds(parent).filter(({ danger }) => danger !== undefined);
}

/** Nothing is done in what is not ours, and what is made anew has none of them. */
const WITHOUT: readonly PlannedResource['action'][] = ['forbidden', 'replace', 'create'];

/** A line for each. What goes does so when the deployment is healthy: what runs now may come in by it. */
export function planDangers(
  dangers: readonly ForeignChild[],
  lines: readonly PlannedResource[],
  steps: readonly PlannedStep[],
): readonly PlannedResource[] {
  const { name } = trafficStep();
  const last = steps.find(({ step }) => step === name);
  return dangers
    .filter(({ parent }) => lines.some(({ key, action }) => key === parent.key && !WITHOUT.includes(action)))
    .map(({ parent, id, type, path, text, fate }) => {
      const line = { key: `${parent.key} ${path}`, id, type };
      if (fate === 'preserved') return { ...line, action: 'keep', reason: `${text}; preserved` };
      if (!last || last.action === 'skip')
        return {
          ...line,
          action: 'keep',
          reason: `${text}; stays without ${name} (${last?.reason ?? 'no such step'})`,
        };
      const depends = uncertain([{ step: name, isCertain: last.action === 'run' }]);
      return { ...line, action: 'delete', reason: `${text}; goes once the deployment is healthy`, ...depends };
    });
}
