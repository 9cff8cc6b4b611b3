import { readCloudFile } from '../../../src/simulator/cloud-file/journal.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import type { CloudState } from '../../../src/simulator/store.ts';

/** The cloud as a simulator would find it that starts on this file now, also while another one has it. */
export function storedCloud(stateFile: string): CloudState {
  const found = readCloudFile(stateFile);
  if (!found) throw new Error(`there is no cloud in ${stateFile}`);
  return found as unknown as CloudState;
}

/** Members and entries that a simulator has otherwise than its file; none when everything is written that has changed. */
export async function unwritten(simulator: Simulator, stateFile: string): Promise<readonly string[]> {
  await simulator.save();
  const [there, here] = [simulator.state(), storedCloud(stateFile)] as unknown as readonly Record<string, unknown>[];
  const parts = (cloud: Record<string, unknown> = {}): ReadonlyMap<string, string> =>
    new Map(
      Object.entries(cloud).flatMap(([name, member]) =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? Object.entries(member).map(([key, entry]) => [`${name} ${key}`, JSON.stringify(entry)] as const)
          : [[name, JSON.stringify(member)] as const],
      ),
    );
  const [now, kept] = [parts(there), parts(here)];
  return [...new Set([...now.keys(), ...kept.keys()])].filter((path) => now.get(path) !== kept.get(path));
}
