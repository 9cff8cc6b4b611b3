import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from '../figure.ts';

/** In milliseconds, as `engine-process.ts` prints them. */
interface Measured {
  readonly bareCall: number;
  readonly syncedAppend: number;
  readonly perActivity: number;
  readonly perActivityInLong: number;
  readonly perStep: number;
  readonly overHttp: number;
  readonly parsingPerMillion: number;
  readonly openingPerMillion: number;
}

/** What the embedded durable engine costs where the functions themselves cost nothing. */
export const engine: Benchmark = {
  name: 'engine',
  async measure() {
    const program = fileURLToPath(new URL('../runs/engine-process.ts', import.meta.url));
    const measured = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as Measured;
    const beside = { name: 'append and fdatasync of one record', value: measured.syncedAppend };
    return [
      { name: 'bare call of the same function', value: measured.bareCall, unit: 'ms' },
      { name: 'engine, one activity', value: measured.perActivity, unit: 'ms', beside },
      { name: 'engine, one activity of 200 in one history', value: measured.perActivityInLong, unit: 'ms', beside },
      { name: 'engine, one step (sub-orchestration and activity)', value: measured.perStep, unit: 'ms', beside },
      { name: 'engine, a run of one activity over HTTP, start to end', value: measured.overHttp, unit: 'ms', beside },
      {
        name: 'journal recovery, a million records',
        value: measured.openingPerMillion / 1000,
        unit: 's',
        beside: { name: 'reading and parsing them', value: measured.parsingPerMillion / 1000 },
      },
    ];
  },
};
