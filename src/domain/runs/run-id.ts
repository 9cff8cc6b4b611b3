export const RUN_ID = /^[a-z][a-z0-9-]{0,38}-[0-9A-HJKMNP-TV-Z]{26}$/;

/** A run id ends in `-` and a ULID, which has no hyphen. */
export function environmentOfRun(runId: string): string {
  return runId.slice(0, runId.lastIndexOf('-'));
}

/** When a run was asked for, in milliseconds: its id begins with that. https://github.com/ulid/spec */
export function timeOfRun(runId: string): number {
  const [, letters = ''] = /-([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{16}$/.exec(runId) ?? [];
  return [...letters].reduce((time, letter) => time * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter), 0);
}
