import { scheduleProblem } from '../../drift-check/schedule.ts';
import { problem, type Rule } from './rule.ts';

/** The schedule of the drift check is one, and leaves time between two checks. */
export const driftSchedule: Rule = ({ drift }) => {
  const why = drift && scheduleProblem(drift.schedule);
  return why === undefined ? [] : [problem('drift.schedule', why)];
};
