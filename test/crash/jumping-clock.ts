import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded with `node --import` before the product: the computer's clock is set to another time once the product has called Azure
 * a number of times. Timers of the process go on as they do when a clock is set; the simulated Azure keeps its own time.
 *
 * CLOCK_JUMP_IN_MS=by how much, CLOCK_JUMP_AT=after how many calls (0: at the start).
 */
const jump = Number(process.env.CLOCK_JUMP_IN_MS);
const at = Number(process.env.CLOCK_JUMP_AT);
let calls = 0;

const RealDate = Date;
const now = (): number => RealDate.now() + (calls >= at ? jump : 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});

const { request } = https;
https.request = ((...args: Parameters<typeof request>) => {
  calls += 1;
  return request(...args);
}) as typeof request;
syncBuiltinESMExports();
